import type { Command } from "commander";
import { type Approval, judgeApproval } from "../../admission/approval.js";
import { parsePolicy } from "../../admission/policy.js";
import { encodeUtf8 } from "../../bytes/utf8.js";
import { compileManifest } from "../../computations/computation.js";
import { leakageLineOf } from "../../computations/leakageLine.js";
import { type Manifest, parseManifest } from "../../computations/manifest/manifest.js";
import { textToSign } from "../../computations/textToSign.js";
import type { ErrorCode } from "../../errors/codes.js";
import { asFrostglassError, FrostglassError } from "../../errors/error.js";
import { type Digest, digestOf, parseDigest } from "../../model/digest.js";
import { parseNote } from "../../note/signedNote.js";
import { readText } from "../files.js";
import { exitDoesNotHold, verb } from "../verb.js";
import { type SchemaOptions, schemasOf, withSchemas } from "./read.js";

interface VerifyOptions extends SchemaOptions {
  readonly policy: string;
  readonly digest?: string;
}

/** `frostglass computation verify`: a published note, offline: who signed it, and is it the text that an answer names? */
export function addVerifyNote(computation: Command): void {
  const command = withSchemas(computation.command("verify <note>"))
    .description(
      "verify an approved computation offline: its digest, its reviewers, its leakage report; exit code 0 if it holds, 1 if it does not",
    )
    .requiredOption("--policy <file>", "the holder's policy, as the node publishes it under /policies/")
    .option("--digest <digest>", "the digest that an answer or the log names")
    .addHelpText(
      "after",
      "\nWith --home or --schema the leakage report is found again and held against the\ntext.\n\nExample:\n  frostglass computation verify c385929a….note --policy b23b4b66….yaml --digest sha256:63fdc7…\n",
    );
  verb<VerifyOptions>(command, async (terminal, options, [path = ""]) => {
    const { good, bad, dim } = terminal.style;
    const verified = verifyNote(readText(path), options);
    if (verified instanceof FrostglassError) {
      terminal.say(`${bad("fails")}  ${verified.message}  ${bad(`[${verified.code}]`)}`);
      terminal.result({ holds: false, code: verified.code });
      return exitDoesNotHold;
    }
    const { manifest, leakage, approval } = verified;
    terminal.say(`${approval.suffices ? good("holds") : bad("fails")}  ${manifest.id} ${manifest.version}: ${approvalWords(approval)}`);
    for (const { reviewer, counts } of approval.signatures)
      terminal.say(
        `  signed    ${reviewer.key.name} (${reviewer.organisation})${counts ? "" : "   of the author's own organisation, not counted"}`,
      );
    terminal.say(`  leakage   ${dim(leakage === undefined ? "the text names no report" : leakage)}`);
    terminal.say(`  digest    ${dim(manifest.digest)}`);
    terminal.result(resultOf(manifest, leakage, approval));
    return approval.suffices ? undefined : exitDoesNotHold;
  });
}

interface Verified {
  readonly manifest: Manifest;
  readonly leakage: Digest | undefined;
  readonly approval: Approval;
}

/** What the note shows, or the error that says why it does not hold. Throws for what could not be looked at. */
function verifyNote(full: string, options: VerifyOptions): Verified | FrostglassError {
  const policy = parsePolicy(readText(options.policy));
  const note = parseNote(full);
  try {
    const manifest = parseManifest(note.text);
    if (options.digest !== undefined) checkDigest(manifest.digest, parseDigest(options.digest));
    return { manifest, leakage: checkedLeakage(manifest, options), approval: judgeApproval({ note, author: manifest.author }, policy) };
  } catch (thrown) {
    const error = asFrostglassError(thrown);
    if (error === undefined || !doesNotHold.has(error.code)) throw thrown;
    return error;
  }
}

const doesNotHold: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...(["computation-digest-mismatch", "leakage-mismatch"] as const),
  ...(["note-signature-invalid", "note-signature-duplicate"] as const),
]);

function resultOf(
  { id, version, digest }: Manifest,
  leakage: Digest | undefined,
  { signatures, reviewers, organisations, suffices }: Approval,
) {
  const signed = signatures.map(({ reviewer, counts }) => ({ reviewer: reviewer.key.name, organisation: reviewer.organisation, counts }));
  return { id, version, digest, leakage, signatures: signed, reviewers, organisations, holds: suffices };
}

function approvalWords({ reviewers, organisations, suffices }: Approval): string {
  const counted = `${reviewers} ${reviewers === 1 ? "reviewer" : "reviewers"} of ${organisations} ${organisations === 1 ? "organisation" : "organisations"}`;
  return suffices ? `approved by ${counted}, as the policy asks` : `approved by ${counted} only, which is less than the policy asks`;
}

function checkDigest(found: Digest, asked: Digest): void {
  if (found !== asked) throw new FrostglassError("computation-digest-mismatch", "The note holds another text than the digest names.");
}

/** The report that the text names; where the schemas are given, it has to be the one that is found here. */
function checkedLeakage(manifest: Manifest, options: SchemaOptions): Digest | undefined {
  const schemas = schemasOf(options);
  if (schemas.size === 0) return leakageLineOf(manifest.text);
  const text = textToSign(compileManifest(manifest, schemas), schemas);
  if (digestOf(encodeUtf8(text)) !== manifest.digest)
    throw new FrostglassError("leakage-mismatch", "The text does not name the leakage report that reviewers have to sign.");
  return leakageLineOf(text);
}
