import { isWhole, multiply, type Rational, rational } from "../../model/rational.js";
import { fields, needed, optional } from "../syntax/fields.js";
import type { Place } from "../syntax/problems.js";
import { either, list, made, type Name, type Shape, scalar, table, word } from "../syntax/shape.js";
import type { Tree } from "../syntax/tree.js";
import { type Cut, cutShape } from "./cuts.js";
import { constant, identifier, numberKind, pointsKind } from "./literals.js";

/** Base points, and for each characteristic (a feature) the bins that give more or fewer. Points are exact decimals. */
export interface Scorecard {
  readonly base: Rational;
  readonly reasons: Ranking;
  readonly characteristics: readonly (readonly [Name, readonly Cut<Rational>[]])[];
  readonly place: Place;
}

/**
 * How reason codes are ranked: by the points between a bin and the baseline of its characteristic, most first, equal ones in the order of the
 * text. A code whose points are not above zero is not given.
 */
export interface Ranking {
  /** `points_below` counts how far a bin stays below the baseline, `points_above` how far it is above: where more points are worse. */
  readonly rank: "points_below" | "points_above";
  /** One baseline for all characteristics, or one by name. Where there is none: the most points of the bins (`points_above`: the fewest). */
  readonly baseline: Rational | readonly (readonly [Name, Rational])[];
  /** A code of several characteristics is ranked by the most points that one of them gives it, or by their sum. */
  readonly repeated: "most" | "sum";
  readonly place: Place | undefined;
}

export function isOneBaseline(baseline: Ranking["baseline"]): baseline is Rational {
  return !Array.isArray(baseline);
}

/** How many parts a point is counted in, so that every number of the card is whole: 1, 10, … 1000000. */
export function pointsUnit({ base, reasons, characteristics }: Scorecard): number {
  const baselines = isOneBaseline(reasons.baseline) ? [reasons.baseline] : reasons.baseline.map(([, points]) => points);
  const bins = characteristics.flatMap(([, cuts]) => cuts.flatMap(({ gives }) => gives ?? []));
  const all = [base, ...baselines, ...bins];
  let unit = 1;
  while (!all.every((points) => isWhole(multiply(points, rational(unit))))) unit *= 10;
  return unit;
}

/** What holds where a scorecard says nothing of its reasons. */
export const usualRanking: Ranking = { rank: "points_below", baseline: [], repeated: "most", place: undefined };

/** intercept + sum of weight × feature, exactly. A logistic model is its threshold on the log-odds. */
export interface Linear {
  readonly intercept: Rational;
  readonly terms: readonly (readonly [Name, Term])[];
  readonly place: Place;
}

export interface Term {
  readonly weight: Rational;
  /** The number for a missing value, `no_record`, or undefined: nothing was said. */
  readonly missing: Rational | "no_record" | undefined;
  readonly place: Place;
}

const points: Shape<Rational> = scalar(pointsKind.expected, { type: "number", minimum: -1_000_000, maximum: 1_000_000 }, (text) =>
  pointsKind.read(text),
);

const baseline = either<Ranking["baseline"]>((tree: Tree) => (tree.kind === "map" ? 1 : 0), points, table(identifier, points, 1, 256));

const rankingShape: Shape<Ranking> = made(
  fields("reasons", {
    rank: optional(word("points_below", "points_above"), "by points below the baseline, or above it; points_below where nothing is said"),
    baseline: optional(baseline, "what bins are held against: points, or points by characteristic; else the best bin of each"),
    repeated: optional(word("most", "sum"), "how a code of several characteristics is ranked; most where nothing is said"),
  }),
  ({ rank, baseline, repeated }, place) => ({
    rank: rank ?? usualRanking.rank,
    baseline: baseline ?? usualRanking.baseline,
    repeated: repeated ?? usualRanking.repeated,
    place,
  }),
);

export const scorecardShape: Shape<Scorecard> = made(
  fields("scorecard", {
    base: needed(points, "the points that everyone starts from"),
    reasons: optional(rankingShape, "how reason codes are ranked"),
    characteristics: needed(
      table(identifier, list(cutShape("points", points), 1, 256), 1, 256),
      "for each feature its bins; the first that fits gives the points",
    ),
  }),
  ({ base, reasons, characteristics }, place) => ({ base, reasons: reasons ?? usualRanking, characteristics, place }),
);

const decimal = constant(numberKind);
const whenMissing = either<Rational | "no_record">(
  (tree: Tree) => (tree.kind === "scalar" && tree.text === "no_record" ? 1 : 0),
  decimal,
  word("no_record"),
);

const term: Shape<Term> = made(
  fields("a term", {
    weight: needed(decimal, "what one unit of the feature adds; money counts in its major unit"),
    missing: optional(whenMissing, "the number that stands for a missing value, or no_record"),
  }),
  ({ weight, missing }, place) => ({ weight, missing, place }),
);

export const linearShape: Shape<Linear> = made(
  fields("linear", {
    intercept: needed(decimal, "the value where every feature is zero"),
    terms: needed(table(identifier, term, 1, 256), "the weight of each feature"),
  }),
  (values, place) => ({ ...values, place }),
);
