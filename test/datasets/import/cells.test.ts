import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundsOf, byteParser, type Column, cellParser, columnTypes } from "../../../src/datasets/columnTypes/index.js";
import {
  KnownCell,
  type NumberReader,
  numberReader,
  type TextReader,
  TextValue,
  textReader,
  unfitNumber,
  unfitReason,
} from "../../../src/datasets/import/cells.js";

const settings = { optional: false, members: ["有效", "void"], scale: 2, currency: "CNY" };
const columns: Column[] = columnTypes.map((type) => ({ name: type.name, type: type.name, ...settings }));
const rules = { trim: true, missing: new Set(["", "NA"]) };
const named = (name: string): Column => columns.find((column) => column.name === name) as Column;

/** Reads a cell that stands between others. */
function readNumber(read: NumberReader, cell: string): number {
  const text = Buffer.from(`-1${cell}1`);
  return read(text, 2, text.length - 1);
}

/** The text that a cell gives, undefined where it is missing, or "unfit". */
function readText(read: TextReader, cell: string): string | undefined {
  const text = Buffer.from(`a${cell}b`);
  const value = new TextValue();
  value.set(Buffer.from("the cell before"), 0, 3);
  if (!read(text, 1, text.length - 1, value)) return "unfit";
  return value.start === value.end ? undefined : Buffer.from(value.bytes.subarray(value.start, value.end)).toString();
}

describe("reading cells where they lie", () => {
  it.each(columns.filter((column) => column.type !== "code"))("gives what the parser gives for the text: $name", (column) => {
    const read = numberReader(column, {}, rules);
    const parse = cellParser(column);
    const text = fc.oneof(
      fc.constantFrom("2020-02-29", "-12.50", "+7", "有效", "void", "true", "１", "1\u00a0", "é", "12é"),
      fc.string({ unit: "binary", maxLength: 6 }),
    );
    fc.assert(
      fc.property(text, fc.constantFrom("", " ", "\u3000", "\u00a0"), (cell, blank) => {
        const value = parse(cell.trim());
        expect(readNumber(read, blank + cell + blank)).toBe(Number.isNaN(value) ? unfitNumber : value);
      }),
    );
  });

  it("may try numbers and dates on bytes, since they take ASCII only", () => {
    for (const column of columns.filter((each) => each.type !== "code" && boundsOf(each).max - boundsOf(each).min >= 1024)) {
      const parse = byteParser(column);
      for (let byte = 0x80; byte <= 0xff; byte++)
        for (const cell of [Buffer.of(byte), Buffer.of(49, byte), Buffer.from(`2020-01-0\x00`).fill(byte, 9)])
          expect(parse(cell, 0, cell.length)).toBeNaN();
    }
  });

  it("keeps a code as the bytes of its UTF-8, trimmed", () => {
    const read = textReader(named("code"), {}, rules);
    expect(readText(read, "\u3000王府井 1 ")).toBe("王府井 1");
    expect(readText(read, "A 1")).toBe("A 1");
    expect(readText(read, " A 1 ")).toBe("A 1");
    expect(readText(read, "A\u0001")).toBe("unfit");
    expect(readText(read, "A\u007f")).toBe("unfit");
    // U+0085 is a control character, and its last byte alone would look like one too.
    expect(readText(read, "A\u0085B")).toBe("unfit");
    expect(readText(read, "Å")).toBe("Å");
    expect(readText(read, "x".repeat(128))).toBe("x".repeat(128));
    expect(readText(read, "x".repeat(129))).toBe("unfit");
  });

  it("tells missing values from others, and takes them where the column is optional", () => {
    const optional = { ...named("date"), optional: true };
    expect(readNumber(numberReader(named("date"), {}, rules), " NA ")).toBe(unfitNumber);
    expect(readNumber(numberReader(optional, {}, rules), " NA ")).toBeNaN();
    expect(readText(textReader({ ...named("code"), optional: true }, {}, rules), "NA")).toBeUndefined();
    expect(readText(textReader(named("code"), {}, rules), "NA")).toBe("unfit");
    expect(readText(textReader(named("code"), {}, rules), "")).toBe("unfit");
    expect(unfitReason(named("date"), "NA", rules)).toBe("cell-missing");
    expect(unfitReason(named("enum"), "x", rules)).toBe("cell-value-unknown");
    expect(unfitReason(named("code"), "\u0001", rules)).toBe("cell-not-a-code");
  });

  it("knows the cell that was kept last, and no other", () => {
    const cell = new KnownCell();
    const text = Buffer.from("AB,AC,A");
    expect(cell.is(text, 0, 0)).toBe(false);
    cell.keep(text, 0, 2);
    expect(cell.is(text, 0, 2)).toBe(true);
    expect(cell.is(text, 3, 5)).toBe(false);
    expect(cell.is(text, 6, 7)).toBe(false);
    cell.keep(Buffer.alloc(65, "A"), 0, 65);
    expect(cell.is(Buffer.alloc(65, "A"), 0, 65)).toBe(false);
    expect(cell.is(text, 0, 2)).toBe(false);
  });

  it("reads a word that falls on the slot of another as what it is", () => {
    const many = { ...named("enum"), members: Array.from({ length: 256 }, (_none, i) => `m${i}`) };
    const read = numberReader(many, {}, rules);
    for (const _round of [1, 2]) for (const [i, member] of many.members.entries()) expect(readNumber(read, member)).toBe(i);
  });
});
