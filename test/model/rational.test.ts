import fc from "fast-check";
import { expect, test } from "vitest";
import {
  add,
  compareRational,
  divide,
  floor,
  multiply,
  parseDecimal,
  parsePercent,
  type Rational,
  rational,
  roundHalfUp,
  subtract,
} from "../../src/model/rational.js";
import { codeOf } from "./codeOf.js";

const isEqual = (a: Rational, b: Rational) => compareRational(a, b) === 0;
const anyRational = fc
  .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.bigInt({ min: 1n, max: 10n ** 20n }))
  .map(([num, den]) => rational(num, den));

test("follows the laws of arithmetic", () => {
  fc.assert(
    fc.property(anyRational, anyRational, anyRational, (a, b, c) => {
      expect(isEqual(add(a, b), add(b, a))).toBe(true);
      expect(isEqual(multiply(a, add(b, c)), add(multiply(a, b), multiply(a, c)))).toBe(true);
      expect(isEqual(add(subtract(a, b), b), a)).toBe(true);
      if (b.num !== 0n) expect(isEqual(multiply(divide(a, b), b), a)).toBe(true);
      expect(compareRational(a, b)).toBe(-compareRational(b, a) + 0);
    }),
  );
});

test("keeps the denominator positive", () => {
  expect(rational(3n, -6n)).toEqual({ num: -3n, den: 6n });
  expect(divide(rational(1), rational(-2))).toEqual({ num: -1n, den: 2n });
});

test("compares where floating point cannot", () => {
  expect(compareRational(rational(10n ** 18n + 1n, 10n ** 18n), rational(1))).toBe(1);
  expect(isEqual(add(parseDecimal("0.1"), parseDecimal("0.2")), parseDecimal("0.3"))).toBe(true);
});

test("has no value for division by zero", () => {
  expect(codeOf(() => rational(1n, 0n))).toBe("division-by-zero");
  expect(codeOf(() => divide(rational(1), rational(0)))).toBe("division-by-zero");
});

test.each([
  ["2.5", 2n, 3n],
  ["-2.5", -3n, -2n],
  ["2.4999", 2n, 2n],
  ["-2.5001", -3n, -3n],
  ["-0.5", -1n, 0n],
  ["0.5", 0n, 1n],
  ["7", 7n, 7n],
  ["-7", -7n, -7n],
])("%s has the floor %s and rounds to %s", (text, down, nearest) => {
  expect(floor(parseDecimal(text))).toBe(down);
  expect(roundHalfUp(parseDecimal(text))).toBe(nearest);
});

test.each([
  ["0", 0n, 1n],
  ["-12.50", -1250n, 100n],
  ["0.001", 1n, 1000n],
  ["25%", 25n, 100n],
  ["-0.5%", -5n, 1000n],
])("reads %s exactly", (text, num, den) => {
  expect(parseDecimal(text)).toEqual({ num, den });
});

test.each([
  "",
  "-",
  ".5",
  "5.",
  "+1",
  "1e3",
  "01",
  "1,000",
  "1 ",
  " 1",
  "0x10",
  "１",
  "−1",
  "--1",
  "1.2.3",
  "1%%",
  "%",
  "NaN",
  "Infinity",
  "1\n",
  "9".repeat(31),
])("refuses %j as a decimal", (text) => {
  expect(codeOf(() => parseDecimal(text))).toBe("decimal-invalid");
});

test("asks for the sign of a percentage", () => {
  expect(parsePercent("25%")).toEqual({ num: 25n, den: 100n });
  expect(codeOf(() => parsePercent("25"))).toBe("decimal-invalid");
});
