import { existsSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import { manifestJsonSchema } from "../../computations/jsonSchema.js";
import { FrostglassError } from "../../errors/error.js";
import { parseDigest } from "../../model/digest.js";
import { addSignature, formatNote, parseNote, signNote } from "../../note/signedNote.js";
import { readPartyKey } from "../keyFiles.js";
import { passphraseOption, readPassphrase } from "../passphrase.js";
import { administerHome, type HomeOptions, homeVerb } from "../session.js";
import { exitDoesNotHold, verb } from "../verb.js";
import { addExchange } from "./exchange.js";
import { addExplain } from "./explain/explain.js";
import { policyOf } from "./policyOf.js";
import { compileFile, readComputationFile, type SchemaOptions, schemasOf, withSchemas } from "./read.js";
import { checkReport } from "./report.js";
import { addTest } from "./testing/verb.js";

interface ApproveOptions extends SchemaOptions {
  readonly key: string;
  readonly out?: string;
  readonly passphraseFile?: string;
}

/** `frostglass computation`: from a manifest to something that the node runs. */
export function addComputation(program: Command): void {
  const computation = program.command("computation").description("check, explain, test, approve, add, revoke and list computations");
  addCheck(computation);
  addExplain(computation);
  addTest(computation);
  addApprove(computation);
  addAdd(computation);
  addRevoke(computation);
  addList(computation);
  addExchange(computation);
  const schema = computation.command("schema").description("print the JSON Schema of manifests, for editors");
  schema.addHelpText("after", "\nExample:\n  frostglass computation schema > manifest.schema.json\n");
  schema.action(() => {
    process.stdout.write(`${JSON.stringify(manifestJsonSchema(), undefined, 2)}\n`);
  });
}

function addCheck(computation: Command): void {
  const check = withSchemas(computation.command("check <file>"))
    .description("read a manifest, hold it against the schemas, run its examples, say what it reads, lets out and may not let out")
    .addHelpText("after", "\nExample:\n  frostglass computation check computations/sales-continuity.yaml --home ./tax\n");
  verb<SchemaOptions>(check, async (terminal, options, [path = ""]) => {
    const schemas = schemasOf(options);
    const report = checkReport(compileFile(readComputationFile(path), schemas), schemas, policyOf(options));
    for (const line of report.lines(terminal.style)) terminal.say(line);
    terminal.result(report.json);
    return report.holds ? undefined : exitDoesNotHold;
  });
}

function addApprove(computation: Command): void {
  const approve = withSchemas(computation.command("approve <file>"))
    .description("sign a manifest as a reviewer, or add a signature to a note; what is signed is the exact text")
    .requiredOption("--key <file>", "the reviewer's key file")
    .option("--out <file>", "the signed note (default: the file itself when it is a note, else FILE.note)")
    .option(...passphraseOption)
    .addHelpText("after", "\nExample:\n  frostglass computation approve sales-continuity.yaml --home ./tax --key risk.key\n");
  verb<ApproveOptions>(approve, async (terminal, options, [path = ""]) => {
    const file = readComputationFile(path);
    const schemas = schemasOf(options);
    const compiled = compileFile(file, schemas);
    if (!checkReport(compiled, schemas).holds) {
      throw new FrostglassError("examples-fail", "An example of the manifest does not come out as it says; nothing was signed.");
    }
    const key = await readPartyKey(
      options.key,
      "reviewer",
      await readPassphrase(options.passphraseFile, "Passphrase of the reviewer's key: "),
    );
    const line = signNote(file.text, { name: key.name, privateKey: key.privateKey });
    const note = file.note === undefined ? formatNote(file.text, [line]) : addSignature(file.note, line).full;
    const out = options.out ?? (file.note === undefined ? `${path}.note` : path);
    if (out !== path && existsSync(out)) throw new FrostglassError("file-exists", `There is a file ${out} already; it was not touched.`);
    writeFileSync(out, note);
    const signers = parseNote(note).signatures.map(({ name }) => name);
    terminal.say(`${terminal.style.good("signed")}  ${compiled.id} ${compiled.version} by ${signers.join(", ")}`);
    terminal.say(`  ${out}   ${terminal.style.dim(compiled.digest)}`);
    terminal.result({ note: out, digest: compiled.digest, reviewers: signers });
    return undefined;
  });
}

function addAdd(computation: Command): void {
  const add = homeVerb(computation, "add <note>", "put an approved computation in force, at once and in the log").addHelpText(
    "after",
    "\nExample:\n  frostglass computation add sales-continuity.yaml.note --home ./tax\n",
  );
  verb<HomeOptions>(add, async (terminal, options, [path = ""]) => {
    const { note } = readComputationFile(path);
    if (note === undefined) throw new FrostglassError("approval-missing", "This is a manifest that nobody has signed yet.");
    const { computations } = await administerHome(options, { act: "add-computation", note: note.full });
    const added = computations.at(-1);
    terminal.say(
      `${terminal.style.good("in force")}  ${added?.id ?? ""} ${added?.version ?? ""}   ${terminal.style.dim(added?.digest ?? "")}`,
    );
    terminal.result(added);
    return undefined;
  });
}

function addRevoke(computation: Command): void {
  const revoke = homeVerb(computation, "revoke <digest>", "take a computation out of force, by its digest").addHelpText(
    "after",
    "\nExample:\n  frostglass computation revoke sha256:9f86d0… --home ./tax\n",
  );
  verb<HomeOptions>(revoke, async (terminal, options, [digest = ""]) => {
    const status = await administerHome(options, { act: "revoke-computation", computation: parseDigest(digest) });
    terminal.say(`${terminal.style.good("revoked")}  ${digest}`);
    terminal.result(status.computations);
    return undefined;
  });
}

function addList(computation: Command): void {
  const list = homeVerb(computation, "list", "list what was approved here").addHelpText(
    "after",
    "\nExample:\n  frostglass computation list --home ./tax\n",
  );
  verb<HomeOptions>(list, async (terminal, options) => {
    const { computations } = await administerHome(options, { act: "status" });
    const { good, warn, dim } = terminal.style;
    for (const { id, version, digest, revoked } of computations) {
      terminal.say(`${revoked ? warn("revoked ") : good("in force")}  ${id.padEnd(28)} ${version.padEnd(8)} ${dim(digest)}`);
    }
    if (computations.length === 0) terminal.say("Nothing is approved here yet: frostglass computation check FILE, then approve, then add.");
    terminal.result(computations);
    return undefined;
  });
}
