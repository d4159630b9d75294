import type { LaneRange } from "../../datasets/pageColumns.js";
import { dayFromParts, monthIndex } from "../../model/calendar.js";
import type { AggregateInput, SelectedRecords, Unit } from "./aggregate.js";

/** Different numbers, in any order; only the first `count` count. */
export interface Distinct {
  readonly values: Float64Array;
  readonly count: number;
}

/** The distinct values, days, months or years of the selected cells, in the scratch memory. */
export function distinctUnits(records: SelectedRecords, { column, unit }: AggregateInput): Distinct {
  const { page, selection, count, scratch } = records;
  const values = scratch.numbers(count);
  if (column === undefined) return { values, count: 0 };
  const lane = page.lane(column.index);
  const range = page.range(column.index);
  const table = tables[unit];
  if (table !== undefined && !range.gaps && isTabled(range))
    return { values, count: scratch.keepTabled(lane, selection, count, table, firstTabled) };
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
const months = Int32Array.from({ length: tabledDays }, (_, offset) => monthIndex(firstTabled + offset));

/** Month and year of the days that records mostly have. */
const tables: Readonly<Partial<Record<Unit, Int32Array>>> = { month: months, year: months.map((month) => Math.floor(month / 12)) };

function monthOf(day: number): number {
  return isTabled({ least: day, most: day }) ? (months[day - firstTabled] as number) : monthIndex(day);
}

function isTabled({ least, most }: Pick<LaneRange, "least" | "most">): boolean {
  return least >= firstTabled && most < firstTabled + tabledDays;
}
