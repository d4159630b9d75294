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

/** What may be tried against the running nodes. `question` is one that needs a consent. */
export function commandLines(federation: Federation, tax: RunningNode, question: StoryQuestion, evidence: string): readonly CommandLine[] {
  const frostglass = relative(process.cwd(), program).startsWith("..") ? `node ${program}` : `./${relative(process.cwd(), program)}`;
  const there = (path: string) => `$D/${relative(federation.dir, path)}`;
  const { key, passphrase } = federation.bankFiles;
  return [
    { remark: "Everything is below one folder:", lines: [`D=${federation.dir}`] },
    {
      remark: "Ask as the bank (change the firm, the computation or the purpose):",
      lines: [
        `${frostglass} ask --node ${tax.url} --trust ${there(federation.tax.trustFile)} \\`,
        `  --key ${there(key)} --passphrase-file ${there(passphrase)} \\`,
        `  --subject uscc:${question.firm} --computation ${question.computation} \\`,
        `  --purpose ${question.purpose} --consent ${there(consentFile(federation, question.firm))} \\`,
        "  --out my-answer",
      ],
    },
    {
      remark: "Verify an answer of the story, offline:",
      lines: [`${frostglass} verify ${there(evidence)} \\`, `  --trust ${there(federation.tax.trustFile)}`],
    },
    { remark: "What a node tells everybody:", lines: [`curl -s ${url(tax, "v1/computations")}`, `curl -s ${url(tax, "checkpoint")}`] },
    {
      remark: "Look for a firm's code in all that the tax bureau keeps (there is none):",
      lines: [`grep -rc ${question.firm} $D/tax | grep -v ":0$"`],
    },
  ];
}

function url(node: RunningNode, path: string): string {
  return `${node.url.replace(/\/$/, "")}/${path}`;
}
