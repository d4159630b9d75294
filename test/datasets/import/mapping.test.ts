import { describe, expect, it } from "vitest";
import { parseMapping, plainMapping } from "../../../src/datasets/import/mapping.js";
import { parseSchema } from "../../../src/datasets/schema.js";
import { refusal } from "../refusal.js";
import { sales, salesMapping, salesText } from "./importing.js";

const billsText = `frostglass: dataset/1
name: bills
title: { en: Bills }
subject: { scheme: opaque, pattern: "E[1-9]" }
columns:
  due: { type: date }
  paid: { type: date, optional: true }
  days_late: { type: integer, optional: true }
`;
const bills = parseSchema(billsText);
const billsMapping = () => `frostglass: mapping/1
dataset: bills
subject: { column: 客户 }
columns:
  due: { column: 应缴日 }
  paid: { column: 缴费日 }
  days_late: { days_from: due, to: paid }
`;

describe("a mapping file", () => {
  it("gives the dialect, the subject and a place and a format for each column", () => {
    const mapping = parseMapping(salesMapping("encoding: gb18030\ndelimiter: tab\nquote: none\ntrim: false\nmissing: [NA]"), sales);
    expect(mapping).toMatchObject({ encoding: "gb18030", delimiter: "\t", quote: "", header: true, trim: false, subject: "企业" });
    expect([...mapping.missing]).toEqual(["", "NA"]);
    expect(mapping.columns.get("date")).toEqual({ place: "日期", format: { pattern: "y/m/d" } });
    expect(mapping.columns.get("buyer")).toEqual({ place: "购方", format: {} });
  });

  it("takes UTF-8, commas, double quotes, a header and trimming where nothing is said", () => {
    expect(parseMapping(salesMapping(), sales)).toMatchObject({ encoding: "utf-8", delimiter: ",", quote: '"', header: true, trim: true });
  });

  it("may leave out an optional column, and no other", () => {
    const withoutBuyer = salesMapping().replace(/ {2}buyer:.*\n/, "");
    expect(parseMapping(withoutBuyer, sales).columns.has("buyer")).toBe(false);
    const error = refusal(() => parseMapping(salesMapping().replace(/ {2}net:.*\n/, ""), sales), "mapping-invalid");
    expect(error.message).toContain("columns.net");
  });

  it.each([
    ["another version", "mapping/1", "mapping/2", 1],
    ["another dataset", "dataset: sales", "dataset: purchases", 2],
    ["an unknown member", "dataset: sales", "dataset: sales\nwhere: x", 3],
    ["an unknown encoding", "dataset: sales", "dataset: sales\nencoding: gbk", 3],
    ["a long delimiter", "dataset: sales", 'dataset: sales\ndelimiter: ", "', 3],
    ["a column that the schema lacks", "  buyer:", "  vendor: { column: x }\n  buyer:", 9],
    ["a format that the type does not take", "unit: yuan", "pattern: y/m/d", 7],
    ["an unknown date pattern", "pattern: y/m/d", "pattern: y年m月", 6],
    ["an unknown enum member", "作废: void", "作废: cancelled", 8],
    ["an empty header", "column: 购方", 'column: " "', 9],
    ["a position in a file with header", "column: 购方", "column: 5", 9],
    ["a repeated column", "  buyer:", "  net: { column: x }\n  buyer:", 9],
  ])("refuses %s, at its line", (_case, from, to, line) => {
    const error = refusal(() => parseMapping(salesMapping().replace(from, to).replace("\n\n", "\n"), sales), "mapping-invalid");
    const shift = to.includes("\n") && line > 3 ? 0 : 0;
    expect(error.facts.line).toBe(line + shift - (line > 3 ? 1 : 0));
  });

  it("counts days between two dates of a record", () => {
    const { columns, daysBetween } = parseMapping(billsMapping(), bills);
    expect([...daysBetween]).toEqual([["days_late", { from: "due", to: "paid" }]]);
    expect([...columns.keys()]).toEqual(["due", "paid"]);
  });

  it.each([
    ["half of it", "days_from: due, to: paid", "days_from: due"],
    ["the other half", "days_from: due, to: paid", "to: paid"],
    ["a cell and a count at once", "days_from: due, to: paid", "column: 逾期, days_from: due, to: paid"],
    ["a count with a format", "days_from: due, to: paid", 'days_from: due, to: paid, thousands: ","'],
    ["a column that is no date", "days_from: due, to: paid", "days_from: due, to: days_late"],
    ["a column that the schema lacks", "days_from: due, to: paid", "days_from: due, to: settled"],
    ["a date that the file does not have", "  paid: { column: 缴费日 }\n", ""],
    ["a count in a date", "due: { column: 应缴日 }", "due: { days_from: due, to: paid }"],
  ])("refuses %s for a count", (_case, from, to) => {
    const error = refusal(() => parseMapping(billsMapping().replace(from, to), bills), "mapping-invalid");
    expect(error.message).toMatch(/columns\.(?:days_late|due)/);
  });

  it("refuses a count that may be missing in a column that may not", () => {
    const strict = parseSchema(billsText.replace("days_late: { type: integer, optional: true }", "days_late: { type: integer }"));
    expect(refusal(() => parseMapping(billsMapping(), strict), "mapping-invalid").message).toContain("optional");
  });

  it("refuses a header's text in a file without header", () => {
    expect(refusal(() => parseMapping(salesMapping("header: false"), sales), "mapping-invalid").facts.line).toBe(4);
  });

  it("refuses a unit that is not the currency's", () => {
    const yen = parseSchema(salesText.replace("CNY", "JPY"));
    expect(refusal(() => parseMapping(salesMapping(), yen), "mapping-invalid").message).toContain("columns.net");
  });
});

describe("an import without a mapping file", () => {
  it("takes the schema's names and `subject`", () => {
    const mapping = plainMapping(sales);
    expect(mapping.subject).toBe("subject");
    expect([...mapping.columns.keys()]).toEqual(["date", "net", "status", "buyer"]);
  });

  it("needs one when the schema has a column called subject", () => {
    refusal(() => plainMapping(parseSchema(salesText.replace("buyer:", "subject:"))), "mapping-needed");
  });
});
