import type { Rational } from "../../model/rational.js";
import type { Aggregate, AggregateInput } from "../aggregates/aggregate.js";
import type { Combination } from "../combinations/combination.js";
import type { FeatureType } from "../featureType.js";
import type { WhenMissing } from "../manifest/rule.js";
import type { Ranking } from "../manifest/scorecard.js";
import type { Place } from "../syntax/problems.js";
import type { Name } from "../syntax/shape.js";
import type { Setting } from "./setting.js";

/** The first and last integer of a lane that pass, both included, once the as-of day is known. */
export type Window = (asOf: number) => readonly [low: number, high: number];

/** A filter on one column, in the integers of its lane. `missing`: records without a value pass as well. */
export type LaneTest = { readonly column: number; readonly missing: boolean; readonly place: Place } & (
  | { readonly kind: "interval"; readonly windows: readonly Setting<Window>[] }
  /** One of these numbers (`keep`), or none of them. */
  | { readonly kind: "numbers"; readonly numbers: readonly Setting<number>[]; readonly keep: boolean }
  /** As `numbers`, of the texts in the page's dictionary. */
  | { readonly kind: "texts"; readonly texts: readonly Setting<string>[]; readonly keep: boolean }
  | { readonly kind: "missing" }
);

/**
 * The records of one input that pass a filter: those of the selection before it (`from`, all records where undefined) that pass one more test.
 * Features share selections, and filters that begin alike share their beginning.
 */
export interface BoundSelection {
  readonly input: number;
  readonly from: number | undefined;
  /** Undefined: every record. */
  readonly test: LaneTest | undefined;
}

/** One value to be made; steps read only values of steps before them. */
export type Step =
  | { readonly kind: "aggregate"; readonly aggregate: Aggregate; readonly selection: number; readonly input: AggregateInput }
  | { readonly kind: "combination"; readonly combination: Combination; readonly operands: readonly [number, number] }
  | { readonly kind: "indicator"; readonly rule: BoundRule };

export interface BoundFeature {
  readonly step: number;
  readonly type: FeatureType;
  readonly mayBeMissing: boolean;
}

export interface BoundLimit {
  readonly at: Setting<Rational>;
  readonly closed: boolean;
}

/** A condition on a feature's value. */
export interface BoundTest {
  readonly lower: BoundLimit | undefined;
  readonly upper: BoundLimit | undefined;
  readonly numbers: readonly Setting<Rational>[] | undefined;
  readonly texts: readonly Setting<string>[] | undefined;
  readonly place: Place;
}

/** Which value a rule, bin or band looks at: a step's, the score or the linear predictor. */
export type Target = number | "score" | "linear";

export type BoundRule =
  | { readonly kind: "all" | "any"; readonly rules: readonly BoundRule[]; readonly reason: string | undefined }
  | { readonly kind: "not"; readonly rules: readonly [BoundRule]; readonly reason: string | undefined }
  | {
      readonly kind: "test";
      readonly of: Target;
      readonly test: BoundTest;
      readonly missing: WhenMissing | undefined;
      readonly reason: string | undefined;
    };

/** One line of bins or bands. `gives` is undefined for no-record. */
export interface BoundCut<T> {
  readonly when: BoundTest | "otherwise" | "missing";
  readonly gives: T | undefined;
  readonly reason: string | undefined;
}

export interface BoundCharacteristic {
  readonly of: number;
  readonly bins: readonly BoundCut<number>[];
  /** What a bin's points are held against when its reason is ranked. */
  readonly baseline: number;
}

/** Points are whole numbers here, `unit` of them to a point: 100 where the card has points such as 12.25. */
export interface BoundScorecard {
  readonly unit: number;
  readonly base: number;
  readonly rank: Ranking["rank"];
  readonly repeated: Ranking["repeated"];
  readonly characteristics: readonly BoundCharacteristic[];
}

export interface BoundLinear {
  readonly intercept: Rational;
  readonly terms: readonly { readonly of: number; readonly weight: Rational; readonly missing: Rational | undefined }[];
}

export type BoundOutput = { readonly reasons: number } & (
  | { readonly kind: "decision"; readonly rule: BoundRule }
  | { readonly kind: "band"; readonly of: Target; readonly bands: readonly BoundCut<string>[] }
  | { readonly kind: "score"; readonly of: "score" | "linear"; readonly min: number; readonly max: number; readonly step: number }
);

/** Fewer records in the selection than this: no-record. */
export interface BoundTooFew {
  readonly fewerThan: Setting<number>;
  readonly selection: number;
}

/** A manifest held against its schemas: every name resolved, every literal an exact number. What is evaluated, and what is analysed. */
export interface BoundManifest {
  readonly selections: readonly BoundSelection[];
  readonly steps: readonly Step[];
  readonly features: ReadonlyMap<string, BoundFeature>;
  /** Of these, what no outcome hangs on: made for nothing. */
  readonly unused: readonly Name[];
  readonly scorecard: BoundScorecard | undefined;
  readonly linear: BoundLinear | undefined;
  readonly output: BoundOutput;
  readonly tooFew: readonly BoundTooFew[];
  /** By input: its alias, its dataset, and the positions of the columns that are read, ascending. */
  readonly datasets: readonly { readonly alias: string; readonly name: string; readonly columns: readonly number[] }[];
}
