import { formatLargeBits } from "../../../computations/analysis/formatLeakage.js";
import type { LeakageProblem } from "../../../computations/analysis/judgeLeakage.js";
import type { Leakage } from "../../../computations/analysis/leakage.js";
import type { Told } from "../../../computations/analysis/told.js";
import { warningsOf } from "../../../computations/analysis/warnings.js";
import type { Computation } from "../../../computations/computation.js";
import type { Evaluated } from "../../../computations/evaluation/evaluation.js";
import type { Digest } from "../../../model/digest.js";
import { formatBits } from "../../../wire/bits.js";
import type { Style } from "../../terminal.js";
import { padded, widthOf, wrapped } from "../../width.js";
import type { BesideDataset } from "./beside.js";
import { cellWords } from "./cellWords.js";
import { chinese } from "./chinese.js";
import { english } from "./english.js";
import type { Language, Words } from "./words.js";

/** What the page is made from. */
export interface Explained {
  readonly computation: Computation;
  readonly leakage: Leakage;
  readonly report: Digest;
  /** Undefined: no policy was at hand. */
  readonly problems: readonly LeakageProblem[] | undefined;
  readonly beside: readonly BesideDataset[];
}

/** More cells than this stand as a number. */
const mostShown = 8;

/** One page that a credit-risk officer and a privacy officer both read before they sign. */
export function explainPage(explained: Explained, language: Language, style: Style): readonly string[] {
  const words = language === "zh" ? chinese : english;
  const { computation, leakage, report } = explained;
  const { id, version, title, reveals, purposes, digest } = computation;
  const section = (heading: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ["", style.bold(heading), ...lines.map((line) => `  ${line}`)];
  return [
    `${style.bold(`${id} ${version}`)}   ${title[language] ?? title.en}`,
    ...wrapped(reveals[language] ?? reveals.en),
    style.dim(`${words.purposes}${purposes.join(", ")}`),
    ...section(words.reads, readLines(leakage, words, style)),
    ...section(words.oneAnswer, answerLines(leakage, words)),
    ...section(words.everyParameter, askingLines(leakage, words)),
    ...section(words.features, [...leakage.told.flatMap((told) => toldLines(told, words)), style.dim(words.neverFiner)]),
    ...section(words.oneRecord, turningLines(leakage, words, style)),
    ...section(words.cost, costLines(leakage, words)),
    ...section(
      words.lookAt,
      warningsOf(leakage).map((each) => `${style.warn("!")} ${words.line(each.place.line)}  ${words.warning(each)}`),
    ),
    ...section(words.beside, besideLines(explained.beside, words)),
    ...section(words.policy, policyLines(explained.problems, words, style)),
    "",
    style.dim(`${words.manifest}  ${digest}`),
    style.dim(`${words.report}  ${report}`),
  ];
}

function readLines({ datasets }: Leakage, words: Words, style: Style): readonly string[] {
  return datasets.map(({ dataset, touched, untouched }) => {
    const never = untouched.length === 0 ? "" : style.dim(`   ${words.never}${untouched.join(", ")}`);
    return `${dataset}   ${touched.join(", ")}${never}`;
  });
}

function answerLines({ outcomes, millibits }: Leakage, words: Words): readonly string[] {
  const listed = outcomes.listed?.map((answer) => answerWords(answer, words));
  return [words.answers(grouped(outcomes.answers), formatBits(millibits)), ...(listed === undefined ? [] : flowed(listed, 96))];
}

/** `yes`, `no [R1 R2]`, `A`, `620`, `no record`. */
export function answerWords({ outcome, reasonCodes }: Evaluated, words: Words): string {
  const plain =
    outcome.kind === "decision"
      ? outcome.decision
        ? words.yes
        : words.no
      : outcome.kind === "band"
        ? outcome.band
        : outcome.kind === "score"
          ? String(outcome.score)
          : words.noRecord;
  return reasonCodes.length === 0 ? plain : `${plain} [${reasonCodes.join(" ")}]`;
}

function askingLines({ parameters, askings }: Leakage, words: Words): readonly string[] {
  if (parameters.length === 0) return [words.noParameters];
  return [words.askings(grouped(askings.choices), formatLargeBits(askings.millibits))];
}

function toldLines({ name, type, cells, count, variants }: Told, words: Words): readonly string[] {
  const shown = cells !== undefined && cells.length <= mostShown;
  const known = shown ? cells.map((cell) => cellWords(cell, type, words)) : [words.cells(grouped(count))];
  const own = variants === 1n ? [] : [`${words.variants(grouped(variants))}:`];
  const [first = "", ...more] = [...own, ...flowed(known, 74)];
  return [`${padded(name === "linear" ? words.linear : name, 20)} ${first}`, ...more.map((line) => `${" ".repeat(20)} ${line}`)];
}

function turningLines({ turning, asked }: Leakage, words: Words, style: Style): readonly string[] {
  const through = turning.through
    .slice(0, mostShown)
    .map((each) => `  ${each.records === 1 ? style.warn("·") : "·"} ${words.through(each)}`);
  return [words.turns(turning.records), ...through, ...asked.map(({ dataset, records }) => words.rests(dataset, records))];
}

function costLines({ cost }: Leakage, words: Words): readonly string[] {
  return [...cost.perRecord.map(({ alias, steps }) => words.perRecord(alias, grouped(steps))), words.worst(grouped(cost.worstPage))];
}

function besideLines(beside: readonly BesideDataset[], words: Words): readonly string[] {
  return beside.flatMap(({ dataset, others, together, budget, answers }) => [
    ...(others.length === 0 ? [words.alone(dataset)] : [words.together(dataset, formatLargeBits(together))]),
    ...others.map(({ id, columns, millibits }) => `  · ${words.shares(id, columns, formatLargeBits(millibits))}`),
    ...(budget === undefined || answers === undefined ? [] : [words.budget(dataset, formatBits(budget), answers)]),
  ]);
}

function policyLines(problems: readonly LeakageProblem[] | undefined, words: Words, style: Style): readonly string[] {
  if (problems === undefined) return [style.dim(words.noPolicy)];
  if (problems.length === 0) return [`${style.good("✓")} ${words.within}`];
  return problems.map((problem) => `${style.bad("✗")} ${words.line(problem.line)}  ${words.refused(problem)}`);
}

function grouped(count: bigint | number): string {
  return count.toString().replace(/\B(?=(\d{3})+$)/g, " ");
}

/** Items with dots between them; a line breaks after a dot only. */
function flowed(items: readonly string[], width: number): readonly string[] {
  const lines = [""];
  for (const [index, item] of items.entries()) {
    const text = index === items.length - 1 ? item : `${item} ·`;
    const last = lines.at(-1) ?? "";
    if (last !== "" && widthOf(`${last} ${text}`) > width) lines.push(text);
    else lines[lines.length - 1] = last === "" ? text : `${last} ${text}`;
  }
  return lines;
}
