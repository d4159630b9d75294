import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { aggregates } from "../../src/computations/aggregates/index.js";
import { manifestJsonSchema } from "../../src/computations/jsonSchema.js";

const text = readFileSync(new URL("manifests/sales-continuity.yaml", import.meta.url), "utf8");
const schema = manifestJsonSchema();
// zod reads a JSON Schema and judges by it: another implementation than the shapes that wrote it.
const judge = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);

describe("the JSON Schema of manifests", () => {
  test("is draft 2020-12 and every reference in it leads somewhere", () => {
    expect(schema.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
    const named = Object.keys(schema.$defs as object);
    for (const [, name] of JSON.stringify(schema).matchAll(/"#\/\$defs\/([a-z]+)"/g)) expect(named).toContain(name);
  });

  test("names every aggregate", () => {
    const words = JSON.stringify(schema.$defs);
    for (const { keyword, meaning } of aggregates) {
      expect(words).toContain(`"${keyword}":`);
      expect(words).toContain(JSON.stringify(meaning).slice(1, -1));
    }
  });

  test("takes the sample manifest", () => {
    expect(judge.safeParse(parse(text)).error?.issues ?? []).toEqual([]);
  });

  test.each([
    ["id: sme-sales-continuity", "id: Continuity"],
    ["version: 1.0.0", "verison: 1.0.0"],
    ["count_distinct: sales.date", "count_distint: sales.date"],
    ["by: month", "by: week"],
    ["base: 300", "base: high"],
    ["points: 60 }, { at_least: 12", "point: 60 }, { at_least: 12"],
    ["purposes: [loan-origination]", "purposes: loan-origination"],
    ["outcome: no_record", "outcome: unknown"],
  ])("refuses %s written as %s", (right, wrong) => {
    expect(text.includes(right)).toBe(true);
    expect(judge.safeParse(parse(text.replace(right, wrong))).success).toBe(false);
  });
});
