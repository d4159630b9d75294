import type { OutcomeCount } from "./outcomes.js";

/**
 * What a computation can reveal about one subject: found from the manifest and the schemas alone, before any record is read. Every number is an
 * upper bound: never less than what can happen.
 */
export interface Leakage {
  readonly id: string;
  readonly version: string;
  /** By input, in the order of the manifest. */
  readonly datasets: readonly DatasetTouch[];
  readonly parameters: readonly { readonly name: string; readonly choices: number }[];
  /** Under any one choice of the parameters. */
  readonly outcomes: OutcomeCount;
  /** What one answer tells at most, in thousandths of a bit: the charge for it. */
  readonly millibits: number;
}

/** What is read of one dataset. */
export interface DatasetTouch {
  readonly alias: string;
  readonly dataset: string;
  /** In the order of the schema. */
  readonly touched: readonly string[];
  readonly untouched: readonly string[];
}
