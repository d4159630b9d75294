import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Column, type ColumnTypeName, cellParser, columnTypes, textParser, typeOf } from "../../../src/datasets/columnTypes/index.js";
import { decodePage, encodePage, PageBuilder } from "../../../src/datasets/page.js";
import { parseSchema } from "../../../src/datasets/schema.js";
import { refusal } from "../refusal.js";

/** What every column type must show: its settings in a schema, cells that it takes, and cells that it refuses. */
interface Sample {
  readonly settings: string;
  readonly cells: Readonly<Record<string, number | string>>;
  readonly refused: readonly string[];
}

// A new column type does not compile here until it has a sample.
const samples: Record<ColumnTypeName, Sample> = {
  date: {
    settings: "",
    cells: { "2020-02-29": 18321, "1970-01-01": 0, "0001-01-01": -719162, "9999-12-31": 2932896 },
    refused: ["2019-02-29", "2020-2-29", "2020/02/29", "10000-01-01", "0000-01-01", "2020-13-01", "2020-00-10", "2020-01-00"],
  },
  money: {
    settings: ", currency: CNY",
    cells: { "12.5": 1250, "-0.01": -1, "9401.71": 940171, "90071992547409.91": Number.MAX_SAFE_INTEGER, "-0.00": 0 },
    refused: ["12.505", "1e3", "12,50", "¥12", "90071992547409.92", "0x10", "Infinity"],
  },
  integer: {
    settings: "",
    cells: { "42": 42, "-7": -7, "+7": 7, "007": 7, "3.0": 3 },
    refused: ["3.5", "1_000", "9007199254740992", "--1"],
  },
  decimal: { settings: ", scale: 4", cells: { "0.17": 1700, "-1.2345": -12345, ".5": 5000 }, refused: ["0.12345", "17%", "1.", "."] },
  enum: { settings: ", members: [valid, void]", cells: { valid: 0, void: 1 }, refused: ["Valid", "other", "0"] },
  boolean: { settings: "", cells: { true: 1, false: 0 }, refused: ["True", "1", "yes", "__proto__"] },
  code: { settings: "", cells: { A00297: "A00297", 企业: "企业", "a b": "a b" }, refused: ["a\u0000", "a\tb", "\ud800", "x".repeat(129)] },
};

const dirty = [" ", "\u00a0", "NaN", "null", "-", "+", "−5", "１２３", "２０２０-０２-２９", "\ufeff", "constructor"];

function schemaOf(type: ColumnTypeName, more = "") {
  return parseSchema(
    `frostglass: dataset/1\nname: sample\ntitle: { en: Sample }\nsubject: { scheme: opaque }\ncolumns:\n  it: { type: ${type}${samples[type].settings}${more} }\n`,
  );
}

function parserOf(column: Column): (cell: string) => number | string | undefined {
  return typeOf(column).kind === "text" ? textParser(column) : cellParser(column);
}

const isRefused = (value: unknown) => value === undefined || Number.isNaN(value);

describe.each(columnTypes.map((type) => type.name))("column type %s", (name) => {
  const schema = schemaOf(name, ", optional: true");
  const [column] = schema.columns as [Column];
  const parse = parserOf(column);

  it("takes its own cells and refuses others", () => {
    for (const [cell, value] of Object.entries(samples[name].cells)) expect([cell, parse(cell)]).toStrictEqual([cell, value]);
    for (const cell of ["", ...samples[name].refused]) expect([cell, isRefused(parse(cell))]).toStrictEqual([cell, true]);
  });

  it("takes nothing that only looks like a value", () => {
    const taken = dirty.filter((cell) => !isRefused(parse(cell)));
    expect(taken).toStrictEqual(name === "code" ? dirty.filter((cell) => cell !== "") : []);
  });

  it("never throws and keeps to its bounds, whatever the cell", () => {
    const type = typeOf(column);
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "binary", maxLength: 20 }), fc.double().map(String), fc.stringMatching(/^[-+]?[0-9.,/-]{0,24}$/)),
        (cell) => {
          const value = parse(cell);
          if (typeof value === "string") return value === cell;
          if (value === undefined || Number.isNaN(value)) return true;
          const bounds = type.kind === "number" ? type.bounds(column) : { min: 0, max: -1 };
          return Number.isSafeInteger(value) && !Object.is(value, -0) && value >= bounds.min && value <= bounds.max;
        },
      ),
      { numRuns: 300 },
    );
  });

  it("survives a page", () => {
    const builder = new PageBuilder(schema);
    const values = Object.values(samples[name].cells);
    for (const value of values) builder.append([typeof value === "number" ? value : 0], [typeof value === "string" ? value : undefined]);
    const page = decodePage(schema, encodePage(schema, builder.build()));
    const texts = page.dictionary(0);
    expect([...page.lane(0)].map((value) => (typeof values[0] === "string" ? texts[value] : value))).toStrictEqual(values);
  });

  it("refuses a setting that it does not take", () => {
    const error = refusal(() => schemaOf(name, ", colour: red"), "schema-invalid");
    expect(error.facts.expected).toBe("no member named colour");
  });
});

describe("parsers asked of the wrong kind of column", () => {
  it("are refused", () => {
    const [code] = schemaOf("code").columns as [Column];
    const [date] = schemaOf("date").columns as [Column];
    refusal(() => cellParser(code), "cell-format-invalid");
    refusal(() => textParser(date), "cell-format-invalid");
  });
});
