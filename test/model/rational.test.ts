import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  add,
  compareRational,
  divide,
  floor,
  floorNumber,
  isWhole,
  multiply,
  parseDecimal,
  parsePercent,
  partsOf,
  type Rational,
  rational,
  roundHalfUp,
  signOf,
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
      if (signOf(b) !== 0) expect(isEqual(multiply(divide(a, b), b), a)).toBe(true);
      expect(compareRational(a, b)).toBe(-compareRational(b, a) + 0);
    }),
  );
});

test("keeps the denominator positive", () => {
  expect(rational(3n, -6n)).toEqual({ num: -3, den: 6 });
  expect(divide(rational(1), rational(-2))).toEqual({ num: -1, den: 2 });
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
  ["0", 0, 1],
  ["-12.50", -1250, 100],
  ["0.001", 1, 1000],
  ["25%", 25, 100],
  ["-0.5%", -5, 1000],
  ["-0", 0, 1],
  ["9007199254740991", 9007199254740991, 1],
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
  expect(parsePercent("25%")).toEqual({ num: 25, den: 100 });
  expect(codeOf(() => parsePercent("25"))).toBe("decimal-invalid");
});

describe("plain numbers and big ones", () => {
  const border = 2n ** 53n;
  const near = fc.bigInt({ min: -3n, max: 3n });
  const side = fc.oneof(
    fc.bigInt({ min: -20n, max: 20n }),
    near.map((off) => border + off),
    near.map((off) => -border + off),
    near.map((off) => 94_906_265n + off), // the root of the border
    fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
  );
  const parts = fc.tuple(
    side,
    side.map((den) => (den < 0n ? -den : den)).filter((den) => den > 0n),
  );

  test("agree at the border of the safe integers", () => {
    fc.assert(
      fc.property(parts, parts, ([a, b], [c, d]) => {
        const [x, y] = [rational(a, b), rational(c, d)];
        const is = (value: Rational, num: bigint, den: bigint) => {
          const [n, m] = partsOf(value);
          expect(n * den).toBe(num * m);
          expect(m > 0n).toBe(true);
        };
        is(add(x, y), a * d + c * b, b * d);
        is(subtract(x, y), a * d - c * b, b * d);
        is(multiply(x, y), a * c, b * d);
        if (c !== 0n) is(divide(x, y), c < 0n ? -a * d : a * d, c < 0n ? -b * c : b * c);
        const order = a * d < c * b ? -1 : a * d > c * b ? 1 : 0;
        expect([compareRational(x, y), signOf(x), isWhole(x)]).toEqual([order, a < 0n ? -1 : a > 0n ? 1 : 0, a % b === 0n]);
        const below = a < 0n && a % b !== 0n ? a / b - 1n : a / b;
        expect([floor(x), floorNumber(x)]).toEqual([below, Number(below)]);
      }),
      { numRuns: 3000 },
    );
  });

  test("compare where the products of safe integers differ by one", () => {
    const p = Number.MAX_SAFE_INTEGER;
    expect(compareRational(rational(p, p - 1), rational(p - 1, p - 2))).toBe(-1);
    expect(compareRational(rational(p - 1, p - 2), rational(p, p - 1))).toBe(1);
    expect(compareRational(rational(-p, p - 1), rational(1 - p, p - 2))).toBe(1);
  });

  test("have one form each, whatever they were made of", () => {
    expect(rational(border - 1n)).toEqual(rational(Number.MAX_SAFE_INTEGER));
    expect(rational(2n ** 60n)).toEqual(rational(2 ** 60));
    expect(multiply(rational(2n ** 60n), rational(0))).toEqual(rational(0));
    expect(subtract(rational(border), rational(1))).toEqual(rational(Number.MAX_SAFE_INTEGER));
    expect(multiply(rational(0), rational(-1))).toEqual(rational(0));
    expect(() => rational(0.5)).toThrow(RangeError);
  });
});
