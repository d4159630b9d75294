import { type Command, Option } from "commander";
import { analyse } from "../../../computations/analysis/analyse.js";
import { formatLargeBits, leakageDigest, leakageReport } from "../../../computations/analysis/formatLeakage.js";
import { judgeLeakage } from "../../../computations/analysis/judgeLeakage.js";
import { formatBits } from "../../../wire/bits.js";
import { exitDoesNotHold, verb } from "../../verb.js";
import { policyOf } from "../policyOf.js";
import { compileFile, readComputationFile, type SchemaOptions, schemasOf, withSchemas } from "../read.js";
import { type BesideDataset, besideOf } from "./beside.js";
import { type Explained, explainPage } from "./page.js";
import type { Language } from "./words.js";

interface ExplainOptions extends SchemaOptions {
  readonly lang: Language;
}

/** `frostglass computation explain`: what a computation reveals, before it ever runs. */
export function addExplain(computation: Command): void {
  const explain = withSchemas(computation.command("explain <file>"))
    .description("say what a computation can reveal, from its text alone: one page to read before signing")
    .addOption(new Option("--lang <language>", "the language of the page").choices(["en", "zh"]).default("en"))
    .addHelpText("after", "\nExample:\n  frostglass computation explain computations/sales-continuity.yaml --home ./tax --lang zh\n");
  verb<ExplainOptions>(explain, async (terminal, options, [path = ""]) => {
    const explained = explainFile(path, options);
    for (const line of explainPage(explained, options.lang, terminal.style)) terminal.say(line);
    terminal.result(explainedJson(explained));
    return (explained.problems ?? []).length === 0 ? undefined : exitDoesNotHold;
  });
}

function explainFile(path: string, options: SchemaOptions): Explained {
  const schemas = schemasOf(options);
  const computation = compileFile(readComputationFile(path), schemas);
  const leakage = analyse(computation, schemas);
  const policy = policyOf(options);
  return {
    computation,
    leakage,
    report: leakageDigest(leakage),
    problems: policy && judgeLeakage(leakage, policy.leakage),
    beside: options.home === undefined ? [] : besideOf(options.home, schemas, leakage, policy),
  };
}

function explainedJson({ computation, leakage, report, problems, beside }: Explained): unknown {
  const { digest, title, reveals, purposes } = computation;
  const untouched = Object.fromEntries(leakage.datasets.map((each) => [each.dataset, each.untouched]));
  return { digest, title, reveals, purposes, leakage: leakageReport(leakage), report, untouched, problems, beside: beside.map(besideJson) };
}

function besideJson({ dataset, others, together, budget, answers }: BesideDataset): unknown {
  return {
    dataset,
    others: others.map(({ millibits, ...other }) => ({ ...other, bits: formatLargeBits(millibits) })),
    bitsTogether: formatLargeBits(together),
    budgetBits: budget === undefined ? undefined : formatBits(budget),
    answersUntilSpent: answers,
  };
}
