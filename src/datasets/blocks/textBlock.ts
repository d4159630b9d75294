import { concat } from "../../bytes/bytes.js";
import { FrostglassError } from "../../errors/error.js";
import { isCode } from "../columnTypes/code.js";
import { countBits, hasBit, newBitmap, setBit, takeBitmap } from "./bitmap.js";
import { type ByteReader, malformed } from "./byteReader.js";
import { encodeDictionary } from "./dictionary.js";
import { newLane } from "./lane.js";
import { encodeNumbers, takeNumbers } from "./numberBlock.js";

/**
 * The values of a text column, as indexes into a dictionary whose entries stand in the order of their first use:
 *
 *     first uses  ⌈count / 8⌉ bytes  one bit a value: set where the value is the next entry, not one seen before
 *     repeats     a number block     the index of every other value
 *     dictionary  the rest           see dictionary.ts
 *
 * So a column of distinct numbers, such as invoice numbers, spends one bit a record on indexes. Throws `page-value-invalid` when the
 * dictionary is not in the order of first use, repeats an entry, or has an entry that no value uses.
 */
export function encodeTexts(indexes: Float64Array, dictionary: readonly string[]): Uint8Array {
  const firsts = newBitmap(indexes.length);
  const repeats = new Float64Array(indexes.length);
  let entries = 0;
  let repeated = 0;
  for (let i = 0; i < indexes.length; i++) {
    const index = indexes[i] as number;
    if (index === entries) {
      setBit(firsts, i);
      entries++;
    } else repeats[repeated++] = index < entries ? index : Number.NaN;
  }
  checkEntries(dictionary, entries);
  const repeatBlock = encodeNumbers(repeats.subarray(0, repeated), { min: 0, max: entries - 1 });
  return concat(firsts, repeatBlock, encodeDictionary(dictionary));
}

function checkEntries(dictionary: readonly string[], used: number): void {
  if (dictionary.length === used && new Set(dictionary).size === used && dictionary.every(isCode)) return;
  throw new FrostglassError(
    "page-value-invalid",
    "A page dictionary is not the list of its distinct texts in the order of their first use.",
  );
}

/** Takes the first uses and repeats of `count` values, and leaves the reader at the dictionary of `entries` texts. */
export function takeIndexes(reader: ByteReader, count: number): { readonly indexes: Float64Array; readonly entries: number } {
  const firsts = takeBitmap(reader, count);
  const entries = countBits(firsts);
  const repeats = takeNumbers(reader, count - entries, { min: 0, max: entries - 1 }).values;
  const indexes = newLane(count);
  let next = 0;
  for (let i = 0, repeat = 0; i < count; i++) {
    const index = hasBit(firsts, i) ? next++ : (repeats[repeat++] as number);
    if (index >= next) throw malformed("a text is used before its first use");
    indexes[i] = index;
  }
  return { indexes, entries };
}
