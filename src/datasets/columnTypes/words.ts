import { decodeUtf8 } from "../../bytes/utf8.js";
import { FrostglassError } from "../../errors/error.js";
import type { ByteParser, Column } from "./columnType.js";

/** A parser for cells that are one of a few words. A word with two meanings throws `cell-format-invalid`. */
export function wordParser(column: Column, meanings: Iterable<readonly [string, number]>): ByteParser {
  const values = new Map<string, number>();
  for (const [word, value] of meanings) {
    if (values.has(word))
      throw new FrostglassError("cell-format-invalid", `Column ${column.name} gives one word two meanings.`, { column: column.name });
    values.set(word, value);
  }
  return (text, start, end) => values.get(decodeUtf8(text.subarray(start, end))) ?? Number.NaN;
}
