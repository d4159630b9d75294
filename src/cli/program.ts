import { Command } from "commander";
import { addAsk } from "./ask.js";
import { addAudit } from "./audit/audit.js";
import { addComputation } from "./computation/computation.js";
import { addConsent } from "./consent.js";
import { addDemo } from "./demo/demo.js";
import { addEvidence } from "./evidence.js";
import { addImport } from "./import.js";
import { addInit } from "./init.js";
import { addKeys } from "./keys.js";
import { addLibrary } from "./library.js";
import { addPolicy } from "./policy.js";
import { addRequester } from "./requester.js";
import { addServe } from "./serve/serve.js";
import { addStatus } from "./status.js";
import { addVerify } from "./verify.js";
import { softwareVersion } from "./version.js";
import { addWitness } from "./witness.js";

/** Every verb of the command line, in the order of `--help`: the holder's, the requester's, the auditor's. */
const verbs = [
  addInit,
  addImport,
  addLibrary,
  addComputation,
  addPolicy,
  addRequester,
  addServe,
  addStatus,
  addKeys,
  addConsent,
  addAsk,
  addVerify,
  addEvidence,
  addAudit,
  addWitness,
  addDemo,
];

export function createProgram(): Command {
  const program = new Command("frostglass")
    .description("Credit data that is available but not visible: signed answers about a firm, never its records.")
    .version(softwareVersion)
    .enablePositionalOptions() // an option after a verb belongs to that verb alone
    .showHelpAfterError("(add --help for an example)")
    .addHelpText("after", "\nExit codes: 0 good, 1 the answer is “does not hold” or a refusal, 2 could not do it.\n");
  for (const add of verbs) add(program);
  return program;
}
