import { concat } from "../../bytes/bytes.js";
import { decodeUtf8, encodeUtf8 } from "../../bytes/utf8.js";
import { isCode, longestCode } from "../columnTypes/code.js";
import { type ByteReader, malformed } from "./byteReader.js";
import { encodeNumbers, takeNumbers } from "./numberBlock.js";

/** Entries that share a prefix: `prefix` and then a number, in `digits` digits with leading zeros, or without any where `digits` is 0. */
interface Group {
  readonly prefix: string;
  readonly digits: number;
}

const mostGroups = 16;
/** Fifteen digits are always a safe integer. */
const mostDigits = 15;
const numberBounds = { min: 0, max: 10 ** mostDigits - 1 };

/**
 * The texts of a page dictionary, in one of two forms:
 *
 *     groups   1 byte    0 for plain texts; or 1 to 16, when every text is a prefix and a number (`A00297`, `11459356`)
 *
 *     plain:    a number block of lengths in UTF-16 units, then all texts as one UTF-8 string to the end
 *     grouped:  for each group its digits (1 byte), the length of its prefix (1 byte) and the prefix in UTF-8;
 *               a number block of each text's group; a number block of each text's number
 */
export function encodeDictionary(texts: readonly string[]): Uint8Array {
  return encodeGrouped(texts) ?? encodePlain(texts);
}

function encodePlain(texts: readonly string[]): Uint8Array {
  const lengths = Float64Array.from(texts, (text) => text.length);
  return concat(Uint8Array.of(0), encodeNumbers(lengths, { min: 1, max: longestCode }), encodeUtf8(texts.join("")));
}

function encodeGrouped(texts: readonly string[]): Uint8Array | undefined {
  const groups: Group[] = [];
  const groupOf = new Float64Array(texts.length);
  const numbers = new Float64Array(texts.length);
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i] as string;
    const start = numberStart(text);
    if (start === text.length) return undefined;
    const group = findGroup(groups, text, start);
    if (group < 0) return undefined;
    groupOf[i] = group;
    numbers[i] = Number(text.slice(start));
  }
  const heads = groups.map(encodeGroup);
  if (groups.length === 0 || heads.some((head) => head.length > 257)) return undefined;
  const groupBlock = encodeNumbers(groupOf, { min: 0, max: groups.length - 1 });
  return concat(Uint8Array.of(groups.length), ...heads, groupBlock, encodeNumbers(numbers, numberBounds));
}

/** Where the number at the end of a text begins: its last run of ASCII digits, at most fifteen of them. */
function numberStart(text: string): number {
  let start = text.length;
  while (start > 0 && text.length - start < mostDigits) {
    const code = text.charCodeAt(start - 1);
    if (code < 48 || code > 57) break;
    start--;
  }
  return start;
}

/** The text's group, added when it is new; −1 when there would be too many. */
function findGroup(groups: Group[], text: string, start: number): number {
  const length = text.length - start;
  const digits = length > 1 && text.charCodeAt(start) === 48 ? length : 0;
  const found = groups.findIndex((group) => group.digits === digits && group.prefix.length === start && text.startsWith(group.prefix));
  if (found >= 0 || groups.length === mostGroups) return found;
  return groups.push({ prefix: text.slice(0, start), digits }) - 1;
}

function encodeGroup(group: Group): Uint8Array {
  const prefix = encodeUtf8(group.prefix);
  return concat(Uint8Array.of(group.digits, prefix.length), prefix);
}

/** Takes a dictionary of `count` texts, to the end of the block. Throws `page-malformed`. */
export function takeDictionary(reader: ByteReader, count: number): string[] {
  const groups = reader.takeByte();
  const texts = groups === 0 ? takePlain(reader, count) : takeGrouped(reader, groups, count);
  reader.end();
  if (new Set(texts).size !== count || !texts.every(isCode)) throw malformed("a dictionary repeats a text, or holds one that is no code");
  return texts;
}

function takePlain(reader: ByteReader, count: number): string[] {
  const lengths = takeNumbers(reader, count, { min: 1, max: longestCode }).values;
  const joined = takeText(reader.takeRest());
  const texts: string[] = [];
  let offset = 0;
  for (const length of lengths) {
    texts.push(joined.slice(offset, offset + length));
    offset += length;
  }
  if (offset !== joined.length) throw malformed("a dictionary's texts have another length");
  return texts;
}

function takeGrouped(reader: ByteReader, groupCount: number, count: number): string[] {
  if (groupCount > mostGroups) throw malformed("a dictionary has too many groups");
  const groups = Array.from({ length: groupCount }, () => takeGroup(reader));
  const groupOf = takeNumbers(reader, count, { min: 0, max: groupCount - 1 }).values;
  const numbers = takeNumbers(reader, count, numberBounds).values;
  return Array.from(numbers, (number, i) => formatEntry(groups[groupOf[i] as number], number));
}

function takeGroup(reader: ByteReader): Group {
  const digits = reader.takeByte();
  if (digits > mostDigits) throw malformed("a dictionary group has too many digits");
  return { digits, prefix: takeText(reader.take(reader.takeByte())) };
}

function formatEntry(group: Group | undefined, number: number): string {
  const digits = String(number);
  // Digits are only kept for a number with a leading zero, so that a text has one encoding.
  if (group === undefined || (group.digits > 0 && digits.length >= group.digits))
    throw malformed("a dictionary number does not fit its group");
  return group.digits === 0 ? group.prefix + digits : group.prefix + digits.padStart(group.digits, "0");
}

function takeText(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    throw malformed("a text is not UTF-8", cause);
  }
}
