import { addMonths, dayFromParts, partsOfDay } from "../../model/calendar.js";
import type { CalendarUnit, Duration } from "../manifest/literals.js";
import type { Window } from "./bound.js";

/**
 * The window of `last: N …`, in days, both ends included; `until: M … ago` moves it back so that it ends where the last M begin.
 *
 *     last: N days          the N days up to and including the as-of day
 *     last: N months        every day after addMonths(asOf, -N), up to and including the as-of day
 *     last: N years         as 12 × N months
 *     last: N full months   the N calendar months before the month of the as-of day
 *     last: N full years    the N calendar years before the year of the as-of day
 *
 * `addMonths` keeps the day of the month, or takes the month's last day: as of 2020-02-29 the last 12 months begin on 2019-03-01, and as
 * of 2020-03-31 the last month begins on 2020-03-01. Windows one behind the other meet without gap or overlap.
 */
export function lastWindow({ unit, length }: Duration, until = 0): Window {
  const start = startOfLast[unit];
  return (asOf) => [start(asOf, length + until), start(asOf, until) - 1];
}

/** The first day of the last `count` units; with count 0, the day after the window's end. */
const startOfLast: Readonly<Record<Duration["unit"], (asOf: number, count: number) => number>> = {
  day: (asOf, count) => asOf - count + 1,
  month: (asOf, count) => addMonths(asOf, -count) + 1,
  "full-month": (asOf, count) => addMonths(asOf - partsOfDay(asOf).day + 1, -count),
  "full-year": (asOf, count) => firstOfYear(partsOfDay(asOf).year - count),
};

/** The days of a calendar year. */
export function yearWindow(year: CalendarUnit): Window {
  return (asOf) => {
    const index = "index" in year ? year.index : partsOfDay(asOf).year + year.fromAsOf;
    return [firstOfYear(index), firstOfYear(index + 1) - 1];
  };
}

/** The days of a calendar month. */
export function monthWindow(month: CalendarUnit): Window {
  return (asOf) => {
    const { year, month: here } = partsOfDay(asOf);
    const index = "index" in month ? month.index : year * 12 + here - 1 + month.fromAsOf;
    return [firstOfMonth(index), firstOfMonth(index + 1) - 1];
  };
}

function firstOfYear(year: number): number {
  return firstOfMonth(year * 12);
}

// Outside the years 1 to 9999 there are no records: the infinities stand for "before all" and "after all".
function firstOfMonth(index: number): number {
  const year = Math.floor(index / 12);
  return dayFromParts(year, (index % 12) + 1, 1) ?? (year < 1 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
}
