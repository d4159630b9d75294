import { describe, expect, it } from "vitest";
import { type Column, cellFormatShape, cellParser } from "../../../src/datasets/columnTypes/index.js";
import { refusal } from "../refusal.js";

const status: Column = { name: "status", type: "enum", optional: false, members: ["valid", "void"] };
const flag: Column = { name: "flag", type: "boolean", optional: false };

describe("enum cells", () => {
  it("may be mapped to members; then only the mapped ones count", () => {
    const parse = cellParser(status, { values: { 有效发票: "valid", 作废发票: "void", 作废: "void" } });
    expect(["有效发票", "作废发票", "作废"].map(parse)).toStrictEqual([0, 1, 1]);
    expect(["valid", "有效发票 ", "toString", ""].map(parse)).toStrictEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  });

  it("refuse a map to something that is no member, and name the members", () => {
    const error = refusal(() => cellParser(status, { values: { 有效发票: "ok" } }), "cell-format-invalid");
    expect(error.message).toContain("valid, void");
    expect(error.facts).toStrictEqual({ column: "status" });
  });
});

describe("boolean cells", () => {
  it("may be other words", () => {
    const parse = cellParser(flag, { yes: ["是", "Y"], no: ["否", "N"] });
    expect(["是", "Y", "否", "N"].map(parse)).toStrictEqual([1, 1, 0, 0]);
    expect(["true", "false", "y", ""].map(parse)).toStrictEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  });

  it("refuse a word with two meanings", () => {
    refusal(() => cellParser(flag, { yes: ["1"], no: ["1"] }), "cell-format-invalid");
    expect(cellFormatShape(flag).safeParse({ yes: [] }).success).toBe(false);
  });
});
