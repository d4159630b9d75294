import { z } from "zod";
import { dayFromParts } from "../../model/calendar.js";
import type { ByteParser, NumberColumnType } from "./columnType.js";

/** 0001-01-01 and 9999-12-31 as day numbers. */
const firstDay = -719162;
const lastDay = 2932896;
/** SAS counts days from 1960-01-01. */
const sasEpoch = -3653;

/**
 * The ways a date may be written. `y/m/d` and its kin take months and days of one or two digits and a year of four; the patterns in
 * capitals take exactly as many digits as they show, `y年m月d日` one or two for month and day. Names and months in words are not dates.
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
  y年m月d日: () => chineseParser,
  "sas-days": () => sasDay,
} as const satisfies Record<string, (firstYear: number) => ByteParser>;

/** The names of the date patterns that a mapping may use. */
export const datePatterns = Object.keys(patterns) as readonly DatePattern[];
export type DatePattern = keyof typeof patterns;

const patternName = z.enum(datePatterns);
/** Two of these together would give one cell two meanings. */
const ambiguous: readonly (readonly DatePattern[])[] = [
  ["d/m/yyyy", "m/d/yyyy"],
  ["yyMMdd", "sas-days"],
];
const patternList = z
  .array(patternName)
  .min(1)
  .max(datePatterns.length)
  .refine(
    (list) => !ambiguous.some((pair) => pair.every((name) => list.includes(name))),
    "patterns of which no two read one cell differently",
  );

/** A calendar day from 0001-01-01 to 9999-12-31: its day number, counted from 1970-01-01. Written `yyyy-MM-dd` where nothing is said. */
export const dateType = {
  name: "date",
  kind: "number",
  settings: {},
  format: {
    pattern: z.union([patternName, patternList], `one of ${datePatterns.join(", ")}, or a list of some of them`).optional(),
    first_year: z.int().min(1).max(9900).optional(),
  },
  bounds: () => ({ min: firstDay, max: lastDay }),
  byteParser: (_column, format) => firstThatReads([format?.pattern ?? "yyyy-MM-dd"].flat() as DatePattern[], format?.first_year ?? 1950),
} as const satisfies NumberColumnType;

/** Tries the patterns in turn. One pattern alone is its own parser, since this runs for every date of an import. */
function firstThatReads(names: readonly DatePattern[], firstYear: number): ByteParser {
  const parsers = names.map((name) => patterns[name](firstYear));
  if (parsers.length === 1) return parsers[0] as ByteParser;
  return (text, start, end) => {
    for (const parse of parsers) {
      const day = parse(text, start, end);
      if (!Number.isNaN(day)) return day;
    }
    return Number.NaN;
  };
}

/** The day of a year, month and day, or NaN. A −1 from `digits` is no year and no day. */
function dayOf(year: number, month: number, day: number): number {
  if (!(year >= 1 && month >= 1 && day >= 1)) return Number.NaN;
  return dayFromParts(year, month, day) ?? Number.NaN;
}

/** The number written from `start` to before `end`, or −1 when a byte there is not an ASCII digit or there is none. */
function digits(text: Uint8Array, start: number, end: number): number {
  if (start >= end) return -1;
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = (text[i] as number) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Four digits of year, two of month, two of day, with a hyphen between them where the offsets leave room for it. */
function fixedParser(yearEnd: number, monthStart: number, dayStart: number, length: number): ByteParser {
  const hyphens = monthStart > yearEnd;
  return (text, start, end) => {
    if (end - start !== length) return Number.NaN;
    if (hyphens && (text[start + yearEnd] !== 45 || text[start + dayStart - 1] !== 45)) return Number.NaN;
    const month = start + monthStart;
    return dayOf(digits(text, start, start + yearEnd), digits(text, month, month + 2), digits(text, start + dayStart, end));
  };
}

/** Two digits of year: the year of the hundred from `firstYear` on that ends so. */
function shortYearParser(firstYear: number): ByteParser {
  return (text, start, end) => {
    const short = end - start === 6 ? digits(text, start, start + 2) : -1;
    if (short < 0) return Number.NaN;
    const year = firstYear + ((((short - firstYear) % 100) + 100) % 100);
    return dayOf(year, digits(text, start + 2, start + 4), digits(text, start + 4, end));
  };
}

function separatedParser(separator: string, order: "ymd" | "dmy" | "mdy"): ByteParser {
  const mark = separator.charCodeAt(0);
  return (text, start, end) => {
    const one = indexOf(text, mark, start, end);
    const two = indexOf(text, mark, one + 1, end);
    if (two === end) return Number.NaN;
    const a = digits(text, start, one);
    const b = digits(text, one + 1, two);
    const c = digits(text, two + 1, end);
    if (order === "ymd") return one - start === 4 && two - one <= 3 && end - two <= 3 ? dayOf(a, b, c) : Number.NaN;
    if (one - start > 2 || two - one > 3 || end - two !== 5) return Number.NaN;
    return order === "dmy" ? dayOf(c, b, a) : dayOf(c, a, b);
  };
}

/** 年 (E5 B9 B4), 月 (E6 9C 88) and 日 (E6 97 A5) behind year, month and day. */
function chineseParser(text: Uint8Array, start: number, end: number): number {
  const year = indexOf(text, 0xe5, start, end);
  const month = indexOf(text, 0xe6, year + 3, end);
  const day = indexOf(text, 0xe6, month + 3, end);
  if (day + 3 !== end || year - start !== 4 || month - year > 5 || day - month > 5) return Number.NaN;
  if (text[year + 1] !== 0xb9 || text[year + 2] !== 0xb4 || text[month + 1] !== 0x9c || text[month + 2] !== 0x88) return Number.NaN;
  if (text[day + 1] !== 0x97 || text[day + 2] !== 0xa5) return Number.NaN;
  return dayOf(digits(text, start, year), digits(text, year + 3, month), digits(text, month + 3, day));
}

/** Where `byte` first stands from `start` to before `end`; `end` where it does not, or past it. */
function indexOf(text: Uint8Array, byte: number, start: number, end: number): number {
  let i = start;
  while (i < end && text[i] !== byte) i++;
  return Math.min(i, end);
}

/** A whole count of days from 1960-01-01, as SAS stores dates: at most seven digits, a minus before it for earlier days. */
function sasDay(text: Uint8Array, start: number, end: number): number {
  const first = text[start] === 45 ? start + 1 : start;
  const count = end - first > 7 ? -1 : digits(text, first, end);
  if (count < 0) return Number.NaN;
  const day = sasEpoch + (first > start ? -count : count);
  return day >= firstDay && day <= lastDay ? day : Number.NaN;
}
