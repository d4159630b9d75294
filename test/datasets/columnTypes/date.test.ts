import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { datePatterns } from "../../../src/datasets/columnTypes/date.js";
import { type Column, cellFormatShape, cellParser } from "../../../src/datasets/columnTypes/index.js";

const column: Column = { name: "date", type: "date", optional: false };
const parse = (pattern: string | readonly string[], cell: string, first_year?: number) => cellParser(column, { pattern, first_year })(cell);

// Day numbers from Python's datetime.
const written: Record<string, Record<string, number>> = {
  "yyyy-MM-dd": { "2017-08-04": 17382 },
  yyyyMMdd: { "20170804": 17382, "18000301": -62032 },
  yyMMdd: { "930705": 8586, "200229": 18321, "600101": -3653 },
  "y/m/d": { "2017/8/4": 17382, "2017/08/04": 17382 },
  "y-m-d": { "2017-8-4": 17382 },
  "y.m.d": { "2017.8.4": 17382 },
  "d/m/yyyy": { "4/8/2017": 17382 },
  "d-m-yyyy": { "04-8-2017": 17382 },
  "d.m.yyyy": { "4.8.2017": 17382, "29.2.2020": 18321 },
  "m/d/yyyy": { "8/4/2017": 17382, "2/29/2020": 18321 },
  y年m月d日: { "2017年8月4日": 17382, "2017年08月04日": 17382, "2020年2月29日": 18321 },
  "sas-days": { "15074": 11421, "0": -3653, "-1": -3654 },
};

const refused: Record<string, readonly string[]> = {
  "yyyy-MM-dd": ["2017-8-4", "2017-08-4 ", " 2017-08-04", "2017-08-04T00:00", "2017x08-04", "2017-08x04", "２０１７-08-04", "-017-08-04"],
  yyyyMMdd: ["2017-8-4", "2017084", "201708040", "2017 8 4"],
  yyMMdd: ["20170804", "930230", "93071", "9307 5"],
  "y/m/d": [
    "17/8/4",
    "2017/8",
    "2017/8/4/1",
    "2017//4",
    "/8/4",
    "2017/8/",
    "2017/008/4",
    "2017-8-4",
    "2017/8/4 12:00",
    "2019/2/29",
    "12017/8/4",
  ],
  "d.m.yyyy": ["4.8.17", "2017.8.4", "32.1.2017", "4..2017", "4.8.", "004.8.2017"],
  "m/d/yyyy": ["13/1/2017", "4/31/2017", "1/2/217"],
  y年m月d日: [
    "17年8月4日",
    "2017年8月4",
    "2017年8月4日1",
    "2017年8日4月",
    "2017年月4日",
    "2017年008月4日",
    "2017年8月32日",
    "2017-8-4",
    "２０１７年8月4日",
  ],
  "sas-days": ["15074.5", "--1", "-", "1e4", "12345678", "99999999", "+5"],
};

describe("date patterns", () => {
  it.each(datePatterns)("%s reads the days that it writes", (pattern) => {
    for (const [cell, day] of Object.entries(written[pattern] ?? {})) expect([cell, parse(pattern, cell)]).toStrictEqual([cell, day]);
    expect(Object.keys(written[pattern] ?? {})).not.toHaveLength(0);
  });

  it.each(Object.keys(refused))("%s refuses anything else", (pattern) => {
    for (const cell of ["", "abc", "//", "..", "--", ...(refused[pattern] ?? [])])
      expect([cell, parse(pattern, cell)]).toStrictEqual([cell, Number.NaN]);
  });

  it("are tried in turn where there are several, and no two may read a cell differently", () => {
    const several = ["y年m月d日", "y-m-d"];
    for (const cell of ["2017年8月4日", "2017-08-04"]) expect(parse(several, cell)).toBe(17382);
    expect(parse(several, "2017/8/4")).toBeNaN();
    const shape = cellFormatShape(column);
    expect(shape.safeParse({ pattern: several }).success).toBe(true);
    for (const pattern of [[], ["d/m/yyyy", "y-m-d", "m/d/yyyy"], ["sas-days", "yyMMdd"], ["y-m-d", "nonsense"]])
      expect([pattern, shape.safeParse({ pattern }).success]).toStrictEqual([pattern, false]);
  });

  it("places a two-digit year in the hundred years that the format starts", () => {
    expect(parse("yyMMdd", "000101", 1900)).toBe(parse("yyyy-MM-dd", "1900-01-01"));
    expect(parse("yyMMdd", "490101")).toBe(parse("yyyy-MM-dd", "2049-01-01"));
    expect(parse("yyMMdd", "500101")).toBe(parse("yyyy-MM-dd", "1950-01-01"));
    expect(parse("yyMMdd", "290101", 1930)).toBe(parse("yyyy-MM-dd", "2029-01-01"));
  });

  it("agrees with the platform's calendar", () => {
    const day = fc.integer({ min: -719162, max: 2932896 });
    fc.assert(
      fc.property(day, (number) => {
        const text = new Date(number * 86_400_000).toISOString().slice(0, 10);
        const [, m, d] = text.split("-").map(Number);
        const year = text.slice(0, 4);
        expect(parse("yyyy-MM-dd", text)).toBe(number);
        expect(parse("yyyyMMdd", text.replaceAll("-", ""))).toBe(number);
        expect(parse("y/m/d", `${year}/${m}/${d}`)).toBe(number);
        expect(parse("d.m.yyyy", `${d}.${m}.${year}`)).toBe(number);
        expect(parse("sas-days", String(number + 3653))).toBe(number);
      }),
      { numRuns: 300 },
    );
  });

  it("knows no other pattern", () => {
    expect(cellFormatShape(column).safeParse({ pattern: "dd-MMM-yyyy" }).success).toBe(false);
    expect(cellFormatShape(column).safeParse({ decimal: "," }).success).toBe(false);
    expect(cellFormatShape(column).safeParse({ pattern: "sas-days" }).success).toBe(true);
  });
});
