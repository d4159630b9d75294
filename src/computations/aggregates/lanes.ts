import type { LaneRange } from "../../datasets/pageColumns.js";
import { type Rational, rational } from "../../model/rational.js";
import type { InputColumn, SelectedRecords, Value } from "./aggregate.js";
import { type Selected, sumOf } from "./loops.js";

/** The lane of the column that the aggregate runs over, or undefined when it runs over the records. */
export function laneOf(records: SelectedRecords, column: InputColumn | undefined): Float64Array | undefined {
  return column === undefined ? undefined : records.page.lane(column.index);
}

/** The lane of the column that the aggregate must have been given. */
export function neededLane(records: SelectedRecords, column: InputColumn | undefined): Float64Array {
  return laneOf(records, column) ?? new Float64Array(0);
}

/** The range of the lane of the column that the aggregate must have been given. */
export function rangeOf(records: SelectedRecords, column: InputColumn | undefined): LaneRange {
  return column === undefined ? noRange : records.page.range(column.index);
}

const noRange: LaneRange = { least: Number.POSITIVE_INFINITY, most: Number.NEGATIVE_INFINITY, gaps: false };

/** The number of selected records with a value in the column; all of them without a column. */
export function countPresent({ page, list, start, count }: SelectedRecords, column: InputColumn | undefined): number {
  if (column === undefined || !page.range(column.index).gaps) return count;
  const lane = page.lane(column.index);
  let present = 0;
  for (let i = start; i < start + count; i++) if (!Number.isNaN(lane[list[i] as number] as number)) present++;
  return present;
}

/** How many numbers of this range surely add up to a safe integer, in any order: so many can be added exactly as plain numbers. */
export function safelyAdded({ least, most }: LaneRange): number {
  return Math.floor(Number.MAX_SAFE_INTEGER / Math.max(1, -least, most));
}

/** The exact sum of a column: parts that are short enough to be exact in plain numbers (mostly there is one), added in big integers. */
export function exactSum(records: SelectedRecords, column: InputColumn | undefined): number | bigint {
  if (column === undefined) return 0;
  const lane = records.page.lane(column.index);
  const range = records.page.range(column.index);
  const length = safelyAdded(range);
  const add = range.gaps ? sumOfPresent : sumOf;
  if (records.count <= length) return add(lane, records);
  const { list, start, count } = records;
  let sum = 0n;
  for (let from = 0; from < count; from += length)
    sum += BigInt(add(lane, { list, start: start + from, count: Math.min(length, count - from) }));
  return sum;
}

function sumOfPresent(lane: Float64Array, { list, start, count }: Selected): number {
  let sum = 0;
  for (let i = start; i < start + count; i++) {
    const value = lane[list[i] as number] as number;
    if (!Number.isNaN(value)) sum += value;
  }
  return sum;
}

/** A number of a lane as an exact value in major units. */
export function exact(laneValue: number, column: InputColumn | undefined): Rational {
  return rational(laneValue, column?.unit);
}

/** What a cell of the column means: an exact number, or the text of a member or code. */
export function cellValue(records: SelectedRecords, { column, unit, index }: InputColumn, laneValue: number): Value {
  if (column.type === "enum") return column.members?.[laneValue];
  if (column.type === "boolean") return laneValue === 1 ? "true" : "false";
  if (column.type === "code") return records.page.dictionary(index)[laneValue];
  return rational(laneValue, unit);
}
