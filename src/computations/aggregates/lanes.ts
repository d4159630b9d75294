import { dayFromParts, monthIndex } from "../../model/calendar.js";
import { type Rational, rational } from "../../model/rational.js";
import type { AggregateInput, InputColumn, SelectedRecords, Unit, Value } from "./aggregate.js";

/** The lane of the column that the aggregate runs over, or undefined when it runs over the records. */
export function laneOf(records: SelectedRecords, column: InputColumn | undefined): Float64Array | undefined {
  return column === undefined ? undefined : records.page.lane(column.index);
}

/** The lane of the column that the aggregate must have been given. */
export function neededLane(records: SelectedRecords, column: InputColumn | undefined): Float64Array {
  return laneOf(records, column) ?? new Float64Array(0);
}

/** The number of selected records with a value in the lane; all of them without a lane. */
export function countPresent(records: SelectedRecords, lane: Float64Array | undefined): number {
  const { selection, count } = records;
  if (lane === undefined) return count;
  let present = 0;
  for (let i = 0; i < count; i++) {
    const value = lane[selection[i] as number] as number;
    if (!Number.isNaN(value)) present++;
  }
  return present;
}

/**
 * The exact sum of a lane. The loop adds in plain numbers; the sizes tell afterwards whether every partial sum was a safe integer (sizes
 * only grow, so once past 2^53 they stay there). If not, the sum is made again with big integers.
 */
export function exactSum({ selection, count }: SelectedRecords, lane: Float64Array): bigint {
  let sum = 0;
  let size = 0;
  for (let i = 0; i < count; i++) {
    const value = lane[selection[i] as number] as number;
    if (!Number.isNaN(value)) {
      sum += value;
      size += Math.abs(value);
    }
  }
  return size <= Number.MAX_SAFE_INTEGER ? BigInt(sum) : bigSum(lane, selection, count);
}

function bigSum(lane: Float64Array, selection: Int32Array, count: number): bigint {
  let sum = 0n;
  for (let i = 0; i < count; i++) {
    const value = lane[selection[i] as number] as number;
    if (!Number.isNaN(value)) sum += BigInt(value);
  }
  return sum;
}

/** A number of a lane as an exact value in major units. */
export function exact(laneValue: number, column: InputColumn | undefined): Rational {
  return rational(BigInt(laneValue), column?.unit ?? 1n);
}

/** What a cell of the column means: an exact number, or the text of a member or code. */
export function cellValue(records: SelectedRecords, { column, unit, index }: InputColumn, laneValue: number): Value {
  if (column.type === "enum") return column.members?.[laneValue];
  if (column.type === "boolean") return laneValue === 1 ? "true" : "false";
  if (column.type === "code") return records.page.dictionary(index)[laneValue];
  return rational(BigInt(laneValue), unit);
}

/** Writes the distinct values, days, months or years of the selected cells to the scratch memory; how many is the result. */
export function distinctUnits(records: SelectedRecords, { column, unit }: AggregateInput): { values: Float64Array; count: number } {
  const { selection, count, scratch } = records;
  const lane = neededLane(records, column);
  const values = scratch.numbers(count);
  let present = 0;
  for (let i = 0; i < count; i++) {
    const value = lane[selection[i] as number] as number;
    if (!Number.isNaN(value)) values[present++] = value;
  }
  toUnits(values, present, unit);
  return { values, count: scratch.keepDistinct(values, present) };
}

function toUnits(days: Float64Array, count: number, unit: Unit): void {
  if (unit === "month") for (let i = 0; i < count; i++) days[i] = monthOf(days[i] as number);
  if (unit === "year") for (let i = 0; i < count; i++) days[i] = Math.floor(monthOf(days[i] as number) / 12);
}

const firstTabled = dayFromParts(1970, 1, 1) ?? 0;
const tabledDays = (dayFromParts(2100, 1, 1) ?? 0) - firstTabled;
const monthTable = Int32Array.from({ length: tabledDays }, (_, offset) => monthIndex(firstTabled + offset));

/** `monthIndex`, from a table for the days that records mostly have. */
function monthOf(day: number): number {
  const offset = day - firstTabled;
  return offset >= 0 && offset < tabledDays ? (monthTable[offset] as number) : monthIndex(day);
}
