import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { RunningNode } from "../serve/node.js";
import { consentFile } from "./asking.js";
import type { Federation } from "./federation.js";
import type { StoryQuestion } from "./questions.js";

const program = fileURLToPath(new URL("../main.js", import.meta.url));

/** A remark and the command below it, for people to copy into another terminal. */
export interface CommandLine {
  readonly remark: string;
  /** One command, broken with backslashes. */
  readonly lines: readonly string[];
}

/** What may be tried against the running nodes. `question` is one whose firm gave its consent; `evidence` is the file of its answer. */
export function commandLines(federation: Federation, tax: RunningNode, question: StoryQuestion, evidence: string): readonly CommandLine[] {
  const there = (path: string) => `$D/${relative(federation.dir, path)}`;
  const { key, passphrase } = federation.bankFiles;
  const trust = there(federation.tax.trustFile);
  const subject = `--subject uscc:${question.firm}`;
  const ask = [
    `${frostglass()} ask --node ${tax.url} --trust ${trust} \\`,
    `  --key ${there(key)} --passphrase-file ${there(passphrase)} \\`,
  ];
  const consent = `--consent ${there(consentFile(federation, question.firm))}`;
  return [
    { remark: "Everything is below one folder:", lines: [`D=${federation.dir}`] },
    {
      remark: "Ask as the bank. The files in $D/records name the firms; this purpose needs no consent:",
      lines: [...ask, `  ${subject} --computation void-ratio \\`, "  --purpose credit-monitoring"],
    },
    {
      remark: "Ask for a score with the firm's consent, and keep the evidence:",
      lines: [...ask, `  ${subject} --computation sme-scorecard \\`, "  --purpose loan-origination --out my-answer \\", `  ${consent}`],
    },
    { remark: "Verify an answer of the story, offline:", lines: [`${frostglass()} verify ${there(evidence)} \\`, `  --trust ${trust}`] },
    { remark: "What a node tells everybody:", lines: [`curl -s ${url(tax, "v1/computations")}`, `curl -s ${url(tax, "checkpoint")}`] },
    {
      remark: "Look for the firm's code in all that the tax bureau keeps (nothing is found):",
      lines: [`grep -rl ${question.firm} $D/tax`],
    },
  ];
}

/** How to run the command line from where the reader stands. */
function frostglass(): string {
  const path = relative(process.cwd(), program);
  return path.startsWith("..") ? `node ${program}` : `./${path}`;
}

function url(node: RunningNode, path: string): string {
  return `${node.url.replace(/\/$/, "")}/${path}`;
}
