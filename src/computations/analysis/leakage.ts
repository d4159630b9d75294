import type { Place } from "../syntax/problems.js";
import type { Name } from "../syntax/shape.js";
import type { Askings } from "./askings.js";
import type { Cost } from "./cost.js";
import type { OutcomeCount } from "./outcomes.js";
import type { ReasonTold } from "./reasonCodes.js";
import type { Told } from "./told.js";
import type { Turning } from "./turning.js";

/**
 * What a computation can reveal about one subject: found from the manifest and the schemas alone, before any record is read. Every number is an
 * upper bound: never less than what can happen within one epoch. A new epoch is a new asking.
 */
export interface Leakage {
  readonly id: string;
  readonly version: string;
  /** By input, in the order of the manifest. */
  readonly datasets: readonly DatasetTouch[];
  readonly parameters: readonly { readonly name: string; readonly choices: number; readonly place: Place }[];
  readonly outcomes: OutcomeCount;
  /** What one answer tells at most, in thousandths of a bit: the charge for it. */
  readonly millibits: number;
  /** What asking with every choice of the parameters tells. */
  readonly askings: Askings;
  /** What that tells of each feature. */
  readonly told: readonly Told[];
  /** The features that no outcome hangs on. */
  readonly unused: readonly Name[];
  readonly reasons: readonly ReasonTold[];
  readonly turning: Turning;
  /** By input that a `no_record` counts: how many records it asks for under every choice of the parameters (the most of several), and where. */
  readonly asked: readonly RecordsAsked[];
  readonly cost: Cost;
  /** Where the output stands. */
  readonly output: Place;
}

/** What is read of one dataset. */
export interface DatasetTouch {
  readonly alias: string;
  readonly dataset: string;
  /** In the order of the schema. */
  readonly touched: readonly string[];
  readonly untouched: readonly string[];
}

export interface RecordsAsked {
  readonly dataset: string;
  readonly records: number;
  readonly place: Place;
}
