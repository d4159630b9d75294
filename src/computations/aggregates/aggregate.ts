import type { Column, ColumnTypeName } from "../../datasets/columnTypes/index.js";
import type { PageColumns } from "../../datasets/pageColumns.js";
import type { Rational } from "../../model/rational.js";
import type { Selected } from "./loops.js";

/** A feature's value: an exact number in major units, the text of an enum member or code, or undefined for missing. */
export type Value = Rational | string | undefined;

export type Unit = "value" | "day" | "month" | "year";

/** What `by:` says for an aggregate. */
export type By =
  | { readonly kind: "unit"; readonly units: readonly Unit[]; readonly meaning: string }
  | { readonly kind: "column"; readonly types: readonly ColumnTypeName[]; readonly meaning: string };

/** The records of one page that passed a filter. */
export interface SelectedRecords extends Selected {
  readonly page: PageColumns;
  /** The epoch's as-of day. */
  readonly asOf: number;
}

/** A column that an aggregate reads. */
export interface InputColumn {
  /** Its position in the schema. */
  readonly index: number;
  readonly column: Column;
  /** How many of the lane's integers make one in the value: 100 for money in CNY, 10^scale for a decimal, else 1. */
  readonly unit: number;
}

export interface AggregateInput {
  /** Undefined when the aggregate runs over the records themselves. */
  readonly column: InputColumn | undefined;
  readonly by: InputColumn | undefined;
  readonly unit: Unit;
}

/**
 * One way to make a value of many records. The result may not depend on the order of the records. A record without a value in a column
 * that the aggregate reads is left out. To add an aggregate: write its file, add it to `index.ts`, which says what its tests need.
 */
export interface Aggregate {
  readonly keyword: string;
  /** For editors and reports. */
  readonly meaning: string;
  /** Whether `sum: sales` (the records) makes sense, and over which types of column. */
  readonly over: { readonly records: boolean; readonly columns: readonly ColumnTypeName[] };
  readonly by: By | undefined;
  /** `column`: a value like those of the column; `count`: a whole number, not negative; `whole`: a whole number; `truth`: 0 or 1. */
  readonly gives: "column" | "number" | "count" | "whole" | "truth";
  /** True when the value can be missing, for one because no record was selected. */
  readonly mayBeMissing: boolean;
  /** True when the value is never negative and never more than the number of records that it is made of. */
  readonly withinCount: boolean;
  /** True when over the records themselves it asks how many there are, and not which. */
  readonly countSuffices: boolean;
  /** How often at most it looks at, moves or adds a cell of one record, in a page of 2^20 records: the analyser's unit of cost. */
  readonly stepsPerRecord: number;
  run(records: SelectedRecords, input: AggregateInput): Value;
}

export const everyType: readonly ColumnTypeName[] = ["date", "money", "integer", "decimal", "enum", "boolean", "code"];
export const numericTypes: readonly ColumnTypeName[] = ["money", "integer", "decimal"];
