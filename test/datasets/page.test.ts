import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseHex } from "../../src/bytes/hex.js";
import { appendPages, decodePage, emptyPage, encodePage, mostRecords, PageBuilder, type PageColumns } from "../../src/datasets/page.js";
import { columnsOf } from "../../src/datasets/pageColumns.js";
import { parseSchema } from "../../src/datasets/schema.js";
import { FrostglassError } from "../../src/errors/error.js";
import { refusal } from "./refusal.js";

const ledgerHead = `frostglass: dataset/1
name: ledger
title: { en: Ledger }
subject: { scheme: opaque }
columns:
`;
const ledgerText = `${ledgerHead}  number: { type: code }
  date: { type: date }
  amount: { type: money, currency: CNY, optional: true }
  status: { type: enum, members: [valid, void] }
`;
const ledger = parseSchema(ledgerText);

type Row = readonly (number | string | undefined)[];

function pageOf(rows: readonly Row[], schema = ledger): PageColumns {
  const builder = new PageBuilder(schema);
  for (const row of rows) {
    const numbers = row.map((cell) => (typeof cell === "number" ? cell : Number.NaN));
    builder.append(
      numbers,
      row.map((cell) => (typeof cell === "string" ? cell : undefined)),
    );
  }
  return builder.build();
}

function rowsOf(page: PageColumns, schema = ledger): Row[] {
  return Array.from({ length: page.records }, (_, record) =>
    schema.columns.map(({ type }, column) => {
      const value = page.lane(column)[record] as number;
      if (Number.isNaN(value)) return undefined;
      return type === "code" ? page.dictionary(column)[value] : value;
    }),
  );
}

const threeRows: readonly Row[] = [
  ["A007", 18321, 1250, 0],
  ["B12", 18261, undefined, 1],
  ["A007", 18321, -99, 0],
];

// The layout of pageCodec.ts written out with Python's struct.
const threeRowsHex =
  "01030000f0aba80f17afa1c0230000000c0000000e0000000a00000000030000000000000000020301410001420100000000000000020407000000000000" +
  "500008554700000000003c003c0102109dffffffffffff4505000000010000000000000002";

const safe = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -300, max: 300 }),
  fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 0),
);
const codeText = fc.oneof(
  fc.nat(400).map((n) => `A${String(n).padStart(5, "0")}`),
  fc.nat(99_999_999).map(String),
  fc.constantFrom("0", "00", "007", "x", "企业", "😀", "a b", "9".repeat(16), "9".repeat(128), `${"é".repeat(127)}1`, "P I F"),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).filter((text) => !/\p{Cc}/u.test(text)),
);

const wide = parseSchema(`frostglass: dataset/1
name: wide
title: { en: Every type }
subject: { scheme: opaque }
columns:
  date: { type: date, optional: true }
  money: { type: money, currency: CNY, optional: true }
  integer: { type: integer, optional: true }
  decimal: { type: decimal, scale: 4, optional: true }
  enum: { type: enum, members: [a, b, c, d, e, f], optional: true }
  boolean: { type: boolean, optional: true }
  code: { type: code, optional: true }
  code2: { type: code }
`);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 6 });
const wideRow = fc.tuple(
  maybe(fc.integer({ min: -719162, max: 2932896 })),
  maybe(safe),
  maybe(fc.integer()),
  maybe(fc.oneof(safe, fc.bigInt(0n, 1n << 41n).map(Number))),
  maybe(fc.nat(5)),
  maybe(fc.nat(1)),
  maybe(codeText),
  codeText,
);
const wideRows = fc.array(wideRow, { maxLength: 60 });

describe("a page", () => {
  it("has the bytes of its layout", () => {
    const expected = parseHex(threeRowsHex);
    const page = encodePage(ledger, pageOf(threeRows));
    expect(page.length).toBe(256);
    expect(page.subarray(0, expected.length)).toStrictEqual(expected);
    expect(page.subarray(expected.length).every((byte) => byte === 0)).toBe(true);
    expect(rowsOf(decodePage(ledger, page))).toStrictEqual(threeRows);
  });

  it("gives back what was put in, whatever it was", () => {
    fc.assert(
      fc.property(wideRows, (rows) => {
        const page = encodePage(wide, pageOf(rows, wide));
        expect(rowsOf(decodePage(wide, page), wide)).toStrictEqual(rows);
      }),
      { numRuns: 200 },
    );
  });

  it("knows where the values of each column lie, as going through them tells", () => {
    fc.assert(
      fc.property(wideRows, (rows) => {
        const page = decodePage(wide, encodePage(wide, pageOf(rows, wide)));
        for (const [column] of wide.columns.entries()) {
          const values = rows.map((_, record) => page.lane(column)[record] as number);
          const present = values.filter((value) => !Number.isNaN(value));
          const expected = { least: Math.min(...present), most: Math.max(...present), gaps: present.length < values.length };
          expect(page.range(column)).toStrictEqual(expected);
          expect(pageOf(rows, wide).range(column)).toStrictEqual(expected);
        }
      }),
      { numRuns: 100 },
    );
  });

  it.each([0, 1, 2, 4, 8, 16, 24, 32, 40, 48, 53].map((bits) => [bits]))("packs numbers whose range takes %i bits", (bits) => {
    const range = Math.min(2 ** bits - 1, Number.MAX_SAFE_INTEGER);
    for (const least of [0, -1, 0 - range, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - range]) {
      const rows = [least, least + range, least + Math.floor(range / 3), least].map((value): Row => ["1", 0, value, 0]);
      const page = encodePage(ledger, pageOf(rows));
      expect([...decodePage(ledger, page).lane(2)]).toStrictEqual(rows.map((row) => row[2]));
    }
  });

  it("may have no record, and is then the empty page", () => {
    const page = decodePage(ledger, encodePage(ledger, emptyPage));
    expect(page.records).toBe(0);
    expect(page.lane(0)).toHaveLength(0);
    expect(page.dictionary(0)).toStrictEqual([]);
    expect(encodePage(ledger, pageOf([]))).toStrictEqual(encodePage(ledger, emptyPage));
  });

  it("takes at most 33 bytes a record for invoices of a large firm", () => {
    const invoices = parseSchema(`${ledgerHead}  number: { type: code }
  date: { type: date }
  buyer: { type: code, optional: true }
  net: { type: money, currency: CNY }
  tax: { type: money, currency: CNY }
  total: { type: money, currency: CNY }
  status: { type: enum, members: [valid, void] }
`);
    const rows = Array.from({ length: 448 }, (_, i): Row => {
      const net = (i * 7_919_777_777) % 1_000_000_000_000;
      return [
        String(10_000_000 + ((i * 7_654_321) % 90_000_000)),
        17_000 + ((i * 31) % 1200),
        `A${String(((i * 37) % 112) * 97).padStart(5, "0")}`,
        net,
        Math.floor(net / 10),
        net,
        i % 9 === 0 ? 1 : 0,
      ];
    });
    const page = encodePage(invoices, pageOf(rows, invoices));
    expect(page.length / 448).toBeLessThan(33);
    expect(rowsOf(decodePage(invoices, page), invoices)).toStrictEqual(rows);
  });

  it("keeps a lane and a dictionary once decoded", () => {
    const page = decodePage(ledger, encodePage(ledger, pageOf(threeRows)));
    expect(page.lane(0)).toBe(page.lane(0));
    expect(page.dictionary(0)).toBe(page.dictionary(0));
    expect(page.dictionary(1)).toStrictEqual([]);
  });

  it("does not depend on where its bytes stand in memory", () => {
    const page = encodePage(ledger, pageOf(threeRows));
    const around = new Uint8Array(page.length + 20).fill(0xff);
    around.set(page, 13);
    expect(rowsOf(decodePage(ledger, around.subarray(13, 13 + page.length)))).toStrictEqual(threeRows);
  });
});

describe("encoding refuses", () => {
  const refused = (columns: PageColumns) => refusal(() => encodePage(ledger, columns), "page-value-invalid");
  const withLanes = (lanes: readonly (readonly number[])[], dictionary: readonly string[] = ["x"]): PageColumns =>
    columnsOf(
      lanes[0]?.length ?? 0,
      lanes.map((lane) => Float64Array.from(lane)),
      [dictionary],
    );

  it("a value that its column cannot hold", () => {
    for (const date of [0.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -719163, 2932897])
      refused(withLanes([[0], [date], [0], [0]]));
    for (const amount of [2 ** 53, -(2 ** 53), 0.1]) refused(withLanes([[0], [0], [amount], [0]]));
    for (const member of [2, -1]) refused(withLanes([[0], [0], [0], [member]]));
  });

  it("a missing value where none may be missing", () => {
    expect(refused(withLanes([[0], [Number.NaN], [0], [0]])).facts).toStrictEqual({ column: "date" });
    refused(withLanes([[Number.NaN], [0], [0], [0]], []));
  });

  it("lanes of different lengths", () => {
    refused(withLanes([[0, 0], [0], [0, 0], [0, 0]]));
    refused({ ...withLanes([[0], [0], [0], [0]]), records: 2 });
  });

  it("a dictionary that is not the distinct texts in the order of first use", () => {
    const two = (indexes: readonly number[], dictionary: readonly string[]) => withLanes([indexes, [0, 0], [0, 0], [0, 0]], dictionary);
    encodePage(ledger, two([0, 1], ["x", "y"]));
    refused(two([1, 0], ["x", "y"]));
    refused(two([0, 0], ["x", "y"]));
    refused(two([0, 1], ["x"]));
    refused(two([0, 1], ["x", "x"]));
    refused(two([0, -1], ["x"]));
    for (const text of ["", "a\u0001", "\ud800", "x".repeat(129)]) refused(two([0, 0], [text]));
  });

  it("more records than a page holds", () => {
    refusal(() => encodePage(ledger, { ...emptyPage, records: mostRecords + 1 }), "page-full");
    refusal(() => appendPages(ledger, { ...emptyPage, records: mostRecords }, pageOf(threeRows)), "page-full");
  });
});

describe("decoding refuses", () => {
  const page = encodePage(ledger, pageOf(threeRows));
  const contentLength = threeRowsHex.length / 2;
  const readAll = (bytes: Uint8Array) => rowsOf(decodePage(ledger, bytes));

  function changed(at: number, value: number): Uint8Array {
    const copy = page.slice();
    copy[at] = value;
    return copy;
  }

  it("another schema's page", () => {
    const renamed = parseSchema(ledgerText.replace("Ledger", "Accounts"));
    refusal(() => decodePage(renamed, page), "page-schema-mismatch");
    refusal(() => decodePage(ledger, changed(4, 0)), "page-schema-mismatch");
  });

  it("another version, another length, other padding", () => {
    refusal(() => decodePage(ledger, changed(0, 2)), "page-malformed");
    for (const length of [0, 1, 11, 27, contentLength, 255]) refusal(() => decodePage(ledger, page.subarray(0, length)), "page-malformed");
    const longer = new Uint8Array(288);
    longer.set(page);
    refusal(() => decodePage(ledger, longer), "page-malformed");
    refusal(() => decodePage(ledger, changed(255, 1)), "page-malformed");
    refusal(() => decodePage(ledger, changed(contentLength, 128)), "page-malformed");
    for (const fill of [0, 255]) refusal(() => decodePage(ledger, new Uint8Array(256).fill(fill)), "page-malformed");
  });

  it("missing values in a column that may have none", () => {
    const bytes = encodePage(ledger, pageOf(threeRows));
    const required = { ...ledger, columns: ledger.columns.map((column) => ({ ...column, optional: false })) };
    const amount = decodePage(required, bytes);
    expect(amount.lane(1)).toHaveLength(3);
    refusal(() => amount.lane(2), "page-malformed");
  });

  it("blocks that no encoder writes", () => {
    // Offsets count from the head of 28 bytes: column number, 35 bytes, then date, 12 bytes, amount, status.
    const date = 28 + 35;
    refusal(() => readAll(changed(28, 1)), "page-malformed"); // a missing bitmap in a required column
    refusal(() => readAll(changed(28, 2)), "page-malformed"); // an unknown flag
    refusal(() => readAll(changed(29, 0b1011)), "page-malformed"); // a first-use bit past the end
    refusal(() => readAll(changed(29, 0b110)), "page-malformed"); // a repeat before its first use
    refusal(() => readAll(changed(38, 17)), "page-malformed"); // too many groups
    refusal(() => readAll(changed(39, 16)), "page-malformed"); // too many digits
    refusal(() => readAll(changed(40, 255)), "page-malformed"); // a prefix that overruns
    refusal(() => readAll(changed(39, 1)), "page-malformed"); // digits without a leading zero
    refusal(() => readAll(changed(date + 1, 12)), "page-malformed"); // an unknown width
    refusal(() => readAll(changed(date + 8, 127)), "page-malformed"); // a day far off
    refusal(() => readAll(changed(contentLength - 1, 0b1010)), "page-malformed"); // spare bits
  });

  it("or reads as something else: no changed bit crashes it", () => {
    let unseen = 0;
    for (let bit = 0; bit < contentLength * 8; bit++) {
      const copy = page.slice();
      copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
      try {
        if (JSON.stringify(readAll(copy)) === JSON.stringify(threeRows)) unseen++;
      } catch (error) {
        expect(error, `bit ${bit}`).toBeInstanceOf(FrostglassError);
      }
    }
    expect(unseen).toBe(0);
  });

  it("or reads as something else: nor do changed bits of any page", () => {
    fc.assert(
      fc.property(wideRows, fc.array(fc.tuple(fc.nat(), fc.nat(7)), { minLength: 1, maxLength: 4 }), (rows, flips) => {
        const bytes = encodePage(wide, pageOf(rows, wide));
        for (const [at, bit] of flips) bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ (1 << bit);
        try {
          rowsOf(decodePage(wide, bytes), wide);
        } catch (error) {
          expect(error).toBeInstanceOf(FrostglassError);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("a column that the schema does not have", () => {
    refusal(() => decodePage(ledger, page).lane(4), "page-value-invalid");
    refusal(() => decodePage(ledger, page).dictionary(-1), "page-value-invalid");
  });
});

describe("gathering records", () => {
  it("joins two pages as if they had been one", () => {
    fc.assert(
      fc.property(wideRows, wideRows, (first, second) => {
        const parts = [first, second].map((rows) => decodePage(wide, encodePage(wide, pageOf(rows, wide)))) as [PageColumns, PageColumns];
        const joined = appendPages(wide, ...parts);
        expect(encodePage(wide, joined)).toStrictEqual(encodePage(wide, pageOf([...first, ...second], wide)));
      }),
      { numRuns: 60 },
    );
    expect(rowsOf(appendPages(ledger, emptyPage, pageOf(threeRows)))).toStrictEqual(threeRows);
  });

  it("leaves a built page as it was when more records come", () => {
    const builder = new PageBuilder(ledger);
    for (let i = 0; i < 16; i++) builder.append([0, i, i, 0], [`c${i}`]);
    const before = builder.build();
    builder.append([0, 99, 99, 1], ["new"]);
    expect(before.records).toBe(16);
    expect([...before.lane(1)]).toHaveLength(16);
    expect(before.dictionary(0)).toHaveLength(16);
    expect(builder.build().dictionary(0)).toHaveLength(17);
  });

  it("starts again after clear", () => {
    const builder = new PageBuilder(ledger);
    builder.append([0, 1, 1, 0], ["old"]);
    builder.clear();
    builder.append([0, 2, Number.NaN, 1], ["fresh"]);
    expect(builder.records).toBe(1);
    expect(rowsOf(builder.build())).toStrictEqual([["fresh", 2, undefined, 1]]);
  });

  it("stops at the most records of a page", () => {
    const flags = parseSchema(`${ledgerHead}  flag: { type: boolean }\n`);
    const builder = new PageBuilder(flags);
    for (let i = 0; i < mostRecords; i++) builder.append([i & 1], []);
    refusal(() => builder.append([1], []), "page-full");
    const page = encodePage(flags, builder.build());
    expect(page.length).toBe(147_456);
    expect(decodePage(flags, page).records).toBe(mostRecords);
  });
});
