import { FrostglassError } from "../../errors/error.js";
import type { DatasetSchema } from "../schema.js";
import type { Mapping, Place } from "./mapping.js";

/** Where a file has what an import wants, as positions counted from 0. */
export interface Columns {
  /** How many cells a row has. */
  readonly width: number;
  readonly subject: number;
  /** By the position of the schema's column; −1 for one that the mapping leaves out. */
  readonly places: readonly number[];
  /** The headers (or the positions counted from 1, where there is no header) of the columns that nothing was taken from. */
  readonly ignored: readonly string[];
}

/**
 * Finds the mapped columns in a file by its first row. Throws `import-delimiter-wrong`, `import-column-missing` or `import-column-repeated`;
 * the fact `column` is the header or position that the mapping names.
 */
export function findColumns(firstRow: readonly string[], mapping: Mapping, schema: DatasetSchema): Columns {
  const headers = mapping.header ? firstRow.map((cell) => cell.trim()) : undefined;
  checkDelimiter(firstRow, mapping);
  const find = (place: Place) => findColumn(place, headers, firstRow.length);
  const places = schema.columns.map((column) => {
    const mapped = mapping.columns.get(column.name);
    return mapped === undefined ? -1 : find(mapped.place);
  });
  const subject = find(mapping.subject);
  const ignored = firstRow.map((_cell, i) => headers?.[i] ?? String(i + 1)).filter((_name, i) => i !== subject && !places.includes(i));
  return { width: firstRow.length, subject, places, ignored };
}

function findColumn(place: Place, headers: readonly string[] | undefined, width: number): number {
  const position = typeof place === "number" ? place - 1 : (headers?.indexOf(place) ?? -1);
  if (position < 0 || position >= width)
    throw new FrostglassError(
      "import-column-missing",
      `The file has no column ${place}; its first row has ${width} ${width === 1 ? "cell" : "cells"}.`,
      { column: place },
    );
  if (typeof place === "string" && headers?.lastIndexOf(place) !== position)
    throw new FrostglassError("import-column-repeated", `The header names the column ${place} twice.`, { column: place });
  return position;
}

const otherDelimiters: readonly (readonly [string, string])[] = [
  [",", "a comma"],
  [";", "a semicolon"],
  ["\t", "a tab"],
  ["|", "a bar"],
];

/** A first row of one cell that another delimiter would divide was written with that delimiter. */
function checkDelimiter(firstRow: readonly string[], { delimiter }: Mapping): void {
  const only = firstRow.length === 1 ? firstRow[0] : undefined;
  const likely = otherDelimiters.find(([mark]) => mark !== delimiter && only?.includes(mark));
  if (likely === undefined) return;
  const message = `The first row is not divided by the mapping's delimiter; ${likely[1]} would divide it.`;
  throw new FrostglassError("import-delimiter-wrong", message, { likely: likely[1] });
}
