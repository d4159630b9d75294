import type { Rational } from "../../model/rational.js";
import { fields, needed, optional } from "../syntax/fields.js";
import type { Place } from "../syntax/problems.js";
import { either, list, made, type Name, type Shape, table, word } from "../syntax/shape.js";
import type { Tree } from "../syntax/tree.js";
import { type Cut, cutShape } from "./cuts.js";
import { constant, identifier, numberKind, whole } from "./literals.js";

/** Base points, and for each characteristic (a feature) the bins that give more or fewer. */
export interface Scorecard {
  readonly base: number;
  readonly characteristics: readonly (readonly [Name, readonly Cut<number>[]])[];
  readonly place: Place;
}

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

const points = whole(-1_000_000, 1_000_000);

export const scorecardShape: Shape<Scorecard> = made(
  fields("scorecard", {
    base: needed(points, "the points that everyone starts from"),
    characteristics: needed(
      table(identifier, list(cutShape("points", points), 1, 256), 1, 256),
      "for each feature its bins; the first that fits gives the points",
    ),
  }),
  (values, place) => ({ ...values, place }),
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
