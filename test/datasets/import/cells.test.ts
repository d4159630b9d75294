import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundsOf, type Column, cellParser, columnTypes } from "../../../src/datasets/columnTypes/index.js";
import { detach, encodeByteText } from "../../../src/datasets/import/byteText.js";
import { numberReader, textReader, unfitNumber, unfitReason, unfitText } from "../../../src/datasets/import/cells.js";

const settings = { optional: false, members: ["有效", "void"], scale: 2, currency: "CNY" };
const columns: Column[] = columnTypes.map((type) => ({ name: type.name, type: type.name, ...settings }));
const rules = { trim: true, missing: new Set(["", "NA"]) };
const named = (name: string): Column => columns.find((column) => column.name === name) as Column;

describe("reading cells as byte text", () => {
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
        expect(read(encodeByteText(blank + cell + blank))).toBe(Number.isNaN(value) ? unfitNumber : value);
      }),
    );
  });

  it("may try numbers and dates on byte text, since they take ASCII only", () => {
    for (const column of columns.filter((each) => each.type !== "code" && boundsOf(each).max - boundsOf(each).min >= 1024)) {
      const parse = cellParser(column);
      for (let code = 0x80; code <= 0xff; code++)
        for (const cell of [String.fromCharCode(code), `1${String.fromCharCode(code)}`, `2020-01-0${String.fromCharCode(code)}`])
          expect(parse(cell)).toBeNaN();
    }
  });

  it("keeps a code as the bytes of its UTF-8, trimmed", () => {
    const read = textReader(named("code"), {}, rules);
    expect(read(encodeByteText("\u3000王府井 1 "))).toBe(encodeByteText("王府井 1"));
    expect(read("A 1")).toBe("A 1");
    expect(read("A\u0001")).toBe(unfitText);
    // U+0085 is a control character, and its last byte alone would look like one too.
    expect(read(encodeByteText("A\u0085B"))).toBe(unfitText);
    expect(read(encodeByteText("Å"))).toBe(encodeByteText("Å"));
  });

  it("tells missing values from others, and takes them where the column is optional", () => {
    const optional = { ...named("date"), optional: true };
    expect(numberReader(named("date"), {}, rules)(" NA ")).toBe(unfitNumber);
    expect(numberReader(optional, {}, rules)(" NA ")).toBeNaN();
    expect(textReader({ ...named("code"), optional: true }, {}, rules)("NA")).toBeUndefined();
    expect(textReader(named("code"), {}, rules)("NA")).toBe(unfitText);
    expect(unfitReason(named("date"), " NA ", rules)).toBe("cell-missing");
    expect(unfitReason(named("enum"), "x", rules)).toBe("cell-value-unknown");
    expect(unfitReason(named("code"), "\u0001", rules)).toBe("cell-not-a-code");
  });

  it("detaches a cell without altering it", () => {
    expect(detach(encodeByteText("王府井"))).toBe(encodeByteText("王府井"));
  });
});
