import { FrostglassError } from "../errors/error.js";

/**
 * Calendar days without `Date`: a day is the number of days since 1970-01-01 in the proleptic Gregorian calendar, from 0001-01-01 to
 * 9999-12-31. The conversions are those of H. Hinnant, "chrono-Compatible Low-Level Date Algorithms": years run from March, so that the
 * leap day is the last day of a year, and an era has 400 years.
 */
export interface DayParts {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

const daysToEpoch = 719_468; // from 0000-03-01 to 1970-01-01
const daysPerEra = 146_097;
const firstDay = -719_162;
const lastDay = 2_932_896;

/** The day number of `YYYY-MM-DD`. Throws `day-invalid` for any other form and for a day that no calendar has. */
export function parseDay(text: string): number {
  const match = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  const day = match === null ? undefined : dayFromParts(Number(match[1]), Number(match[2]), Number(match[3]));
  if (day === undefined) throw new FrostglassError("day-invalid", "The text is not a calendar day such as `2020-02-29`.");
  return day;
}

/** `YYYY-MM-DD`. Throws `day-invalid` for a number that is no day between the years 1 and 9999. */
export function formatDay(day: number): string {
  const { year, month, day: dayOfMonth } = partsOfDay(day);
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(dayOfMonth).padStart(2, "0")}`;
}

/** The day number of a year (1 to 9999), month and day of month, or undefined when there is no such day. */
export function dayFromParts(year: number, month: number, day: number): number | undefined {
  if (!Number.isInteger(year) || !Number.isInteger(month) || !Number.isInteger(day)) return undefined;
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > lengthOfMonth(year, month)) return undefined;
  return dayNumber(year, month, day);
}

/** Year, month and day of month. Throws `day-invalid` for a number that is no day between the years 1 and 9999. */
export function partsOfDay(day: number): DayParts {
  const packed = pack(day);
  return { year: packed >> 9, month: (packed >> 5) & 15, day: packed & 31 };
}

/** Months since the start of year 0, `year * 12 + month - 1`: two days are in one month when their indexes are equal. Throws `day-invalid`. */
export function monthIndex(day: number): number {
  const packed = pack(day);
  return (packed >> 9) * 12 + ((packed >> 5) & 15) - 1;
}

/** The same day of the month `months` later (earlier when negative), or that month's last day when it is shorter. Throws `day-invalid`. */
export function addMonths(day: number, months: number): number {
  const index = monthIndex(day) + months;
  const year = Math.floor(index / 12);
  const month = index - year * 12 + 1;
  const moved = dayFromParts(year, month, Math.min(pack(day) & 31, lengthOfMonth(year, month)));
  if (moved === undefined) throw outOfRange();
  return moved;
}

function lengthOfMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function dayNumber(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * daysPerEra + dayOfEra - daysToEpoch;
}

/** Year, month and day in one small integer (9 low bits hold month and day): a loop over millions of days must not make objects. */
function pack(day: number): number {
  if (!(day >= firstDay && day <= lastDay) || !Number.isInteger(day)) throw outOfRange();
  const shifted = day + daysToEpoch; // never negative in our range, so `| 0` is the floor
  const era = (shifted / daysPerEra) | 0;
  const dayOfEra = shifted - era * daysPerEra;
  const yearOfEra = ((dayOfEra - ((dayOfEra / 1460) | 0) + ((dayOfEra / 36_524) | 0) - ((dayOfEra / 146_096) | 0)) / 365) | 0;
  const dayOfYear = dayOfEra - (365 * yearOfEra + (yearOfEra >> 2) - ((yearOfEra / 100) | 0));
  const marchMonth = ((5 * dayOfYear + 2) / 153) | 0;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return (year << 9) | (month << 5) | (dayOfYear - (((153 * marchMonth + 2) / 5) | 0) + 1);
}

function outOfRange(): FrostglassError {
  return new FrostglassError("day-invalid", "The number is not a day between the years 1 and 9999.");
}
