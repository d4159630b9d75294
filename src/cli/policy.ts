import type { Command } from "commander";
import { readPolicyChange } from "../admission/policyChange.js";
import { digestOf } from "../model/digest.js";
import { addSignature, formatNote, parseNote, signNote } from "../note/signedNote.js";
import { homeAt } from "../vault/home.js";
import { readText, replaceFile, writeNew } from "./files.js";
import { readPartyKey } from "./keyFiles.js";
import { passphraseOption, readPassphrase } from "./passphrase.js";
import { administerHome, type HomeOptions, homeVerb } from "./session.js";
import { verb } from "./verb.js";

/** `frostglass policy`: whom the holder trusts, which purposes need consent, and how much may be disclosed. */
export function addPolicy(program: Command): void {
  const policy = program
    .command("policy")
    .description("show, sign or set the holder's policy: reviewers, consent issuers, purposes, budgets");
  const set = homeVerb(
    policy,
    "set [file]",
    "put a policy, or the note that operators signed, in force, at once and in the log (default: policy.yaml of the home)",
  ).addHelpText("after", "\nExample:\n  frostglass policy set --home ./tax\n");
  verb<HomeOptions>(set, async (terminal, options, [file]) => {
    const text = readText(file ?? homeAt(options.home).policyFile);
    const status = await administerHome(options, { act: "set-policy", text });
    terminal.say(`${terminal.style.good("in force")}  policy ${status.policy ?? ""}`);
    terminal.result(status);
    return undefined;
  });
  addSign(policy);
  addShow(policy);
}

interface SignOptions {
  readonly key: string;
  readonly out?: string;
  readonly passphraseFile?: string;
}

function addSign(policy: Command): void {
  const sign = policy
    .command("sign <file>")
    .description("sign a policy as an operator, or add a signature to a note; what is signed is the exact text")
    .requiredOption("--key <file>", "the operator's key file")
    .option("--out <file>", "the signed note (default: the file itself when it is a note, else FILE.note)")
    .option(...passphraseOption)
    .addHelpText("after", "\nExample:\n  frostglass policy sign policy.yaml --key ops.key\n");
  verb<SignOptions>(sign, async (terminal, options, [path = ""]) => {
    const { policy: read, text, note } = readPolicyChange(readText(path));
    const key = await readPartyKey(
      options.key,
      "operator",
      await readPassphrase(options.passphraseFile, "Passphrase of the operator's key: "),
    );
    const line = signNote(text, { name: key.name, privateKey: key.privateKey });
    const signed = note === undefined ? parseNote(formatNote(text, [line])) : addSignature(note, line);
    const out = options.out ?? (note === undefined ? `${path}.note` : path);
    if (out === path) replaceFile(out, signed.full);
    else writeNew(out, signed.full);
    const operators = signed.signatures.map(({ name }) => name);
    terminal.say(`${terminal.style.good("signed")}  policy version ${read.version} by ${operators.join(", ")}`);
    terminal.say(`  digest    ${terminal.style.dim(read.digest)}`);
    terminal.say(`  note      ${out}`);
    terminal.result({ note: out, digest: read.digest, version: read.version, operators });
    return undefined;
  });
}

function addShow(policy: Command): void {
  const show = homeVerb(policy, "show", "print the policy file of the home and the digest of the policy in force").addHelpText(
    "after",
    "\nExample:\n  frostglass policy show --home ./tax\n",
  );
  verb<HomeOptions>(show, async (terminal, options) => {
    const status = await administerHome(options, { act: "status" });
    const text = readText(homeAt(options.home).policyFile);
    terminal.say(text.trimEnd());
    terminal.say(terminal.style.dim(`# in force: ${status.policy ?? "none"}`));
    const { prunableBelow, minimumIndex } = status;
    const served = minimumIndex === 0 ? "all of it is served" : `entries before ${minimumIndex} are pruned`;
    const more = prunableBelow === undefined ? "for ever" : `entries before ${prunableBelow} may be pruned`;
    terminal.say(terminal.style.dim(`# the log: ${served}, ${more}`));
    if (digestOf(text) !== status.policy) terminal.say(terminal.style.warn("# the file is another text than the policy in force"));
    terminal.result({ policy: status.policy, text });
    return undefined;
  });
}
