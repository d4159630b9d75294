import { add, divide, floorNumber, multiply, type Rational, rational, subtract } from "../../model/rational.js";
import type { Value } from "../aggregates/aggregate.js";
import type { BoundCharacteristic, BoundCut, BoundLinear, BoundScorecard } from "../binding/bound.js";
import { firstCut } from "./rules.js";

/** A reason code and how many points (in the card's unit) its bin stays below the baseline, or above it where the card ranks so. */
export interface PointsLost {
  readonly reason: string;
  readonly lost: number;
}

/** The points of a scorecard (in its unit) and its reasons in the order of the characteristics; undefined for no-record. */
export function scoreOf(
  card: BoundScorecard,
  steps: readonly Value[],
  choices: readonly number[],
): { readonly score: number; readonly lost: readonly PointsLost[] } | undefined {
  let score = card.base;
  const lost: PointsLost[] = [];
  for (const characteristic of card.characteristics) {
    const bin = firstCut(characteristic.bins, steps[characteristic.of], choices);
    if (bin?.gives === undefined) return undefined;
    score += bin.gives;
    const reason = pointsLost(card, characteristic, bin);
    if (reason !== undefined) lost.push(reason);
  }
  return { score, lost };
}

/** What a bin that is hit gives as a reason; undefined where it names none. */
export function pointsLost({ rank }: BoundScorecard, { baseline }: BoundCharacteristic, bin: BoundCut<number>): PointsLost | undefined {
  if (bin.reason === undefined || bin.gives === undefined) return undefined;
  return { reason: bin.reason, lost: rank === "points_below" ? baseline - bin.gives : bin.gives - baseline };
}

/** Reason codes by points lost, most first; equal ones in the order of the manifest; each once, and only where points were lost. */
export function ranked(lost: readonly PointsLost[], { repeated }: Pick<BoundScorecard, "repeated">): readonly string[] {
  if (lost.length === 0) return [];
  const each = repeated === "sum" ? summed(lost) : lost;
  const given = each.filter((one) => one.lost > 0).sort((a, b) => b.lost - a.lost);
  return [...new Set(given.map(({ reason }) => reason))];
}

function summed(lost: readonly PointsLost[]): readonly PointsLost[] {
  const sums = new Map<string, number>();
  for (const { reason, lost: points } of lost) sums.set(reason, (sums.get(reason) ?? 0) + points);
  return [...sums].map(([reason, points]) => ({ reason, lost: points }));
}

/** The linear predictor; undefined for no-record. */
export function linearOf({ intercept, terms }: BoundLinear, steps: readonly Value[]): Rational | undefined {
  let sum = intercept;
  for (const { of, weight, missing } of terms) {
    const value = steps[of] ?? missing;
    if (value === undefined || typeof value === "string") return undefined;
    sum = add(sum, multiply(weight, value));
  }
  return sum;
}

/** Moves a value down to the grid. */
export function onGrid(value: Rational, { min, max, step }: { readonly min: number; readonly max: number; readonly step: number }): number {
  const steps = floorNumber(divide(subtract(value, rational(min)), rational(step)));
  return min + step * Math.min(Math.max(steps, 0), (max - min) / step);
}
