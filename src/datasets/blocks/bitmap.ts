import { type ByteReader, malformed } from "./byteReader.js";

/** One bit an item, item 0 in the lowest bit of byte 0. */
export function newBitmap(items: number): Uint8Array {
  return new Uint8Array(Math.ceil(items / 8));
}

/** Takes a bitmap of `items` bits. Refuses bits set past the last item, or one set of items would have several encodings. */
export function takeBitmap(reader: ByteReader, items: number): Uint8Array {
  const bitmap = reader.take(Math.ceil(items / 8));
  if (items % 8 !== 0 && (bitmap.at(-1) ?? 0) >> (items % 8) !== 0) throw malformed("a bitmap has bits past its end");
  return bitmap;
}

export function setBit(bitmap: Uint8Array, item: number): void {
  bitmap[item >> 3] = (bitmap[item >> 3] ?? 0) | (1 << (item & 7));
}

export function hasBit(bitmap: Uint8Array, item: number): boolean {
  return (((bitmap[item >> 3] ?? 0) >> (item & 7)) & 1) === 1;
}

/** How many bits are set. */
export function countBits(bitmap: Uint8Array): number {
  let count = 0;
  for (let rest of bitmap) for (; rest !== 0; rest &= rest - 1) count++;
  return count;
}
