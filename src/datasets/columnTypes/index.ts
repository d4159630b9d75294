import { z } from "zod";
import { encodeUtf8 } from "../../bytes/utf8.js";
import { FrostglassError } from "../../errors/error.js";
import { booleanType } from "./boolean.js";
import { codeType } from "./code.js";
import type { Bounds, ByteParser, CellFormat, Column, ColumnType } from "./columnType.js";
import { dateType } from "./date.js";
import { decimalType } from "./decimal.js";
import { enumType } from "./enum.js";
import { integerType } from "./integer.js";
import { moneyType } from "./money.js";

export type { Bounds, ByteParser, CellFormat, Column, ColumnType } from "./columnType.js";

/** Every column type. To add one: write its file, add it here, and `test/datasets/columnTypes/` holds it to the shared contract. */
export const columnTypes = [
  dateType,
  moneyType,
  integerType,
  decimalType,
  enumType,
  booleanType,
  codeType,
] as const satisfies readonly ColumnType[];

export type ColumnTypeName = (typeof columnTypes)[number]["name"];

const byName: ReadonlyMap<string, ColumnType> = new Map(columnTypes.map((type) => [type.name, type]));

/** The type of a column. */
export function typeOf(column: Column): ColumnType {
  const type = byName.get(column.type);
  if (type === undefined) throw new FrostglassError("schema-invalid", `There is no column type ${column.type}.`, { column: column.name });
  return type;
}

/** True when the column holds texts in a page dictionary (a code), false when it holds numbers. */
export function holdsText(column: Column): boolean {
  return typeOf(column).kind === "text";
}

/** The interval of the numbers that a column may hold. For a text column: the indexes of a page dictionary. */
export function boundsOf(column: Column): Bounds {
  const type = typeOf(column);
  return type.kind === "number" ? type.bounds(column) : { min: 0, max: Number.MAX_SAFE_INTEGER };
}

/**
 * The parser for the cells of a number column: a safe integer within the column's bounds, or NaN when the cell is not such a value.
 * Throws `cell-format-invalid` when the format does not fit the column.
 */
export function byteParser(column: Column, format?: CellFormat): ByteParser {
  const type = typeOf(column);
  if (type.kind === "number") return type.byteParser(column, format);
  throw new FrostglassError("cell-format-invalid", `Column ${column.name} holds text, not numbers.`, { column: column.name });
}

/** `byteParser` for cells that are strings. */
export function cellParser(column: Column, format?: CellFormat): (cell: string) => number {
  const parse = byteParser(column, format);
  return (cell) => {
    const text = encodeUtf8(cell);
    return parse(text, 0, text.length);
  };
}

/** The parser for the cells of a text column: the text to keep, or undefined when the cell is not such a value. */
export function textParser(column: Column, format?: CellFormat): (cell: string) => string | undefined {
  const type = typeOf(column);
  if (type.kind === "text") return type.textParser(column, format);
  throw new FrostglassError("cell-format-invalid", `Column ${column.name} holds numbers, not text.`, { column: column.name });
}

/** What a mapping may say of how a column's cells are written: the strict shape of a `CellFormat` for the column's type. */
export function cellFormatShape(column: Column): z.ZodType<CellFormat> {
  return z.strictObject(typeOf(column).format);
}
