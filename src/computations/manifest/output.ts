import { bandPattern } from "../../model/names.js";
import { fields, headed, needed, optional } from "../syntax/fields.js";
import type { Place } from "../syntax/problems.js";
import { list, made, type Name, type Shape, table, word } from "../syntax/shape.js";
import { type Cut, cutShape } from "./cuts.js";
import { identifier, pattern, whole } from "./literals.js";
import { type Rule, ruleShape } from "./rule.js";

/** The most reason codes that an answer may carry where the manifest says nothing. */
const usualReasons = 4;

/** What leaves the vault. A decision carries reason codes only when it is no. */
export type Output = (DecisionOutput | BandOutput | ScoreOutput) & {
  /** The most reason codes an answer carries. */
  readonly reasons: number;
  readonly place: Place;
};

export interface DecisionOutput {
  readonly kind: "decision";
  readonly rule: Rule;
}

/** A feature, score or linear value cut into named bands. */
export interface BandOutput {
  readonly kind: "band";
  readonly of: Name;
  readonly bands: readonly Cut<string>[];
}

/** A score or linear value moved down to a grid: at most `max`, at least `min`, else the highest min + n × step that is not above it. */
export interface ScoreOutput {
  readonly kind: "score";
  readonly of: "score" | "linear";
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

const reasons = optional(whole(0, 4), "the most reason codes that an answer carries; 4 where nothing is said");

export const bandName: Shape<string> = made(pattern("the name of a band, such as A", bandPattern), (name) => name.text);

const bandShape = made(
  fields("band", { band: needed(table(identifier, list(cutShape("band", bandName), 1, 64), 1, 1), "the value and its bands"), reasons }),
  (values, place) => {
    const [entry] = values.band;
    return entry && { kind: "band" as const, of: entry[0], bands: entry[1], reasons: values.reasons ?? usualReasons, place };
  },
);

const grid = made(
  fields("score", {
    of: optional(word("score", "linear"), "which value; score where nothing is said"),
    min: needed(whole(-1_000_000, 1_000_000), "the lowest score"),
    max: needed(whole(-1_000_000, 1_000_000), "the highest score"),
    step: needed(whole(1, 1_000_000), "the distance between two scores"),
  }),
  ({ of = "score", min, max, step }, place, problems) => {
    if (max > min && (max - min) % step === 0) return { kind: "score" as const, of, min, max, step };
    problems.mistake(place, "The grid does not end at max.", "max above min, and a whole number of steps between them");
    return undefined;
  },
);

/** `{ decision: { score: { at_least: $cutoff } } }`, `{ band: { score: [ … ] } }` or `{ score: { min: 300, max: 900, step: 10 } }`. */
export const outputShape: Shape<Output> = headed<Output>("output", {
  decision: made(fields("decision", { decision: needed(ruleShape, "yes when this holds"), reasons }), (values, place) => ({
    kind: "decision" as const,
    rule: values.decision,
    reasons: values.reasons ?? usualReasons,
    place,
  })),
  band: bandShape,
  score: made(fields("score", { score: needed(grid, "the grid"), reasons }), (values, place) => ({
    ...values.score,
    reasons: values.reasons ?? usualReasons,
    place,
  })),
});
