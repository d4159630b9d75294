import { encodeUtf8 } from "../../bytes/utf8.js";
import { boundsOf, byteParser, type CellFormat, type Column, textParser, typeOf } from "../columnTypes/index.js";
import type { Mapping } from "./mapping.js";

/** What a mapping says of every cell. */
export type CellRules = Pick<Mapping, "trim" | "missing">;

/** What a number reader gives for a cell that its column does not take. (A missing value of an optional column is NaN.) */
export const unfitNumber = Number.POSITIVE_INFINITY;

/** Reads the cell of a number column that `text` holds from `start` to before `end`: the value, NaN where it is missing and may be, or `unfitNumber`. */
export type NumberReader = (text: Buffer, start: number, end: number) => number;
/** Reads such a cell of a text column into `value`; false for one that its column does not take. */
export type TextReader = (text: Buffer, start: number, end: number, value: TextValue) => boolean;

const none = new Uint8Array(0);

/** The text that a cell gave, as a range of UTF-8: mostly the cell itself, where it lies. An empty one is a missing value. */
export class TextValue {
  bytes: Uint8Array = none;
  start = 0;
  end = 0;

  set(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  clear(): void {
    this.set(none, 0, 0);
  }
}

/** The text of a cell, as the mapping wants it. */
export function cleanCell(text: Buffer, start: number, end: number, trim: boolean): string {
  const cell = text.toString("utf8", start, end);
  return trim ? cell.trim() : cell;
}

/**
 * The reader of a number column. A cell is first given to the parser as it is: what numbers and dates take is ASCII without blanks, so only
 * what the parser does not take needs decoding and trimming. Throws `cell-format-invalid`.
 */
export function numberReader(column: Column, format: CellFormat, rules: CellRules): NumberReader {
  const parse = byteParser(column, format);
  const parseText = (cell: string) => {
    const text = encodeUtf8(cell);
    return parse(text, 0, text.length);
  };
  const careful: NumberReader = (text, start, end) => {
    const cell = cleanCell(text, start, end, rules.trim);
    if (rules.missing.has(cell)) return column.optional ? Number.NaN : unfitNumber;
    const value = parseText(cell);
    return Number.isNaN(value) ? unfitNumber : value;
  };
  if (hasFewValues(column)) return remembering(careful);
  if ([...rules.missing].some((cell) => !Number.isNaN(parseText(cell)))) return careful;
  return (text, start, end) => {
    const value = parse(text, start, end);
    return Number.isNaN(value) ? careful(text, start, end) : value;
  };
}

/** True for enums and the like, whose cells are words in any script and come again and again. */
function hasFewValues(column: Column): boolean {
  const { min, max } = boundsOf(column);
  return max - min < 1024;
}

const longestKept = 64;

/** A copy of a cell, to know it by when it comes again. It keeps no cell of more than 64 bytes. */
export class KnownCell {
  readonly #bytes = new Uint8Array(longestKept);
  #length = -1;

  /** True when the cell that was kept last is what `text` holds from `start` to before `end`. */
  is(text: Uint8Array, start: number, end: number): boolean {
    if (this.#length !== end - start) return false;
    for (let i = 0; i < this.#length; i++) if (this.#bytes[i] !== text[start + i]) return false;
    return true;
  }

  keep(text: Uint8Array, start: number, end: number): void {
    this.#length = end - start <= longestKept ? end - start : -1;
    for (let i = 0; i < this.#length; i++) this.#bytes[i] = text[start + i] as number;
  }
}

const slots = 256;

/** Remembers, in each slot, the last cell that fell on it and what it was read as: no string is made of a cell that is known. */
function remembering(read: NumberReader): NumberReader {
  const cells = Array.from({ length: slots }, () => new KnownCell());
  const values = new Float64Array(slots);
  return (text, start, end) => {
    const slot = slotOf(text, start, end);
    const cell = cells[slot] as KnownCell;
    if (cell.is(text, start, end)) return values[slot] as number;
    const value = read(text, start, end);
    cell.keep(text, start, end);
    values[slot] = value;
    return value;
  };
}

function slotOf(text: Uint8Array, start: number, end: number): number {
  let hash = 0;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (text[i] as number)) | 0;
  return (hash ^ (hash >>> 8)) & (slots - 1);
}

/** The reader of a text column. */
export function textReader(column: Column, format: CellFormat, rules: CellRules): TextReader {
  const parse = textParser(column, format);
  const careful: TextReader = (text, start, end, value) => {
    const cell = cleanCell(text, start, end, rules.trim);
    value.clear();
    if (rules.missing.has(cell)) return column.optional;
    const kept = parse(cell);
    if (kept === undefined) return false;
    const bytes = encodeUtf8(kept);
    value.set(bytes, 0, bytes.length);
    return true;
  };
  const type = typeOf(column);
  const plainLimit = type.kind === "text" ? type.plainLimit : 0;
  const longestMissing = Math.max(...[...rules.missing].map((cell) => cell.length));
  return (text, start, end, value) => {
    if (end - start <= longestMissing || end - start > plainLimit || !isPlain(text, start, end)) return careful(text, start, end, value);
    value.set(text, start, end);
    return true;
  };
}

/** Why a cell was not taken: it is missing, or not what its column holds. */
export function unfitReason(column: Column, cell: string, rules: CellRules): string {
  if (rules.missing.has(cell)) return "cell-missing";
  return column.type === "enum" || column.type === "boolean" ? "cell-value-unknown" : `cell-not-a-${column.type}`;
}

/** True for printable ASCII without a space at either end: what neither trimming nor decoding changes. */
function isPlain(text: Uint8Array, start: number, end: number): boolean {
  if (text[start] === 0x20 || text[end - 1] === 0x20) return false;
  for (let i = start; i < end; i++) {
    const byte = text[i] as number;
    if (byte < 0x20 || byte > 0x7e) return false;
  }
  return true;
}
