import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isCurrency, minorDigits } from "../../../src/datasets/columnTypes/currencies.js";
import { type CellFormat, type Column, cellFormatShape, cellParser } from "../../../src/datasets/columnTypes/index.js";
import { refusal } from "../refusal.js";

const cny: Column = { name: "net", type: "money", optional: false, currency: "CNY" };
const jpy: Column = { name: "net", type: "money", optional: false, currency: "JPY" };
const kwd: Column = { name: "net", type: "money", optional: false, currency: "KWD" };
const rate: Column = { name: "rate", type: "decimal", optional: false, scale: 4 };
const count: Column = { name: "count", type: "integer", optional: false };

function check(column: Column, format: CellFormat, cells: Record<string, number>): void {
  const parse = cellParser(column, format);
  for (const [cell, value] of Object.entries(cells)) expect([cell, parse(cell)]).toStrictEqual([cell, value]);
}

const no = Number.NaN;

describe("amounts in cells", () => {
  it("keep the scale's decimals and no more", () => {
    check(
      cny,
      {},
      { "12": 1200, "12.3": 1230, "12.34": 1234, "12.3400": 1234, "12.345": no, "12.3401": no, "0": 0, "-0": 0, "00012.3": 1230 },
    );
    check(jpy, {}, { "12": 12, "12.00": 12, "12.5": no });
    check(kwd, {}, { "1.234": 1234, "1.2345": no });
    check(rate, {}, { "0.0001": 1, "0.00001": no, "1": 10000 });
  });

  it("refuse what is not a plain number", () => {
    const cells = [
      "",
      ".",
      "-",
      "-.",
      "1.",
      "1..2",
      "1.2.3",
      "- 1",
      "1 ",
      " 1",
      "1-",
      "+-1",
      "1e2",
      "1,5",
      "(12)",
      "$1",
      "１.5",
      "٣",
      "1\n",
      "NaN",
      "1_0",
    ];
    check(cny, {}, Object.fromEntries(cells.map((cell) => [cell, no])));
  });

  it("drop the symbols that the format names, once at each end, and no others", () => {
    const symbols = ["¥", "￥", "元", "万元"];
    check(cny, { symbols, thousands: "," }, { "¥1,234.50": 123450, "￥-2": -200, "3元": 300, "¥3元": 300, "3": 300, "2万元": 200 });
    check(cny, { symbols }, { "¥¥1": no, "¥": no, 元: no, "¥元": no, "1¥2": no, $1: no, "¥ 1": no, "3美元": no });
    const shape = cellFormatShape(cny);
    for (const symbol of ["", "1", "-", "+", ".", ",", " ", "123456789"])
      expect([symbol, shape.safeParse({ symbols: [symbol] }).success]).toStrictEqual([symbol, false]);
  });

  it("read a decimal comma", () => {
    check(cny, { decimal: "," }, { "12,34": 1234, ",5": 50, "12.34": no, "12,": no });
  });

  it("read groups of three, strictly", () => {
    const cells = { "1,234.50": 123450, "12,345": 1234500, "1,234,567.8": 123456780, "1234.5": 123450, "999": 99900 };
    const wrong = ["1,23", "1234,567", ",123", "1,", "1,,234", "1,2345", "12,34,567", "1,234.5,6", "1,234,", "1,234,.5", "0.123,4"];
    check(cny, { thousands: "," }, { ...cells, ...Object.fromEntries(wrong.map((cell) => [cell, no])) });
    check(cny, { decimal: ",", thousands: "." }, { "-1.234,50": -123450 });
    check(cny, { thousands: "'" }, { "1'234.50": 123450 });
    check(count, { thousands: " " }, { "1 234": 1234, "1 23": no });
  });

  it("round half up when asked, away from zero", () => {
    const cells = {
      "0.004": 0,
      "0.005": 1,
      "-0.005": -1,
      "-0.0049": 0,
      "1.999": 200,
      "0.0149999": 1,
      "0.00x": no,
      "90071992547409.915": no,
    };
    check(cny, { round: "half-up" }, cells);
  });

  it("read other units", () => {
    check(cny, { unit: "yuan" }, { "12.34": 1234 });
    check(cny, { unit: "fen" }, { "1234": 1234, "12.5": no });
    check(cny, { unit: "minor" }, { "1234": 1234 });
    check(cny, { unit: "thousand" }, { "1.23456": 123456 });
    check(cny, { unit: "wan" }, { "1.234567": 1234567, "0.5": 500000, "1.2345678": no });
    check(cny, { unit: "million" }, { "1.5": 150000000 });
    check(cny, { unit: "yi" }, { "1": 10_000_000_000 });
    refusal(() => cellParser(jpy, { unit: "yuan" }), "cell-format-invalid");
    expect(cellFormatShape(cny).safeParse({ unit: "dollar" }).success).toBe(false);
  });

  it("end at the safe integers", () => {
    check(
      cny,
      {},
      { "90071992547409.91": 9007199254740991, "-90071992547409.91": -9007199254740991, "90071992547409.92": no, "90071992547410": no },
    );
    check(count, {}, { "9007199254740991": 9007199254740991, "9007199254740992": no, "9007199254740993": no, ["9".repeat(400)]: no });
    check(rate, {}, { "900719925474.0991": 9007199254740991, "900719925474.0992": no, "9007199254741": no });
  });

  it("refuse one mark for two things", () => {
    refusal(() => cellParser(cny, { decimal: ",", thousands: "," }), "cell-format-invalid");
    refusal(() => cellParser(cny, { thousands: "." }), "cell-format-invalid");
  });

  it("agree with exact arithmetic", () => {
    const parse = cellParser(rate);
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.boolean(), (value, plus) => {
        const digits = String(Math.abs(value)).padStart(5, "0");
        const text = `${value < 0 ? "-" : plus ? "+" : ""}${digits.slice(0, -4)}.${digits.slice(-4)}`;
        expect(parse(text)).toBe(value === 0 ? 0 : value);
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 18n), (whole) => {
        const exact = whole * 10_000n;
        expect(parse(String(whole))).toBe(exact <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(exact) : no);
      }),
      { numRuns: 300 },
    );
  });
});

describe("currencies", () => {
  it("are those that the platform knows", () => {
    const known = new Set(Intl.supportedValuesOf("currency"));
    const listed = [...known].filter(isCurrency);
    expect(listed.length).toBeGreaterThan(140);
    for (const code of ["CNY", "USD", "EUR", "HKD", "JPY"]) expect(isCurrency(code)).toBe(true);
    for (const code of ["cny", "CYN", "RMB", "XXX", "XAU", "DEM", ""]) expect(isCurrency(code)).toBe(false);
  });

  it("have the minor digits of ISO 4217", () => {
    expect(["CNY", "JPY", "KRW", "KWD", "BHD", "CLP"].map(minorDigits)).toStrictEqual([2, 0, 0, 3, 3, 0]);
  });
});
