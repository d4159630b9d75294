import { boundsOf, type CellFormat, type Column, cellParser, textParser } from "../columnTypes/index.js";
import { type ByteText, decodeByteText, detach, encodeByteText } from "./byteText.js";
import type { Mapping } from "./mapping.js";

/** What a mapping says of every cell. */
export type CellRules = Pick<Mapping, "trim" | "missing">;

/** What a number reader gives for a cell that its column does not take. (A missing value of an optional column is NaN.) */
export const unfitNumber = Number.POSITIVE_INFINITY;
/** What a text reader gives for a cell that its column does not take. (A missing value of an optional column is undefined.) */
export const unfitText = "";

/** Reads the cells of one number column: the value, NaN where it is missing and may be, or `unfitNumber`. */
export type NumberReader = (raw: ByteText) => number;
/** Reads the cells of one text column: the value as byte text, undefined where it is missing and may be, or `unfitText`. */
export type TextReader = (raw: ByteText) => ByteText | undefined;

/** The text of a cell, as the mapping wants it. */
export function cleanCell(raw: ByteText, trim: boolean): string {
  const text = decodeByteText(raw);
  return trim ? text.trim() : text;
}

/**
 * The reader of a number column. A cell is first given to the parser as it is: what numbers and dates take is ASCII without blanks, the same in
 * byte text, so only what the parser does not take needs decoding and trimming. Throws `cell-format-invalid`.
 */
export function numberReader(column: Column, format: CellFormat, rules: CellRules): NumberReader {
  const parse = cellParser(column, format);
  const careful = (raw: ByteText): number => {
    const text = cleanCell(raw, rules.trim);
    if (rules.missing.has(text)) return column.optional ? Number.NaN : unfitNumber;
    const value = parse(text);
    return Number.isNaN(value) ? unfitNumber : value;
  };
  if (hasFewValues(column)) return remembering(careful);
  if ([...rules.missing].some((text) => !Number.isNaN(parse(text)))) return careful;
  return (raw) => {
    const value = parse(raw);
    return Number.isNaN(value) ? careful(raw) : value;
  };
}

const mostRemembered = 1024;

/** True for enums and the like, whose cells are words in any script and come again and again. */
function hasFewValues(column: Column): boolean {
  const { min, max } = boundsOf(column);
  return max - min < mostRemembered;
}

function remembering(read: NumberReader): NumberReader {
  const known = new Map<ByteText, number>();
  return (raw) => {
    const value = known.get(raw) ?? read(raw);
    if (value !== unfitNumber && known.size < mostRemembered && !known.has(raw)) known.set(detach(raw), value);
    return value;
  };
}

/** The reader of a text column. */
export function textReader(column: Column, format: CellFormat, rules: CellRules): TextReader {
  const parse = textParser(column, format);
  const mayBeMissing = rules.missing.size > 1;
  const careful = (raw: ByteText): ByteText | undefined => {
    const text = cleanCell(raw, rules.trim);
    if (rules.missing.has(text)) return column.optional ? undefined : unfitText;
    const value = parse(text);
    return value === undefined ? unfitText : encodeByteText(value);
  };
  return (raw) => (isPlain(raw) && !(mayBeMissing && rules.missing.has(raw)) ? (parse(raw) ?? unfitText) : careful(raw));
}

/** Why a cell was not taken: it is missing, or not what its column holds. */
export function unfitReason(column: Column, raw: ByteText, rules: CellRules): string {
  if (rules.missing.has(cleanCell(raw, rules.trim))) return "cell-missing";
  return column.type === "enum" || column.type === "boolean" ? "cell-value-unknown" : `cell-not-a-${column.type}`;
}

/** True for printable ASCII without a space at either end: what neither trimming nor decoding changes. */
function isPlain(raw: ByteText): boolean {
  const length = raw.length;
  for (let i = 0; i < length; i++) {
    const code = raw.charCodeAt(i);
    if (code <= 0x20 ? code < 0x20 || i === 0 || i === length - 1 : code > 0x7e) return false;
  }
  return length > 0;
}
