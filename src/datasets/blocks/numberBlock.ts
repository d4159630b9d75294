import { FrostglassError } from "../../errors/error.js";
import type { Bounds } from "../columnTypes/index.js";
import { type ByteReader, malformed } from "./byteReader.js";
import { newLane } from "./lane.js";
import { packers, unpackers, wholeWidth, widthFor } from "./widths.js";

const headLength = 8;

/**
 * Safe integers as offsets from the smallest, each in the same number of bits:
 *
 *     width    1 byte    bits an offset: 0, 1, 2, 4, 8, 16, 24, 32, 40, 48; or 56 for whole values and no base
 *     base     7 bytes   the smallest value, two's complement; 0 at width 56
 *     offsets  ⌈count × width / 8⌉ bytes; narrow ones fill a byte from its lowest bit, spare bits are zero
 *
 * Numbers are little-endian. Throws `page-value-invalid` for a value that is not an integer within `bounds`.
 */
export function encodeNumbers(values: Float64Array, bounds: Bounds): Uint8Array {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < least) least = value;
    if (value > most) most = value;
    if (Math.floor(value) !== value) throw invalidValue();
  }
  if (values.length > 0 && !(least >= bounds.min && most <= bounds.max)) throw invalidValue();
  const width = values.length > 0 ? widthFor(least, most) : 0;
  const base = values.length > 0 && width !== wholeWidth ? least : 0;
  return writeBlock(values, width, base);
}

function writeBlock(values: Float64Array, width: number, base: number): Uint8Array {
  const bytes = new Uint8Array(headLength + Math.ceil((values.length * width) / 8));
  bytes[0] = width;
  packers[wholeWidth]?.(new DataView(bytes.buffer, 1), Float64Array.of(base), 0);
  packers[width]?.(new DataView(bytes.buffer, headLength), values, base);
  return bytes;
}

/** A block's numbers and between what they lie; infinities where there are none. */
export interface TakenNumbers {
  readonly values: Float64Array;
  readonly least: number;
  readonly most: number;
}

/** Takes a block of `count` numbers. Throws `page-malformed` for an unknown width, a value outside `bounds` or spare bits that are set. */
export function takeNumbers(reader: ByteReader, count: number, bounds: Bounds): TakenNumbers {
  const head = reader.take(headLength);
  const width = head[0] ?? 0;
  const unpack = unpackers[width];
  if (unpack === undefined) throw malformed("a number block has an unknown width");
  const base = Float64Array.of(0);
  unpackers[wholeWidth]?.(viewOf(head.subarray(1)), base, 0);
  const values = newLane(count);
  const packed = reader.take(Math.ceil((count * width) / 8));
  if (((count * width) & 7) !== 0 && (packed.at(-1) ?? 0) >> ((count * width) & 7) !== 0)
    throw malformed("a number block has spare bits set");
  unpack(viewOf(packed), values, base[0] ?? 0);
  return within(values, bounds);
}

// Loops go by index: over a typed array `for … of` takes five times as long, and this runs for every lane that a query reads.
function within(values: Float64Array, { min, max }: Bounds): TakenNumbers {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (least < min || most > max) throw malformed("a value lies outside its column's bounds");
  return { values, least, most };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function invalidValue(): FrostglassError {
  return new FrostglassError("page-value-invalid", "A value is not an integer within its column's bounds.");
}
