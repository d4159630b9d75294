import { Command } from "commander";
import { softwareVersion } from "./version.js";

type AddVerb = (program: Command) => void;

/**
 * Every verb of the command line, in the order of `--help`: the holder's, the requester's, the auditor's. Each is loaded when it is asked for, since
 * reading the code of all of them takes longer than most of them run.
 */
const verbs: Readonly<Record<string, () => Promise<AddVerb>>> = {
  init: async () => (await import("./init.js")).addInit,
  import: async () => (await import("./import.js")).addImport,
  epoch: async () => (await import("./epoch.js")).addEpoch,
  library: async () => (await import("./library.js")).addLibrary,
  computation: async () => (await import("./computation/computation.js")).addComputation,
  policy: async () => (await import("./policy.js")).addPolicy,
  requester: async () => (await import("./requester.js")).addRequester,
  subject: async () => (await import("./subject.js")).addSubject,
  serve: async () => (await import("./serve/serve.js")).addServe,
  status: async () => (await import("./status.js")).addStatus,
  backup: async () => (await import("./backup.js")).addBackup,
  restore: async () => (await import("./restore.js")).addRestore,
  doctor: async () => (await import("./doctor.js")).addDoctor,
  log: async () => (await import("./log.js")).addLog,
  anchor: async () => (await import("./anchor.js")).addAnchor,
  keys: async () => (await import("./keys.js")).addKeys,
  consent: async () => (await import("./consent.js")).addConsent,
  ask: async () => (await import("./ask.js")).addAsk,
  budget: async () => (await import("./budget.js")).addBudget,
  verify: async () => (await import("./verify.js")).addVerify,
  replay: async () => (await import("./replay.js")).addReplay,
  evidence: async () => (await import("./evidence.js")).addEvidence,
  audit: async () => (await import("./audit/audit.js")).addAudit,
  "audit-export": async () => (await import("./audit/export.js")).addAuditExport,
  witness: async () => (await import("./witness.js")).addWitness,
  demo: async () => (await import("./demo/demo.js")).addDemo,
};

/** The command line as these words need it: with the one verb that they begin with, or, for help and for a word that is no verb, with all. */
export async function createProgram(words: readonly string[]): Promise<Command> {
  const program = new Command("frostglass")
    .description("Credit data that is available but not visible: signed answers about a firm, never its records.")
    .version(softwareVersion)
    .configureHelp({ minWidthToWrap: 24 }) // long names of verbs leave less than the usual 40 columns
    .enablePositionalOptions() // an option after a verb belongs to that verb alone
    .showHelpAfterError("(add --help for an example)")
    .addHelpText("after", "\nExit codes: 0 good, 1 the answer is “does not hold” or a refusal, 2 could not\ndo it.\n");
  for (const load of needed(words)) (await load())(program);
  return program;
}

function needed([first = ""]: readonly string[]): readonly (() => Promise<AddVerb>)[] {
  const only = Object.hasOwn(verbs, first) ? verbs[first] : undefined;
  return only === undefined ? Object.values(verbs) : [only];
}
