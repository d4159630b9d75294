import { z } from "zod";
import { dayFromParts } from "../../model/calendar.js";
import type { NumberColumnType } from "./columnType.js";

type DateParser = (cell: string) => number;

/** 0001-01-01 and 9999-12-31 as day numbers. */
const firstDay = -719162;
const lastDay = 2932896;
/** SAS counts days from 1960-01-01. */
const sasEpoch = -3653;

/**
 * The ways a date may be written. `y/m/d` and its kin take months and days of one or two digits and a year of four; the patterns in
 * capitals take exactly as many digits as they show. Names and months in words are not dates.
 */
const patterns = {
  "yyyy-MM-dd": () => fixedParser(4, 5, 8, 10),
  yyyyMMdd: () => fixedParser(4, 4, 6, 8),
  yyMMdd: shortYearParser,
  "y/m/d": () => separatedParser("/", "ymd"),
  "y-m-d": () => separatedParser("-", "ymd"),
  "y.m.d": () => separatedParser(".", "ymd"),
  "d/m/yyyy": () => separatedParser("/", "dmy"),
  "d-m-yyyy": () => separatedParser("-", "dmy"),
  "d.m.yyyy": () => separatedParser(".", "dmy"),
  "m/d/yyyy": () => separatedParser("/", "mdy"),
  "sas-days": () => sasDay,
} as const satisfies Record<string, (firstYear: number) => DateParser>;

/** The names of the date patterns that a mapping may use. */
export const datePatterns = Object.keys(patterns) as readonly DatePattern[];
export type DatePattern = keyof typeof patterns;

/** A calendar day from 0001-01-01 to 9999-12-31: its day number, counted from 1970-01-01. Written `yyyy-MM-dd` where nothing is said. */
export const dateType = {
  name: "date",
  kind: "number",
  settings: {},
  format: { pattern: z.enum(datePatterns).optional(), first_year: z.int().min(1).max(9900).optional() },
  bounds: () => ({ min: firstDay, max: lastDay }),
  cellParser: (_column, format) => patterns[(format?.pattern ?? "yyyy-MM-dd") as DatePattern](format?.first_year ?? 1950),
} as const satisfies NumberColumnType;

/** The day of a year, month and day, or NaN. A −1 from `digits` is no year and no day. */
function dayOf(year: number, month: number, day: number): number {
  if (!(year >= 1 && month >= 1 && day >= 1)) return Number.NaN;
  return dayFromParts(year, month, day) ?? Number.NaN;
}

/** The number written from `from` to before `to`, or −1 when a character there is not an ASCII digit or there is none. */
function digits(cell: string, from: number, to: number): number {
  if (from >= to) return -1;
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = cell.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Four digits of year, two of month, two of day, with a hyphen between them where the offsets leave room for it. */
function fixedParser(yearEnd: number, monthStart: number, dayStart: number, length: number): DateParser {
  const hyphens = monthStart > yearEnd;
  return (cell) => {
    if (cell.length !== length) return Number.NaN;
    if (hyphens && (cell.charCodeAt(yearEnd) !== 45 || cell.charCodeAt(dayStart - 1) !== 45)) return Number.NaN;
    return dayOf(digits(cell, 0, yearEnd), digits(cell, monthStart, monthStart + 2), digits(cell, dayStart, length));
  };
}

/** Two digits of year: the year of the hundred from `firstYear` on that ends so. */
function shortYearParser(firstYear: number): DateParser {
  return (cell) => {
    const short = cell.length === 6 ? digits(cell, 0, 2) : -1;
    if (short < 0) return Number.NaN;
    const year = firstYear + ((((short - firstYear) % 100) + 100) % 100);
    return dayOf(year, digits(cell, 2, 4), digits(cell, 4, 6));
  };
}

function separatedParser(separator: string, order: "ymd" | "dmy" | "mdy"): DateParser {
  return (cell) => {
    const one = cell.indexOf(separator);
    const two = cell.indexOf(separator, one + 1);
    if (one < 1 || two < 0) return Number.NaN;
    const a = digits(cell, 0, one);
    const b = digits(cell, one + 1, two);
    const c = digits(cell, two + 1, cell.length);
    if (order === "ymd") return one === 4 && two - one <= 3 && cell.length - two <= 3 ? dayOf(a, b, c) : Number.NaN;
    if (one > 2 || two - one > 3 || cell.length - two !== 5) return Number.NaN;
    return order === "dmy" ? dayOf(c, b, a) : dayOf(c, a, b);
  };
}

/** A whole count of days from 1960-01-01, as SAS stores dates: at most seven digits, a minus before it for earlier days. */
function sasDay(cell: string): number {
  const start = cell.charCodeAt(0) === 45 ? 1 : 0;
  const count = cell.length - start > 7 ? -1 : digits(cell, start, cell.length);
  if (count < 0) return Number.NaN;
  const day = sasEpoch + (start === 1 ? -count : count);
  return day >= firstDay && day <= lastDay ? day : Number.NaN;
}
