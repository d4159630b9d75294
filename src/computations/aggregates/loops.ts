/*
 * The loops over records in which an evaluation spends its time, and the memory that they share. Between two rounds of a loop the compiler makes
 * sure anew that each array is what it was, which costs as much as three records. So a round takes eight records; and the memory is constants of
 * this one file, of which it knows where they lie and how long they are. Lists that do not fit there go through the same loops, a record a round.
 */

/** Records by their index in the page: `count` numbers in `list`, from `start` on. */
export interface Selected {
  readonly list: Int32Array;
  readonly start: number;
  readonly count: number;
}

/** How many records a page may have for its lists to lie in the pool. */
const mostPooled = 8192;
const pool = withAllFirst(new Int32Array(8 * mostPooled), mostPooled);
let spill = new Int32Array(0);

/** Writes 0, 1, 2, … at the front: the list of all records. */
function withAllFirst(list: Int32Array, count: number): Int32Array {
  for (let i = 0; i < count; i++) list[i] = i;
  return list;
}

/** A list that begins with all records of a page of this size, and has room for so many more lists of them. Valid until the next call. */
export function roomFor(records: number, lists: number): Selected {
  if (records <= mostPooled && mostPooled + lists * records <= pool.length) return { list: pool, start: mostPooled, count: 0 };
  const needed = (lists + 1) * records;
  if (spill.length < needed) spill = new Int32Array(needed);
  return { list: withAllFirst(spill, records), start: records, count: 0 };
}

/**
 * Writes the records whose value lies between the two, both included, from `to` on. Gives how many. It writes every record and moves on only past
 * those that pass: which pass is nothing that a processor can foresee, and a wrong guess costs it more than the write.
 */
export function keepBetween(lane: Float64Array, { list, start, count }: Selected, to: number, low: number, high: number): number {
  const end = start + count;
  let left = to;
  let i = start;
  if (list === pool)
    for (; i + 7 < end; i += 8) {
      left = keepIfBetween(pool, i, lane, left, low, high);
      left = keepIfBetween(pool, i + 1, lane, left, low, high);
      left = keepIfBetween(pool, i + 2, lane, left, low, high);
      left = keepIfBetween(pool, i + 3, lane, left, low, high);
      left = keepIfBetween(pool, i + 4, lane, left, low, high);
      left = keepIfBetween(pool, i + 5, lane, left, low, high);
      left = keepIfBetween(pool, i + 6, lane, left, low, high);
      left = keepIfBetween(pool, i + 7, lane, left, low, high);
    }
  for (; i < end; i++) left = keepIfBetween(list, i, lane, left, low, high);
  return left - to;
}

function keepIfBetween(list: Int32Array, i: number, lane: Float64Array, left: number, low: number, high: number): number {
  const record = list[i] as number;
  list[left] = record;
  return (left + isBetween(lane[record] as number, low, high)) | 0;
}

/** As `keepBetween`, with one end, in a fifth less: with `sign` 1 the values from `limit` up, with -1 those from `-limit` down. */
export function keepBeyond(lane: Float64Array, { list, start, count }: Selected, to: number, sign: 1 | -1, limit: number): number {
  const end = start + count;
  let left = to;
  let i = start;
  if (list === pool)
    for (; i + 7 < end; i += 8) {
      left = keepIfBeyond(pool, i, lane, left, sign, limit);
      left = keepIfBeyond(pool, i + 1, lane, left, sign, limit);
      left = keepIfBeyond(pool, i + 2, lane, left, sign, limit);
      left = keepIfBeyond(pool, i + 3, lane, left, sign, limit);
      left = keepIfBeyond(pool, i + 4, lane, left, sign, limit);
      left = keepIfBeyond(pool, i + 5, lane, left, sign, limit);
      left = keepIfBeyond(pool, i + 6, lane, left, sign, limit);
      left = keepIfBeyond(pool, i + 7, lane, left, sign, limit);
    }
  for (; i < end; i++) left = keepIfBeyond(list, i, lane, left, sign, limit);
  return left - to;
}

function keepIfBeyond(list: Int32Array, i: number, lane: Float64Array, left: number, sign: number, limit: number): number {
  const record = list[i] as number;
  list[left] = record;
  return (left + isBeyond(lane[record] as number, sign, limit)) | 0;
}

/** How many records `keepBeyond` would write. */
export function countBeyond(lane: Float64Array, { list, start, count }: Selected, sign: 1 | -1, limit: number): number {
  const end = start + count;
  let passed = 0;
  let i = start;
  if (list === pool)
    for (; i + 7 < end; i += 8) {
      passed += isBeyond(lane[pool[i] as number] as number, sign, limit);
      passed += isBeyond(lane[pool[i + 1] as number] as number, sign, limit);
      passed += isBeyond(lane[pool[i + 2] as number] as number, sign, limit);
      passed += isBeyond(lane[pool[i + 3] as number] as number, sign, limit);
      passed += isBeyond(lane[pool[i + 4] as number] as number, sign, limit);
      passed += isBeyond(lane[pool[i + 5] as number] as number, sign, limit);
      passed += isBeyond(lane[pool[i + 6] as number] as number, sign, limit);
      passed += isBeyond(lane[pool[i + 7] as number] as number, sign, limit);
    }
  for (; i < end; i++) passed += isBeyond(lane[list[i] as number] as number, sign, limit);
  return passed;
}

// Both give 1 or 0, without a branch.
function isBetween(value: number, low: number, high: number): number {
  return Number(value >= low) & Number(value <= high);
}

function isBeyond(value: number, sign: number, limit: number): number {
  return Number(value * sign >= limit);
}

/** The sum of a lane without gaps; exact while every part of it is a safe integer. Four sums, since one would wait for each addition. */
export function sumOf(lane: Float64Array, { list, start, count }: Selected): number {
  const end = start + count;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = start;
  if (list === pool)
    for (; i + 7 < end; i += 8) {
      a += lane[pool[i] as number] as number;
      b += lane[pool[i + 1] as number] as number;
      c += lane[pool[i + 2] as number] as number;
      d += lane[pool[i + 3] as number] as number;
      a += lane[pool[i + 4] as number] as number;
      b += lane[pool[i + 5] as number] as number;
      c += lane[pool[i + 6] as number] as number;
      d += lane[pool[i + 7] as number] as number;
    }
  for (; i < end; i++) a += lane[list[i] as number] as number;
  return a + b + c + d;
}

/** With `sign` 1 the greatest present value of a lane, with -1 the least, its sign turned; minus infinity where there is none. */
export function extremeOf(lane: Float64Array, { list, start, count }: Selected, sign: 1 | -1): number {
  const end = start + count;
  let most = Number.NEGATIVE_INFINITY;
  let i = start;
  if (list === pool)
    for (; i + 7 < end; i += 8) {
      most = greater(most, sign * (lane[pool[i] as number] as number));
      most = greater(most, sign * (lane[pool[i + 1] as number] as number));
      most = greater(most, sign * (lane[pool[i + 2] as number] as number));
      most = greater(most, sign * (lane[pool[i + 3] as number] as number));
      most = greater(most, sign * (lane[pool[i + 4] as number] as number));
      most = greater(most, sign * (lane[pool[i + 5] as number] as number));
      most = greater(most, sign * (lane[pool[i + 6] as number] as number));
      most = greater(most, sign * (lane[pool[i + 7] as number] as number));
    }
  for (; i < end; i++) most = greater(most, sign * (lane[list[i] as number] as number));
  return most;
}

// A missing value, NaN, is never greater. (`Math.max` would make it the result.)
function greater(most: number, value: number): number {
  if (value > most) return value;
  return most;
}

const sums = new Float64Array(4096);

/** How many groups `sumsOf` can tell apart. */
export const mostGroups = sums.length;

/** The sum of each group, numbered from 0: the first `groupCount` numbers. Neither lane has gaps. Valid until the next call. */
export function sumsOf(amounts: Float64Array, groups: Float64Array, { list, start, count }: Selected, groupCount: number): Float64Array {
  const end = start + count;
  sums.fill(0, 0, groupCount);
  let i = start;
  if (list === pool)
    for (; i + 7 < end; i += 8) {
      addToGroup(pool[i] as number, amounts, groups);
      addToGroup(pool[i + 1] as number, amounts, groups);
      addToGroup(pool[i + 2] as number, amounts, groups);
      addToGroup(pool[i + 3] as number, amounts, groups);
      addToGroup(pool[i + 4] as number, amounts, groups);
      addToGroup(pool[i + 5] as number, amounts, groups);
      addToGroup(pool[i + 6] as number, amounts, groups);
      addToGroup(pool[i + 7] as number, amounts, groups);
    }
  for (; i < end; i++) addToGroup(list[i] as number, amounts, groups);
  return sums;
}

// `| 0` spares the check that a group's number is whole: without gaps it is.
function addToGroup(record: number, amounts: Float64Array, groups: Float64Array): void {
  const group = (groups[record] as number) | 0;
  sums[group] = (sums[group] as number) + (amounts[record] as number);
}

/** As `sumsOf`, with one for each record. */
export function countsOf(groups: Float64Array, { list, start, count }: Selected, groupCount: number): Float64Array {
  sums.fill(0, 0, groupCount);
  for (let i = start; i < start + count; i++) {
    const group = (groups[list[i] as number] as number) | 0;
    sums[group] = (sums[group] as number) + 1;
  }
  return sums;
}
