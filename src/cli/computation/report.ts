import type { Policy } from "../../admission/policy.js";
import { analyse } from "../../computations/analysis/analyse.js";
import { formatLargeBits } from "../../computations/analysis/formatLeakage.js";
import { judgeLeakage } from "../../computations/analysis/judgeLeakage.js";
import type { Leakage } from "../../computations/analysis/leakage.js";
import { warningsOf } from "../../computations/analysis/warnings.js";
import type { Computation } from "../../computations/computation.js";
import { runExamples } from "../../computations/examples.js";
import { formatProblem } from "../../computations/syntax/problems.js";
import type { DatasetSchema } from "../../datasets/schema.js";
import { formatBits } from "../../wire/bits.js";
import { counted, type Style } from "../terminal.js";
import { wrapped } from "../width.js";
import { english } from "./explain/english.js";
import { answerWords } from "./explain/page.js";

/** What `computation check` found, for people and as JSON. */
export interface CheckReport {
  /** True when every example comes out as the manifest says. */
  readonly holds: boolean;
  readonly json: unknown;
  lines(style: Style): string[];
}

/** With a policy, its limits on what a computation may reveal count as well. */
export function checkReport(computation: Computation, schemas: ReadonlyMap<string, DatasetSchema>, policy?: Policy): CheckReport {
  const examples = runExamples(computation, schemas);
  const leakage = analyse(computation, schemas);
  const problems = policy === undefined ? [] : judgeLeakage(leakage, policy.leakage);
  const fits = examples.every(({ differences }) => differences.length === 0);
  const holds = fits && problems.length === 0;
  const bits = formatBits(computation.millibits);
  const reads = computation.datasets.map(({ name, columns }) => {
    const schema = schemas.get(name);
    return { dataset: name, columns: columns.map((column) => schema?.columns[column]?.name ?? "") };
  });
  const { id, version, digest, title, reveals, purposes, parameters } = computation;
  return {
    holds,
    json: { id, version, digest, title, reveals, purposes, reads, parameters, bitsPerAnswer: bits, examples, problems, holds },
    lines: (style) => [
      `${style.bold(`${id} ${version}`)}   ${title.en}${title.zh === undefined ? "" : `   ${title.zh}`}`,
      ...[reveals.en, reveals.zh ?? ""].flatMap((text) => wrapped(text)).flatMap((line, i) => revealsLine(line, i)),
      ...reads.map(({ dataset, columns }) => `  reads     ${dataset}: ${columns.join(", ")}`),
      ...parameters.map(({ name, choices }) => `  asks for  ${name}: one of ${choices.join(", ")}`),
      `  lets out  at most ${bits} bits an answer${answersListed(leakage)}`,
      ...(parameters.length === 0 ? [] : [`            at most ${formatLargeBits(leakage.askings.millibits)} bits with every parameter`]),
      ...warningLines(leakage, style),
      ...authorLines(computation, style, policy),
      `  digest    ${style.dim(digest)}`,
      ...examples.flatMap(({ name, differences }) => exampleLines(style, name, differences)),
      ...problems.map((problem) => `  ${style.bad("✗")} ${formatProblem(problem)}`),
      ...(fits ? [] : [`${style.bad("fails")}  an example does not come out as the manifest says`]),
      ...(problems.length === 0 ? [] : [`${style.bad("fails")}  it reveals more than the policy of the home allows`]),
      ...(holds ? [`${style.good("holds")}  ${counted(examples.length, "example")}`] : []),
    ],
  };
}

function revealsLine(line: string, index: number): string[] {
  return line === "" ? [] : [`${index === 0 ? "  reveals   " : "            "}${line}`];
}

function authorLines({ manifest }: Computation, style: Style, policy: Policy | undefined): string[] {
  if (policy?.approval.own !== "refused" || manifest.author !== undefined) return [];
  return [`  ${style.warn("to write")}  the policy asks who wrote it: author: { organisation: … }`];
}

function answersListed({ outcomes }: Leakage): string {
  const few = outcomes.listed !== undefined && outcomes.listed.length <= 5 ? outcomes.listed : undefined;
  return few === undefined ? "" : `: ${few.map((answer) => answerWords(answer, english)).join(" · ")}`;
}

function warningLines(leakage: Leakage, style: Style): string[] {
  const warnings = warningsOf(leakage).length;
  return warnings === 0
    ? []
    : [`  look at   ${style.warn(warnings === 1 ? "one line" : `${warnings} lines`)} that \`computation explain\` names`];
}

function exampleLines(style: Style, name: string, differences: readonly string[]): string[] {
  if (differences.length === 0) return [`  ${style.good("✓")} ${name}`];
  return [`  ${style.bad("✗")} ${name}`, ...differences.map((difference) => `      ${difference}`)];
}
