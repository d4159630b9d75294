import { type Rational, roundToDecimal } from "../../model/rational.js";
import { type Cell, joined } from "./cells.js";
import type { ScoreReport, Tested } from "./report.js";
import { rounded } from "./rounding.js";
import { shareOf } from "./seen.js";
import { joinNeighbours } from "./suppression.js";
import { type ScoreKind, scoreKinds } from "./tally.js";

/** A range of scores; null at the open ends, so that the least and the greatest score do not show. */
export interface RangeLine {
  readonly from: number | null;
  /** Not in the range any more. */
  readonly below: number | null;
}

export interface ScoreGroup extends RangeLine {
  readonly cells: readonly Cell[];
}

/** The score's ranges with the firms of some kinds, neighbours joined until each kind has the least size. Undefined: one is smaller as a whole. */
export function scoreGroups({ tally, protection }: Tested, kinds: readonly ScoreKind[]): readonly ScoreGroup[] | undefined {
  const ranges = tally.ranges.ranges();
  const lines = ranges.map(({ cells }) => kinds.map((kind) => cells[scoreKinds.indexOf(kind)] as Cell));
  const groups = joinNeighbours(lines, protection.least);
  const start = (range: number | undefined) => (range === undefined || range === 0 ? null : decimal(ranges[range]?.from as Rational));
  return groups?.map(({ first, cells }, index) => ({ from: start(first), below: start(groups[index + 1]?.first), cells }));
}

export function scoreRanges(tested: Tested): ScoreReport["ranges"] {
  const { protection } = tested;
  const groups = scoreGroups(tested, ["all"]);
  const whole = rounded(joined((groups ?? []).flatMap(({ cells }) => cells)), protection);
  return groups?.map(({ from, below, cells }) => {
    const firms = rounded(cells[0] as Cell, protection);
    return { from, below, firms, share: shareOf(firms, whole, protection) };
  });
}

function decimal(value: Rational): number {
  return Number(roundToDecimal(value, 3));
}
