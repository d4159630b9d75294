import type { LaneRange } from "../../datasets/pageColumns.js";
import { dayFromParts, monthIndex } from "../../model/calendar.js";
import type { Selected } from "./loops.js";

/*
 * Memory that aggregates use over and over, so that an evaluation allocates nothing per record. What lies in it means nothing past one call. The
 * arrays are constants where they can be: the compiler then knows where they lie and how long they are, and a loop takes a fifth less.
 */

let floats = new Float64Array(1024);

/** At least `length` numbers of any content. Valid until the next call. */
export function scratchNumbers(length: number): Float64Array {
  if (floats.length < length) floats = new Float64Array(2 ** Math.ceil(Math.log2(length)));
  return floats;
}

// A stamp of the present generation marks a value as seen, so nothing has to be cleared between uses.
const stamps = new Int32Array(1 << 16);
let generation = 0;

/** Marks all values as not seen. */
function startStamps(): number {
  if (++generation === 0x7fffffff) {
    stamps.fill(0);
    generation = 1;
  }
  return generation;
}

/** Keeps each of the first `count` values once, in any order at the front, and gives how many there are. */
export function keepDistinct(values: Float64Array, count: number): number {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const value = values[i] as number;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return most - least < stamps.length ? keepUnstamped(values, count, least) : keepSteps(values, count);
}

const firstTabled = dayFromParts(1970, 1, 1) ?? 0;
const tabledDays = (dayFromParts(2100, 1, 1) ?? 0) - firstTabled;
/** The months (`monthIndex`) of the days that records mostly have. */
const months = Int32Array.from({ length: tabledDays }, (_, offset) => monthIndex(firstTabled + offset));

/** Whether the months of all days in the range are at hand. */
export function isTabled({ least, most }: Pick<LaneRange, "least" | "most">): boolean {
  return least >= firstTabled && most < firstTabled + tabledDays;
}

/** Puts the month (`monthIndex`) of each day once at the front of `kept`, and gives how many there are. The lane has no gaps and is tabled. */
export function keepMonths(lane: Float64Array, { list, start, count }: Selected, kept: Float64Array): number {
  const now = startStamps();
  const end = start + count;
  let left = 0;
  let i = start;
  for (; i + 7 < end; i += 8) {
    left = keepMonth(lane[list[i] as number] as number, kept, left, now);
    left = keepMonth(lane[list[i + 1] as number] as number, kept, left, now);
    left = keepMonth(lane[list[i + 2] as number] as number, kept, left, now);
    left = keepMonth(lane[list[i + 3] as number] as number, kept, left, now);
    left = keepMonth(lane[list[i + 4] as number] as number, kept, left, now);
    left = keepMonth(lane[list[i + 5] as number] as number, kept, left, now);
    left = keepMonth(lane[list[i + 6] as number] as number, kept, left, now);
    left = keepMonth(lane[list[i + 7] as number] as number, kept, left, now);
  }
  for (; i < end; i++) left = keepMonth(lane[list[i] as number] as number, kept, left, now);
  return left;
}

// `| 0` spares the check that a day is whole: without gaps it is.
function keepMonth(day: number, kept: Float64Array, left: number, now: number): number {
  const month = months[(day - firstTabled) | 0] as number;
  if (stamps[month] === now) return left;
  stamps[month] = now;
  kept[left] = month;
  return left + 1;
}

function keepUnstamped(values: Float64Array, count: number, least: number): number {
  const now = startStamps();
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i] as number;
    if (stamps[value - least] === now) continue;
    stamps[value - least] = now;
    values[kept++] = value;
  }
  return kept;
}

function keepSteps(values: Float64Array, count: number): number {
  values.subarray(0, count).sort();
  let kept = 0;
  for (let i = 0; i < count; i++) if (i === 0 || values[i] !== values[i - 1]) values[kept++] = values[i] as number;
  return kept;
}
