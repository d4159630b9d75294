import { monthIndex } from "../../model/calendar.js";
import type { AggregateInput, SelectedRecords, Unit } from "./aggregate.js";
import type { Selected } from "./loops.js";
import { isTabled, keepDistinct, keepMonths, scratchNumbers } from "./scratch.js";

/** Different numbers, in any order; only the first `count` count. */
export interface Distinct {
  readonly values: Float64Array;
  readonly count: number;
}

/** The distinct values, days, months or years of the selected cells, in the scratch memory. */
export function distinctUnits(records: SelectedRecords, { column, unit }: AggregateInput): Distinct {
  const values = scratchNumbers(records.count);
  if (column === undefined) return { values, count: 0 };
  const lane = records.page.lane(column.index);
  const range = records.page.range(column.index);
  const hasMonths = (unit === "month" || unit === "year") && !range.gaps && isTabled(range);
  const count = hasMonths ? keepMonths(lane, records, values) : presentUnits(lane, records, unit, values);
  if (hasMonths && unit === "month") return { values, count };
  if (hasMonths) toYears(values, count);
  return { values, count: keepDistinct(values, count) };
}

/** The unit of each value that is there, at the front of `units`. Gives how many. */
function presentUnits(lane: Float64Array, { list, start, count }: Selected, unit: Unit, units: Float64Array): number {
  let present = 0;
  for (let i = start; i < start + count; i++) {
    const value = lane[list[i] as number] as number;
    if (!Number.isNaN(value)) units[present++] = value;
  }
  if (unit === "month" || unit === "year") for (let i = 0; i < present; i++) units[i] = monthIndex(units[i] as number);
  if (unit === "year") toYears(units, present);
  return present;
}

function toYears(months: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) months[i] = Math.floor((months[i] as number) / 12);
}
