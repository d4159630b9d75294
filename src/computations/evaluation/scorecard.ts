import { add, multiply, type Rational } from "../../model/rational.js";
import type { Value } from "../aggregates/aggregate.js";
import type { BoundLinear, BoundScorecard } from "../binding/bound.js";
import { firstCut } from "./rules.js";

/** A reason code and how many points its bin stays below the best bin. */
export interface PointsLost {
  readonly reason: string;
  readonly lost: number;
}

/** The points of a scorecard and its reasons in the order of the characteristics; undefined for no-record. */
export function scoreOf(
  card: BoundScorecard,
  steps: readonly Value[],
  choices: readonly number[],
): { readonly score: number; readonly lost: readonly PointsLost[] } | undefined {
  let score = card.base;
  const lost: PointsLost[] = [];
  for (const { of, bins, best } of card.characteristics) {
    const bin = firstCut(bins, steps[of], choices);
    if (bin?.gives === undefined) return undefined;
    score += bin.gives;
    if (bin.reason !== undefined) lost.push({ reason: bin.reason, lost: best - bin.gives });
  }
  return { score, lost };
}

/** Reason codes by points lost, most first; equal ones in the order of the manifest; each once. */
export function ranked(lost: readonly PointsLost[]): readonly string[] {
  return [...new Set(lost.toSorted((a, b) => b.lost - a.lost).map(({ reason }) => reason))];
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
  const above = value.num - BigInt(min) * value.den;
  if (above < 0n) return min;
  const steps = above / (value.den * BigInt(step));
  const most = BigInt((max - min) / step);
  return min + step * Number(steps < most ? steps : most);
}
