import { describe, expect, it } from "vitest";
import { parseSchema } from "../../src/datasets/schema.js";
import { refusal } from "./refusal.js";

const text = `frostglass: dataset/1
name: vat-sales
title: { en: Sales invoices, zh: 销项发票 }
subject: { scheme: opaque, pattern: "E[1-9][0-9]{0,5}" }
columns:
  number:  { type: code }
  date:    { type: date }
  buyer:   { type: code, optional: true }
  net:     { type: money, currency: CNY }
  rate:    { type: decimal, scale: 4 }
  status:  { type: enum, members: [valid, void] }
  paid:    { type: boolean }
  items:   { type: integer }
`;

/** The place and the expectation that the text, with one part replaced, is refused for. */
function refusedFor(from: string | RegExp, to: string): string {
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  return placeOf(changed);
}

function placeOf(changed: string): string {
  const { line, column, expected } = refusal(() => parseSchema(changed), "schema-invalid").facts;
  return `${line}:${column} ${expected}`;
}

describe("a dataset schema", () => {
  it("names typed columns in their order", () => {
    const schema = parseSchema(text);
    expect(schema.name).toBe("vat-sales");
    expect(schema.title).toStrictEqual({ en: "Sales invoices", zh: "销项发票" });
    expect(schema.subject).toStrictEqual({ scheme: "opaque", pattern: "E[1-9][0-9]{0,5}" });
    expect(schema.columns).toStrictEqual([
      { name: "number", type: "code", optional: false },
      { name: "date", type: "date", optional: false },
      { name: "buyer", type: "code", optional: true },
      { name: "net", type: "money", optional: false, currency: "CNY" },
      { name: "rate", type: "decimal", optional: false, scale: 4 },
      { name: "status", type: "enum", optional: false, members: ["valid", "void"] },
      { name: "paid", type: "boolean", optional: false },
      { name: "items", type: "integer", optional: false },
    ]);
  });

  it("is known by the digest of its exact text", () => {
    const short =
      "frostglass: dataset/1\nname: vat-sales\ntitle: { en: Sales invoices, zh: 销项发票 }\nsubject: { scheme: uscc }\ncolumns:\n  number: { type: code }\n";
    // From Python's hashlib.
    expect(parseSchema(short).digest).toBe("sha256:bb97219044517ec22363b2890a26cfa7d9a821d8599de3c783dfa50369e395b8");
    expect(parseSchema(`${short}\n`).digest).not.toBe(parseSchema(short).digest);
  });

  it("says where it is wrong and what was expected", () => {
    expect(refusedFor("dataset/1", "dataset/2")).toBe("1:13 dataset/1");
    expect(refusedFor("name: vat-sales", "name: VAT")).toMatch(/^2:7 a name of lower-case letters/);
    expect(refusedFor("name: vat-sales\n", "")).toBe("1:1 a text (put it in quotes)");
    expect(refusedFor("vat-sales", "1")).toBe("2:7 a text (put it in quotes)");
    expect(refusedFor("en: Sales invoices, ", "")).toBe("3:8 a text (put it in quotes)");
    expect(refusedFor("scheme: opaque", "scheme: vat")).toMatch(/^4:20 one of uscc, lei, opaque/);
    expect(refusedFor("scheme: opaque", "scheme: uscc")).toBe("4:35 no pattern: only the scheme opaque takes one");
    expect(refusedFor("E[1-9][0-9]{0,5}", "(E+)+")).toMatch(/^4:37 a regular expression/);
    expect(refusedFor("E[1-9][0-9]{0,5}", "[")).toMatch(/^4:37 a regular expression/);
    expect(refusedFor("type: date", "type: day")).toMatch(/^7:20 one of date, money, integer, decimal, enum, boolean, code$/);
    expect(refusedFor("{ type: date }", "{ }")).toMatch(/^7:12 one of date, money/);
    expect(refusedFor("{ type: date }", "date")).toBe("7:12 a mapping");
    expect(refusedFor("optional: true", "optional: yes")).toBe("8:36 true or false");
    expect(refusedFor("currency: CNY", "currency: RMB")).toBe("9:37 an ISO 4217 code, such as CNY");
    expect(refusedFor(", currency: CNY", "")).toBe("9:12 a text (put it in quotes)");
    expect(refusedFor("scale: 4", "scale: 4.5")).toBe("10:36 a whole number");
    expect(refusedFor("scale: 4", "scale: 13")).toBe("10:36 at most 12");
    expect(refusedFor("scale: 4", "scale: -1")).toBe("10:36 at least 0");
    expect(refusedFor("scale: 4", "scale: 4, currency: CNY")).toBe("10:39 no member named currency");
    expect(refusedFor("[valid, void]", "[valid, valid]")).toBe("11:35 members without repetition");
    expect(refusedFor("[valid, void]", "[valid, 1]")).toBe("11:43 a text (put it in quotes)");
    expect(refusedFor("[valid, void]", "[]")).toBe("11:35 at least 1 entries");
    expect(refusedFor("  items:", "  Items:")).toMatch(/^13:3 a name of lower-case letters/);
    expect(refusedFor("  items:", "  __proto__:")).toBe("13:3 no member named __proto__");
    expect(refusedFor("columns:", "__proto__: x\ncolumns:")).toBe("5:1 no member named __proto__");
    expect(refusedFor("columns:", "owner: x\ncolumns:")).toBe("5:1 no member named owner");
    expect(refusedFor(/columns:.*/s, "columns: {}\n")).toBe("5:10 1 to 256 columns");
  });

  it("is strict YAML without tricks", () => {
    expect(refusedFor("  items:", "  date:")).toBe("13:3 strict YAML (duplicate key)");
    expect(refusedFor("{ type: date }", "&d { type: date }")).toMatch(/^7:\d+ no anchor/);
    expect(refusedFor("{ type: date }", "*d")).toMatch(/^7:12 /);
    expect(refusedFor("vat-sales", "!!str vat-sales")).toMatch(/^2:\d+ no anchor, no alias and no tag/);
    expect(refusedFor("vat-sales", "!own vat-sales")).toMatch(/^2:7 /);
    expect(refusedFor("{ type: date }", "{ <<: { type: date } }")).toMatch(/^7:\d+ /);
    expect(placeOf(`${text}---\n${text}`)).toMatch(/^14:1 strict YAML/);
    expect(placeOf(`${text}\tx: 1\n`)).toMatch(/^14:\d+ strict YAML/);
    expect(placeOf(text + "#".repeat(65536))).toBe("1:1 at most 65536 characters");
    const nested = ["[".repeat(9_000), "{a: ".repeat(5_000), "- ".repeat(9_000), "? ".repeat(9_000), "[ #]\n".repeat(5_000)];
    for (const deep of nested) expect(placeOf(deep)).toMatch(/:[0-9]+ at most 32 levels$/);
    for (const other of ["", "null", "[]", "- x", "just text", "\u0000", "%YAML 9.9\n---\na: 1"])
      refusal(() => parseSchema(other), "schema-invalid");
  });

  it("puts place and path into the sentence", () => {
    const error = refusal(() => parseSchema(text.replace("CNY", "RMB")), "schema-invalid");
    expect(error.message).toBe("Line 9, column 37 (columns.net.currency): expected an ISO 4217 code, such as CNY.");
  });
});
