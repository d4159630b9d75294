import { existsSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import { leakageLineOf } from "../../computations/leakageLine.js";
import { FrostglassError } from "../../errors/error.js";
import { addSignature, formatNote, parseNote, signNote } from "../../note/signedNote.js";
import { type PartyKey, readPartyKey } from "../keyFiles.js";
import { passphraseOption, readPassphrase } from "../passphrase.js";
import { verb } from "../verb.js";
import { type ComputationFile, compileFile, readComputationFile, type SchemaOptions, schemasOf, withSchemas } from "./read.js";
import { checkReport } from "./report.js";

interface ApproveOptions extends SchemaOptions {
  readonly key: string;
  readonly out?: string;
  readonly passphraseFile?: string;
}

/** `frostglass computation approve`: a reviewer's signature over the exact text and the leakage report that its last line names. */
export function addApprove(computation: Command): void {
  const approve = withSchemas(computation.command("approve <file>"))
    .description(
      "sign a manifest as a reviewer, or add a signature to a note; what is signed is the exact text and its leakage report's digest",
    )
    .requiredOption("--key <file>", "the reviewer's key file")
    .option("--out <file>", "the signed note (default: the file itself when it is a note, else FILE.note)")
    .option(...passphraseOption)
    .addHelpText("after", "\nExample:\n  frostglass computation approve sales-continuity.yaml --home ./tax --key risk.key\n");
  verb<ApproveOptions>(approve, async (terminal, options, [path = ""]) => {
    const file = readComputationFile(path);
    const schemas = schemasOf(options);
    const compiled = compileFile(file, schemas);
    const { text, digest } = compiled.manifest;
    if (file.note !== undefined && text !== file.text)
      throw new FrostglassError("leakage-mismatch", "The note was signed without its leakage report; nothing was signed.");
    if (!checkReport(compiled, schemas).holds)
      throw new FrostglassError("examples-fail", "An example of the manifest does not come out as it says; nothing was signed.");
    const passphrase = await readPassphrase(options.passphraseFile, "Passphrase of the reviewer's key: ");
    const note = signedBy(await readPartyKey(options.key, "reviewer", passphrase), text, file);
    const out = options.out ?? (file.note === undefined ? `${path}.note` : path);
    if (out !== path && existsSync(out)) throw new FrostglassError("file-exists", `There is a file ${out} already; it was not touched.`);
    writeFileSync(out, note);
    const signers = parseNote(note).signatures.map(({ name }) => name);
    const leakage = leakageLineOf(text) ?? "";
    terminal.say(`${terminal.style.good("signed")}  ${compiled.id} ${compiled.version} by ${signers.join(", ")}`);
    terminal.say(`  leakage   ${terminal.style.dim(leakage)}`);
    terminal.say(`  digest    ${terminal.style.dim(digest)}`);
    terminal.say(`  note      ${out}`);
    terminal.result({ note: out, digest, leakage, reviewers: signers });
    return undefined;
  });
}

function signedBy(key: PartyKey, text: string, { note }: ComputationFile): string {
  const line = signNote(text, { name: key.name, privateKey: key.privateKey });
  return note === undefined ? formatNote(text, [line]) : addSignature(note, line).full;
}
