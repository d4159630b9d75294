import type { TestReport } from "../../../computations/testing/report.js";
import type { SeparationReport } from "../../../computations/testing/results.js";
import type { Seen } from "../../../computations/testing/seen.js";
import { left, number, right, type Sheet, scoreNames } from "./cells.js";

/** How the score is distributed. */
export function scoreLines({ score }: TestReport, sheet: Sheet): readonly string[] {
  if (score === undefined) return [];
  const title = sheet.chapter(`Distribution of the ${scoreNames[score.of]}`);
  if (score.ranges === undefined) return [...title, "  · too few firms have one"];
  const longest = Math.max(...score.ranges.map(({ share }) => share));
  const rows = score.ranges.map(({ from, below, firms, share }) => [
    ...[number(from), number(below), number(firms), sheet.percent(share)],
    "▇".repeat(Math.round((share / longest) * 30)),
  ]);
  return [...title, ...sheet.table([right("from"), right("below"), right("firms"), right("share"), left()], rows)];
}

/** How good and bad firms are told apart. */
export function resultLines({ score, results }: TestReport, sheet: Sheet): readonly string[] {
  if (results === undefined) return [];
  const { column, good, bad, outcomes = [], separation } = results;
  const counted = (seen: Seen, word: string) => {
    const [count, share] = sheet.seen(seen);
    return `${count} ${word}${share === "" ? "" : ` (${share})`}`;
  };
  const rows = outcomes.map(({ outcome, ...counts }) => [outcome ?? "the others together", ...sheet.counts(counts)]);
  const why = score === undefined ? "the computation has no score" : "too few good or bad firms have one to make two groups of them";
  return [
    ...sheet.chapter(`Good and bad firms (${column})`),
    `  ${counted(good, "good")}, ${counted(bad, "bad")}`,
    ...(rows.length === 0 ? [] : ["", ...sheet.table([left("outcome"), right("good"), right("bad"), right("bad share")], rows)]),
    "",
    ...(separation === undefined
      ? [`  KS and Gini are not shown: ${why}.`]
      : separationLines(separation, scoreNames[score?.of ?? "score"], sheet)),
  ];
}

function separationLines({ ks, gini, auc, badShare, groups }: SeparationReport, name: string, sheet: Sheet): readonly string[] {
  const { accent } = sheet.style;
  const figures = `KS ${accent(figure(ks))}   Gini ${accent(figure(gini))}   AUC ${auc.toFixed(3)}`;
  const rows = groups.map(({ from, below, odds, ...counts }) => [number(from), number(below), ...sheet.counts(counts), `${odds} : 1`]);
  const columns = [right(`${name} from`), right("below"), right("good"), right("bad"), right("bad share"), right("good : bad")];
  return [
    `  ${figures}   over the ${groups.length} groups below, each with enough good and bad firms to be shown`,
    `  ${directionText(badShare, gini, name)}`,
    "",
    ...sheet.table(columns, rows),
  ];
}

function figure(value: number): string {
  return `${(100 * value).toFixed(1).replace("-", "−")} %`;
}

function directionText(badShare: SeparationReport["badShare"], gini: number, name: string): string {
  const subject = name === "points" ? "More points mean" : `A higher ${name} means`;
  if (badShare === "falls") return `${subject} fewer bad firms, at every step.`;
  if (badShare === "rises") return `${subject} more bad firms, at every step.`;
  return `On the whole ${subject.charAt(0).toLowerCase()}${subject.slice(1)} ${gini < 0 ? "more" : "fewer"} bad firms, but not at every step.`;
}

/** What has shifted since the earlier epoch. */
export function stabilityLines({ stability, score, settings }: TestReport, sheet: Sheet): readonly string[] {
  if (stability === undefined) return [];
  const isScore = settings[0]?.outcomes.length === 1;
  const rows = [
    ...(isScore ? [] : [["outcome", ...indexCells(stability.outcome)]]),
    ...(score === undefined ? [] : [[scoreNames[score.of], ...indexCells(stability.score)]]),
  ];
  return [
    ...sheet.chapter(`Stability since epoch ${stability.epoch.number}`),
    ...sheet.table([left(), right("PSI"), left()], rows),
    sheet.note("PSI: population stability index. Below 0.10 little has shifted, above 0.25 much has."),
  ];
}

function indexCells(index: number | null): readonly [string, string] {
  if (index === null) return ["·", "too few firms may be shown"];
  return [index.toFixed(3), index < 0.1 ? "stable" : index <= 0.25 ? "shifting" : "shifted"];
}
