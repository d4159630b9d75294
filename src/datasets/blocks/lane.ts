/*
 * Lanes are short and live for one query: cut from a common block, as in bytes/newBytes.ts and for the same reason. Only the tail of a block is ever
 * handed out, so a lane is zeros and nobody else's.
 */
const blockLength = 16_384;
const longestCut = blockLength / 4;

let block = new Float64Array(blockLength);
let used = 0;

/** A lane of so many zeros. */
export function newLane(length: number): Float64Array {
  if (length > longestCut) return new Float64Array(length);
  if (used + length > blockLength) {
    block = new Float64Array(blockLength);
    used = 0;
  }
  const lane = block.subarray(used, used + length);
  used += length;
  return lane;
}
