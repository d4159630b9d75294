import { holdsText } from "../../columnTypes/index.js";
import type { DatasetSchema } from "../../schema.js";
import type { TextValue } from "../cells.js";

/** Memory that rows are written in, seen as bytes and as 32-bit words. */
export class Room {
  readonly length: number;
  readonly bytes: Buffer;
  readonly words: Int32Array;

  /** `length` is rounded up to a multiple of four. */
  constructor(length: number) {
    this.length = (length + 3) & ~3;
    const memory = new ArrayBuffer(this.length);
    this.bytes = Buffer.from(memory);
    this.words = new Int32Array(memory);
  }
}

/** The positions of a schema's number and text columns. */
export interface RowForm {
  readonly numbers: readonly number[];
  readonly texts: readonly number[];
}

export function rowForm({ columns }: DatasetSchema): RowForm {
  const positions = [...columns.keys()];
  const isText = positions.map((i) => {
    const column = columns[i];
    return column !== undefined && holdsText(column);
  });
  return { numbers: positions.filter((i) => !isText[i]), texts: positions.filter((i) => isText[i]) };
}

/** A word that no narrow number is: the value is missing, or two words follow that hold it. */
const missing = -0x8000_0000;
const wide = missing + 1;
const two32 = 0x1_0000_0000;

/** The bytes that a row takes, a multiple of four. Both lists go by the position of the schema's column. */
export function rowLength(form: RowForm, numbers: Float64Array, texts: readonly TextValue[]): number {
  let words = 2;
  for (let i = 0; i < form.numbers.length; i++) words += isWide(numbers[form.numbers[i] as number] as number) ? 3 : 1;
  for (let i = 0; i < form.texts.length; i++) words += textWords(lengthOf(texts[form.texts[i] as number] as TextValue));
  return words << 2;
}

function isWide(value: number): boolean {
  return value !== (value | 0) ? !Number.isNaN(value) : value <= wide;
}

function lengthOf(text: TextValue): number {
  return text.end - text.start;
}

/** The words that a text of so many bytes takes, with the one for its length. */
export function textWords(length: number): number {
  return 1 + ((length + 3) >> 2);
}

/**
 * Writes a row at `offset`, a multiple of four. It lives in this process only, so the byte order is the machine's (and Node runs on
 * little-endian machines only):
 *
 *     subject  4 bytes   an index that is the caller's own
 *     length   4 bytes   of the whole row
 *     numbers  4 bytes each where 32 bits hold it, as they nearly always do; −2^31 where missing; else −2^31 + 1 and the number in 8 bytes
 *     texts    each a length (4 bytes; 0 where missing) and the bytes of its UTF-8, filled up with zeros to a multiple of four
 */
export function writeRow(
  room: Room,
  offset: number,
  form: RowForm,
  subject: number,
  length: number,
  numbers: Float64Array,
  texts: readonly TextValue[],
): void {
  const { words } = room;
  let word = offset >> 2;
  words[word++] = subject;
  words[word++] = length;
  for (let i = 0; i < form.numbers.length; i++) {
    const value = numbers[form.numbers[i] as number] as number;
    if (isWide(value)) word = writeWide(words, word, value);
    else words[word++] = Number.isNaN(value) ? missing : value;
  }
  for (let i = 0; i < form.texts.length; i++) word = writeText(words, word, texts[form.texts[i] as number] as TextValue);
}

function writeWide(words: Int32Array, word: number, value: number): number {
  words[word] = wide;
  words[word + 1] = value; // an integer array keeps the lowest 32 bits
  words[word + 2] = Math.floor(value / two32);
  return word + 3;
}

/** Reads the number at `word`. The next one is as many words further as `numberWords` says. */
export function readNumber(words: Int32Array, word: number): number {
  const value = words[word] as number;
  if (value > wide) return value;
  return value === missing ? Number.NaN : (words[word + 2] as number) * two32 + ((words[word + 1] as number) >>> 0);
}

export function numberWords(words: Int32Array, word: number): number {
  return words[word] === wide ? 3 : 1;
}

// Byte by byte: for the few bytes of a code this is faster than a call that copies them.
function writeText(words: Int32Array, at: number, { bytes, start, end }: TextValue): number {
  words[at] = end - start;
  let word = at + 1;
  let i = start;
  for (; i + 3 < end; i += 4)
    words[word++] =
      (bytes[i] as number) | ((bytes[i + 1] as number) << 8) | ((bytes[i + 2] as number) << 16) | ((bytes[i + 3] as number) << 24);
  if (i === end) return word;
  let last = 0;
  for (let shift = 0; i < end; i++, shift += 8) last |= (bytes[i] as number) << shift;
  words[word] = last;
  return word + 1;
}

/** Copies `length` bytes between rooms. */
export function copyRow(from: Room, fromOffset: number, to: Room, toOffset: number, length: number): void {
  const source = fromOffset >> 2;
  const target = toOffset >> 2;
  for (let i = 0; i < length >> 2; i++) to.words[target + i] = from.words[source + i] as number;
}
