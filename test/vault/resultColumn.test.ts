import { describe, expect, it } from "vitest";
import { PageBuilder } from "../../src/datasets/page.js";
import { parseSchema } from "../../src/datasets/schema.js";
import { type NamedResults, resultColumnOf } from "../../src/vault/testing/resultColumn.js";
import { codeOf } from "../model/codeOf.js";

const schema = parseSchema(`frostglass: dataset/1
name: loans
title: { en: Loans }
subject: { scheme: opaque, pattern: "E[0-9]" }
columns:
  status: { type: enum, members: [paid, late, lost], optional: true }
  defaulted: { type: boolean, optional: true }
  days: { type: integer, optional: true }
  mark: { type: code, optional: true }
  made: { type: date, optional: true }
`);
const schemas = new Map([["loans", schema]]);
const none = Number.NaN;

/** A page whose records have these cells in status, defaulted and days, and these marks. */
function pageOf(...records: readonly (readonly [status: number, defaulted: number, days: number, mark: string])[]) {
  const builder = new PageBuilder(schema);
  for (const [status, defaulted, days, mark] of records)
    builder.append([status, defaulted, days, none, none], [undefined, undefined, undefined, mark]);
  return builder.build();
}

const results = (column: string, means: NamedResults["means"], ...values: string[]) =>
  resultColumnOf(schemas, { dataset: "loans", column, values, means });

describe("how a firm turned out", () => {
  const paid = pageOf([0, 0, 0, "A"]);
  const mixed = pageOf([0, 0, 5, "A"], [2, 1, 90, "D"]);
  const unknown = pageOf([none, none, none, "A"]);

  it.each([
    ["status", "bad", ["lost"]],
    ["status", "good", ["paid", "late"]],
    ["defaulted", "bad", ["true"]],
    ["defaulted", "good", ["false"]],
    ["days", "bad", ["90"]],
    ["mark", "bad", ["D"]],
  ] as const)("by %s, %s where %s: one bad record makes a bad firm", (column, means, values) => {
    const { resultOf } = results(column, means, ...values);
    expect([paid, mixed].map(resultOf)).toEqual(["good", "bad"]);
  });

  it("is unknown without a record or a value", () => {
    const { resultOf } = results("status", "bad", "lost");
    expect([unknown, undefined].map(resultOf)).toEqual([undefined, undefined]);
    // A record without a value says nothing beside one that has one.
    expect(resultOf(pageOf([none, 0, 0, "A"], [0, 0, 0, "A"]))).toBe("good");
  });

  it("is refused for a value that the column cannot have", () => {
    const refused = [
      ["status", "charged_off"],
      ["defaulted", "yes"],
      ["days", "1.5"],
      ["made", "2020-01-01"],
      ["nothing", "1"],
    ] as const;
    for (const [column, value] of refused) expect(codeOf(() => results(column, "bad", value))).toBe("test-column-invalid");
  });
});
