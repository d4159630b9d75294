import { describe, expect, test } from "vitest";
import { lastWindow, monthWindow, yearWindow } from "../../src/computations/binding/windows.js";
import { durationKind, monthKind, yearKind } from "../../src/computations/manifest/literals.js";
import { formatDay, parseDay } from "../../src/model/calendar.js";

function shown([low, high]: readonly [number, number]): string {
  return `${Number.isFinite(low) ? formatDay(low) : low} ${Number.isFinite(high) ? formatDay(high) : high}`;
}

function last(length: string, asOf: string, until?: number): string {
  const duration = durationKind.read(length);
  if (duration === undefined) throw new Error(`${length} is no length`);
  return shown(lastWindow(duration, until)(parseDay(asOf)));
}

describe("last", () => {
  test.each([
    ["1 day", "2020-03-01", "2020-03-01 2020-03-01"],
    ["30 days", "2020-03-01", "2020-02-01 2020-03-01"],
    ["1 month", "2020-03-31", "2020-03-01 2020-03-31"],
    ["1 month", "2020-03-30", "2020-03-01 2020-03-30"],
    ["1 month", "2020-03-29", "2020-03-01 2020-03-29"],
    ["1 month", "2020-03-28", "2020-02-29 2020-03-28"],
    ["1 month", "2019-03-31", "2019-03-01 2019-03-31"],
    ["12 months", "2020-02-29", "2019-03-01 2020-02-29"],
    ["1 year", "2020-02-29", "2019-03-01 2020-02-29"],
    ["12 months", "2021-02-28", "2020-02-29 2021-02-28"],
    ["48 months", "2020-02-29", "2016-03-01 2020-02-29"],
    ["24 months", "2020-01-15", "2018-01-16 2020-01-15"],
    ["1 full month", "2020-03-01", "2020-02-01 2020-02-29"],
    ["1 full month", "2020-03-31", "2020-02-01 2020-02-29"],
    ["12 full months", "2020-02-29", "2019-02-01 2020-01-31"],
    ["1 full year", "2020-12-31", "2019-01-01 2019-12-31"],
    ["3 full years", "2020-01-01", "2017-01-01 2019-12-31"],
  ])("%s as of %s: %s", (length, asOf, expected) => {
    expect(last(length, asOf)).toBe(expected);
  });

  test.each([
    ["12 months", 12, "2020-02-29", "2018-03-01 2019-02-28"],
    ["12 months", 24, "2020-02-29", "2017-03-01 2018-02-28"],
    ["1 month", 1, "2020-03-31", "2020-02-01 2020-02-29"],
    ["1 full month", 1, "2020-03-31", "2020-01-01 2020-01-31"],
    ["30 days", 30, "2020-03-01", "2020-01-02 2020-01-31"],
  ])("%s until %s ago, as of %s: %s", (length, until, asOf, expected) => {
    expect(last(length, asOf, until)).toBe(expected);
  });

  test("windows behind each other meet on every as-of day", () => {
    for (let day = parseDay("2019-01-01"); day < parseDay("2021-03-05"); day++) {
      for (const unit of ["day", "month", "full-month", "full-year"] as const) {
        const [low] = lastWindow({ unit, length: 1 })(day);
        const [, high] = lastWindow({ unit, length: 1 }, 1)(day);
        expect(high).toBe(low - 1);
      }
    }
  });
});

describe("calendar years and months", () => {
  const asOf = parseDay("2020-01-31");
  test.each([
    [yearKind, yearWindow, "2019", "2019-01-01 2019-12-31"],
    [yearKind, yearWindow, "this", "2020-01-01 2020-12-31"],
    [yearKind, yearWindow, "last", "2019-01-01 2019-12-31"],
    [yearKind, yearWindow, "9999", "9999-01-01 Infinity"],
    [monthKind, monthWindow, "2020-02", "2020-02-01 2020-02-29"],
    [monthKind, monthWindow, "2019-12", "2019-12-01 2019-12-31"],
    [monthKind, monthWindow, "this", "2020-01-01 2020-01-31"],
    [monthKind, monthWindow, "last", "2019-12-01 2019-12-31"],
  ])("%#", (kind, window, text, expected) => {
    const unit = kind.read(text);
    if (unit === undefined) throw new Error(`${text} is no unit`);
    expect(shown(window(unit)(asOf))).toBe(expected);
  });
});

test.each([
  "0 days",
  "01 months",
  "12 month ago",
  "1 full day",
  "1201 months",
  "101 years",
  "12  months",
  "-1 days",
  "1.5 months",
  "12months",
  "$w",
])("%s is no length", (text) => {
  expect(durationKind.read(text)).toBeUndefined();
});
