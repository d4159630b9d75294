import type { Rational } from "../../model/rational.js";
import type { FeatureType } from "../featureType.js";

/** One way to make a number of two. Either of the two missing makes the result missing. */
export interface Combination {
  readonly keyword: string;
  readonly meaning: string;
  /** The type of the result, or undefined when the two do not go together. */
  type(a: FeatureType, b: FeatureType): FeatureType | undefined;
  /** What goes together, for the author. */
  readonly expected: string;
  /** True when the result can be missing although both operands are there. */
  readonly mayBeMissing: boolean;
  combine(a: Rational, b: Rational): Rational | undefined;
}
