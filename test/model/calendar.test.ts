import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { addMonths, dayFromParts, formatDay, monthIndex, parseDay, partsOfDay } from "../../src/model/calendar.js";
import { codeOf } from "./codeOf.js";

// From Python: (datetime.date(y, m, d) - datetime.date(1970, 1, 1)).days
test.each([
  ["0001-01-01", -719162],
  ["1899-12-31", -25568],
  ["1900-02-28", -25509],
  ["1900-03-01", -25508],
  ["1969-12-31", -1],
  ["1970-01-01", 0],
  ["1999-12-31", 10956],
  ["2000-02-29", 11016],
  ["2000-03-01", 11017],
  ["2019-12-31", 18261],
  ["2020-02-29", 18321],
  ["2038-01-19", 24855],
  ["2100-02-28", 47540],
  ["2100-03-01", 47541],
  ["2400-02-29", 157113],
  ["9999-12-31", 2932896],
])("%s is day %i", (text, day) => {
  expect(parseDay(text)).toBe(day);
  expect(formatDay(day)).toBe(text);
});

test("agrees with Python on every 997th day from year 1 to year 9999", () => {
  const hash = createHash("sha256");
  for (let day = -719_162; day <= 2_932_896; day += 997) hash.update(`${formatDay(day)}\n`);
  expect(hash.digest("hex")).toBe("f0f5370402454c21ed89ed5273cb7a118ff5713d3b40908edc299a07db69ff50");
});

test("a day and its parts are the same thing", () => {
  fc.assert(
    fc.property(fc.integer({ min: -719_162, max: 2_932_896 }), (day) => {
      const { year, month, day: dayOfMonth } = partsOfDay(day);
      expect(dayFromParts(year, month, dayOfMonth)).toBe(day);
      expect(monthIndex(day)).toBe(year * 12 + month - 1);
      expect(parseDay(formatDay(day))).toBe(day);
    }),
  );
});

test.each(["2019-02-29", "1900-02-29", "2020-00-10", "2020-13-01", "2020-04-31", "2020-01-00", "2020-01-32", "0000-01-01"])(
  "%s is no day",
  (text) => {
    expect(codeOf(() => parseDay(text))).toBe("day-invalid");
  },
);

test.each([
  "2020-1-1",
  "20200101",
  "2020/01/01",
  "2020-01-01T00:00:00Z",
  " 2020-01-01",
  "2020-01-01\n",
  "２０２０-01-01",
  "-2020-01-01",
  "12020-01-01",
  "",
])("%j is not in the one form", (text) => {
  expect(codeOf(() => parseDay(text))).toBe("day-invalid");
});

test.each([
  ["2020-01-31", 1, "2020-02-29"],
  ["2019-01-31", 1, "2019-02-28"],
  ["2020-02-29", 12, "2021-02-28"],
  ["2020-02-29", -12, "2019-02-28"],
  ["2020-03-31", -1, "2020-02-29"],
  ["2020-12-15", 1, "2021-01-15"],
  ["2020-01-15", -1, "2019-12-15"],
  ["2020-01-15", -24, "2018-01-15"],
  ["2020-05-31", 0, "2020-05-31"],
])("%s and %i months is %s", (from, months, to) => {
  expect(formatDay(addMonths(parseDay(from), months))).toBe(to);
});

test("refuses to leave the years 1 to 9999", () => {
  expect(codeOf(() => addMonths(parseDay("0001-01-31"), -1))).toBe("day-invalid");
  expect(codeOf(() => addMonths(parseDay("9999-12-01"), 1))).toBe("day-invalid");
  expect(codeOf(() => partsOfDay(2_932_897))).toBe("day-invalid");
  expect(codeOf(() => partsOfDay(-719_163))).toBe("day-invalid");
  expect(codeOf(() => partsOfDay(0.5))).toBe("day-invalid");
  expect(codeOf(() => partsOfDay(Number.NaN))).toBe("day-invalid");
  expect(dayFromParts(2020.5, 1, 1)).toBeUndefined();
  expect(dayFromParts(10_000, 1, 1)).toBeUndefined();
});
