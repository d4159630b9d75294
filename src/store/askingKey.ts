/*
 * The index from a subject to the answers about it: one whole number an answer, and nothing beside it.
 *
 *   key = block · 2^29 + hint · 2^12 + place          position = block · 2^12 + place
 *
 * Within a block of 4,096 answers the keys of one subject stand together, so a search reads one place in each block, while a commit touches only the few
 * pages of the newest block: an index over whole names of subjects would cost an answer five times as much. A hint has 17 bits of the subject's keyed
 * name: who finds an answer by it checks whom it is about. Keys stay whole in a double up to 2^36 answers.
 */
const places = 2 ** 12;
const blockSpan = 2 ** 29;
/** How many bits of a subject's keyed name a hint has. */
export const hintBits = 17;

export function askingKey(hint: number, position: number): number {
  return blockOf(position) * blockSpan + hint * places + (position % places);
}

export function blockOf(position: number): number {
  return Math.floor(position / places);
}

/** The first and the last key that a hint can have in a block. */
export function keysOf(hint: number, block: number): readonly [first: number, last: number] {
  const first = block * blockSpan + hint * places;
  return [first, first + places - 1];
}

export function positionOf(key: number): number {
  return Math.floor(key / blockSpan) * places + (key % places);
}
