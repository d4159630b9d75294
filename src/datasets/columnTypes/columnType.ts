import type { z } from "zod";
import type { ColumnTypeName } from "./index.js";

/** One typed column of a dataset schema. Settings that its type does not take are absent. */
export interface Column {
  readonly name: string;
  readonly type: ColumnTypeName;
  /** True when a record may lack this value. */
  readonly optional: boolean;
  /** enum: the members in the order of their indexes. */
  readonly members?: readonly string[];
  /** decimal: the number of decimals kept, 0 to 12. */
  readonly scale?: number;
  /** money: the ISO 4217 code. */
  readonly currency?: string;
}

/** How a mapping says that a column's cells are written. Each column type names the members that it takes in its `format` shape. */
export interface CellFormat {
  /** date: one of `datePatterns`, or several that are tried in turn. */
  readonly pattern?: string | readonly string[] | undefined;
  /** date with a two-digit year: the first year of the hundred years that it may mean. */
  readonly first_year?: number | undefined;
  /** money, decimal, integer: the decimal mark; a point where nothing is said. */
  readonly decimal?: "." | "," | undefined;
  /** money, decimal, integer: the mark between groups of three digits; none where nothing is said. */
  readonly thousands?: "," | "." | " " | "'" | undefined;
  /** money: what one in the cell stands for; the currency's major unit where nothing is said. */
  readonly unit?: string | undefined;
  /** money, decimal: what to do with digits past the scale; refused where nothing is said. */
  readonly round?: "half-up" | undefined;
  /** money, decimal, integer: texts beside the number that mean nothing, such as ¥. */
  readonly symbols?: readonly string[] | undefined;
  /** boolean: the words for true. */
  readonly yes?: readonly string[] | undefined;
  /** boolean: the words for false. */
  readonly no?: readonly string[] | undefined;
  /** enum: from the cell's text to the member; only these cells are then accepted. */
  readonly values?: Readonly<Record<string, string>> | undefined;
}

/** The closed interval of the numbers that a column may hold. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** Parses the cell that `text` holds in UTF-8, from `start` to before `end`: an import reads cells where they lie, without making a string of each. */
export type ByteParser = (text: Uint8Array, start: number, end: number) => number;

interface ColumnTypeCommon {
  readonly name: string;
  /** What a schema may say of such a column, beside `type` and `optional`. */
  readonly settings: z.ZodRawShape;
  /** What a mapping may say of how its cells are written: members of `CellFormat`. */
  readonly format: z.ZodRawShape;
}

/** A type whose values are safe integers: a day number, minor units, a scaled integer, a member's index, 0 or 1. */
export interface NumberColumnType extends ColumnTypeCommon {
  readonly kind: "number";
  bounds(column: Column): Bounds;
  /**
   * The parser for one column's cells, made once an import. It gives a safe integer within `bounds`, or NaN when the text is not such a
   * value; an empty cell is NaN too. Throws `cell-format-invalid` when the format does not fit the column.
   */
  byteParser(column: Column, format: CellFormat | undefined): ByteParser;
}

/** A type whose values are opaque texts, kept in a dictionary per page. */
export interface TextColumnType extends ColumnTypeCommon {
  readonly kind: "text";
  /** Printable ASCII of 1 to so many characters, without blanks at its ends, is kept as it is, whatever the column: it needs no parser. */
  readonly plainLimit: number;
  /** The parser for one column's cells: the text to keep, or undefined when it is not such a value (an empty cell never is). */
  textParser(column: Column, format: CellFormat | undefined): (cell: string) => string | undefined;
}

export type ColumnType = NumberColumnType | TextColumnType;
