import type { Cell, Cells } from "./cells.js";
import type { EarlierTally, Tested, TestedEpoch } from "./report.js";
import { rounded } from "./rounding.js";
import { scoreGroups } from "./scoreGroups.js";
import { dividedSeen, pair } from "./seen.js";
import { stabilityOf } from "./separation.js";
import { outcomesOf, scoreKindOf } from "./tally.js";

/** Population stability indices against an earlier epoch; null where too few firms may be shown. */
export interface StabilityReport {
  readonly epoch: TestedEpoch;
  readonly firms: number;
  /** Of the outcomes of the firms with an answer; null for a score, whose index is the next. */
  readonly outcome: number | null;
  readonly score: number | null;
}

export function stabilityReport(tested: Tested, { epoch, tally: before }: EarlierTally): StabilityReport {
  const { tally, protection } = tested;
  const noRecord = outcomesOf(tally.bound).indexOf("no-record");
  const answers = (cells: Cells | undefined) => cells?.all().filter((_, index) => index !== noRecord) ?? [];
  const [now, then] = [answers(tally.outcomes[0]), answers(before.outcomes[0])];
  const lines = now.map((cell, index): [Cell, Cell] => [cell, then[index] as Cell]);
  const groups = scoreKindOf(tally.bound) === undefined ? undefined : scoreGroups(tested, ["all", "earlier"]);
  return {
    epoch,
    firms: rounded(before.firms.at(0), protection),
    outcome: indexOf(dividedSeen(lines, now, protection)?.map(({ counts }) => counts)),
    score: indexOf(groups?.map(({ cells }) => pair(cells, protection))),
  };
}

/** The stability index of lines that may be seen; null where they are fewer than two. */
export function indexOf(lines: readonly (readonly [number, number])[] | undefined): number | null {
  if (lines === undefined || lines.length < 2) return null;
  return Number(stabilityOf(lines.map(([current, earlier]) => ({ current, earlier }))).toFixed(3));
}
