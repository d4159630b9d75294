import type { Command } from "commander";
import { manifestJsonSchema } from "../../computations/jsonSchema.js";
import { exitDoesNotHold, verb } from "../verb.js";
import { addApprove } from "./approve.js";
import { addExchange } from "./exchange.js";
import { addExplain } from "./explain/explain.js";
import { addAdd, addExpire, addList, addRevoke } from "./lifecycle.js";
import { policyOf } from "./policyOf.js";
import { compileFile, readComputationFile, type SchemaOptions, schemasOf, withSchemas } from "./read.js";
import { checkReport } from "./report.js";
import { addTest } from "./testing/verb.js";
import { addVerifyNote } from "./verifyNote.js";

/** `frostglass computation`: from a manifest to something that the node runs. */
export function addComputation(program: Command): void {
  const computation = program
    .command("computation")
    .description("check, explain, test, approve and verify computations; put them in force and end them");
  addCheck(computation);
  addExplain(computation);
  addTest(computation);
  addApprove(computation);
  addVerifyNote(computation);
  addAdd(computation);
  addExpire(computation);
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
