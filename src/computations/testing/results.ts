import { type Rational, roundToDecimal } from "../../model/rational.js";
import type { Cell } from "./cells.js";
import type { Tested } from "./report.js";
import type { Protection } from "./rounding.js";
import { type RangeLine, scoreGroups } from "./scoreGroups.js";
import { dividedSeen, pair, type Seen, seenOf, shareOf } from "./seen.js";
import { directionOf, separationOf } from "./separation.js";
import { outcomesOf } from "./tally.js";

/** Good and bad firms of a line. `weight` is the weight of evidence. */
export interface ResultCounts {
  readonly good: number;
  readonly bad: number;
  readonly badShare: number;
  readonly weight?: number;
}

/** How well the score separates good firms from bad ones. */
export interface SeparationReport {
  readonly ks: number;
  readonly auc: number;
  readonly gini: number;
  /** What the share of bad firms does as the score goes up. */
  readonly badShare: "falls" | "rises" | "neither";
  /** Ascending. `odds`: good firms for one bad one. */
  readonly groups: readonly (RangeLine & ResultCounts & { readonly odds: number })[];
}

export interface ResultsReport {
  readonly column: string;
  readonly good: Seen;
  readonly bad: Seen;
  /** By outcome; null: the outcomes that are hidden, together. */
  readonly outcomes?: readonly (ResultCounts & { readonly outcome: string | null })[];
  /** Undefined: no score, or too few good or bad firms for two groups. */
  readonly separation?: SeparationReport;
}

export function resultsReport(tested: Tested, column: string): ResultsReport {
  const { tally, protection } = tested;
  const outcomes = outcomeResults(tested);
  const separation = separationReport(tested);
  return {
    column,
    good: seenOf(tally.results.at(0), tally.firms.at(0), protection),
    bad: seenOf(tally.results.at(1), tally.firms.at(0), protection),
    ...(outcomes === undefined ? {} : { outcomes }),
    ...(separation === undefined ? {} : { separation }),
  };
}

function outcomeResults({ computation, tally, protection }: Tested): ResultsReport["outcomes"] {
  const names = outcomesOf(computation.bound);
  const cells = tally.outcomeResults.all();
  const lines = names.map((_, index): readonly [Cell, Cell] => [cells[2 * index] as Cell, cells[2 * index + 1] as Cell]);
  const parts = tally.outcomes[0]?.all().slice(0, names.indexOf("no-record")) ?? [];
  return dividedSeen(lines, parts, protection)?.map(({ line, counts }) => ({
    outcome: line === undefined ? null : (names[line] ?? ""),
    ...resultCounts(counts, protection),
  }));
}

function separationReport(tested: Tested): SeparationReport | undefined {
  const { protection } = tested;
  const groups = (scoreGroups(tested, ["good", "bad"]) ?? []).map(({ from, below, cells }) => ({
    from,
    below,
    counts: pair(cells, protection),
  }));
  const counts = groups.map(({ counts: [good, bad] }) => ({ good, bad }));
  const separation = separationOf(counts);
  // One group separates nothing: a KS of 0 would say that the score does not.
  if (separation === undefined || groups.length < 2) return undefined;
  return {
    ks: decimal(separation.ks),
    auc: decimal(separation.auc),
    gini: decimal(separation.gini),
    badShare: directionOf(counts),
    groups: groups.map(({ from, below, counts: [good, bad] }) => {
      return { from, below, ...resultCounts([good, bad], protection), odds: Number((good / bad).toPrecision(3)) };
    }),
  };
}

export function resultCounts([good, bad]: readonly [number, number], protection: Protection): ResultCounts {
  return { good, bad, badShare: shareOf(bad, good + bad, protection) };
}

function decimal(value: Rational): number {
  return Number(roundToDecimal(value, 3));
}
