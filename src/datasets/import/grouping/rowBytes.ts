import { holdsText } from "../../columnTypes/index.js";
import type { DatasetSchema } from "../../schema.js";

/** Memory that rows are written in, seen as bytes, as 32-bit words and as doubles. */
export class Room {
  readonly length: number;
  readonly bytes: Buffer;
  readonly words: Uint32Array;
  readonly doubles: Float64Array;

  /** `length` is rounded up to a multiple of eight. */
  constructor(length: number) {
    this.length = (length + 7) & ~7;
    const memory = new ArrayBuffer(this.length);
    this.bytes = Buffer.from(memory);
    this.words = new Uint32Array(memory);
    this.doubles = new Float64Array(memory);
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

/** The bytes that a row takes, a multiple of eight. */
export function rowLength(form: RowForm, texts: readonly (string | undefined)[]): number {
  let length = 8 + 8 * form.numbers.length;
  for (let i = 0; i < form.texts.length; i++) length += textWords(texts[form.texts[i] as number]?.length ?? 0) << 2;
  return (length + 7) & ~7;
}

/** The words that a text of so many bytes takes, with the one for its length. */
export function textWords(length: number): number {
  return 1 + ((length + 3) >> 2);
}

/**
 * Writes a row at `offset`, a multiple of eight. It lives in this process only, so the byte order is the machine's (and Node runs on
 * little-endian machines only):
 *
 *     subject  4 bytes   an index that is the caller's own
 *     length   4 bytes   of the whole row
 *     numbers  8 bytes each, doubles; NaN where missing
 *     texts    each a length (4 bytes; 0 where missing) and the bytes of its UTF-8, filled up with zeros to a multiple of four
 */
export function writeRow(
  room: Room,
  offset: number,
  form: RowForm,
  subject: number,
  length: number,
  numbers: Float64Array,
  texts: readonly (string | undefined)[],
): void {
  const { words, doubles } = room;
  words[offset >> 2] = subject;
  words[(offset >> 2) + 1] = length;
  let double = (offset >> 3) + 1;
  for (let i = 0; i < form.numbers.length; i++) doubles[double++] = numbers[form.numbers[i] as number] as number;
  let word = double << 1;
  for (let i = 0; i < form.texts.length; i++) word = writeText(words, word, texts[form.texts[i] as number] ?? "");
}

// Character by character: for the few characters of a code this is faster than a call that copies them.
function writeText(words: Uint32Array, start: number, raw: string): number {
  const length = raw.length;
  words[start] = length;
  let word = start + 1;
  let i = 0;
  for (; i + 3 < length; i += 4)
    words[word++] = raw.charCodeAt(i) | (raw.charCodeAt(i + 1) << 8) | (raw.charCodeAt(i + 2) << 16) | (raw.charCodeAt(i + 3) << 24);
  if (i === length) return word;
  let last = 0;
  for (let shift = 0; i < length; i++, shift += 8) last |= raw.charCodeAt(i) << shift;
  words[word] = last;
  return word + 1;
}

/** Copies `length` bytes between rooms, by words: a double would not keep the bits of every text. */
export function copyRow(from: Room, fromOffset: number, to: Room, toOffset: number, length: number): void {
  const source = fromOffset >> 2;
  const target = toOffset >> 2;
  for (let i = 0; i < length >> 2; i++) to.words[target + i] = from.words[source + i] as number;
}
