import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Value } from "../../src/computations/aggregates/aggregate.js";
import { aggregates } from "../../src/computations/aggregates/index.js";
import { bindManifest } from "../../src/computations/binding/bindManifest.js";
import { Evaluation } from "../../src/computations/evaluation/evaluation.js";
import { parseManifest } from "../../src/computations/manifest/manifest.js";
import { partsOf } from "../../src/model/rational.js";
import { anyFeature, asOfDays, numericFeature, records } from "./generated.js";
import { type NaiveValue, naiveFeature } from "./naive.js";
import { dayOf, manifestText, type PlainRecord, pageOf, sales, schemas } from "./schemas.js";

const windows = ["6 months", "12 full months", "90 days"];

/** The feature's value by the product. `windows[choice]` stands for `$window`. */
function featureValue(feature: object, plain: readonly PlainRecord[], asOf: string, choice = 0): Value {
  const parameters = JSON.stringify(feature).includes("$window") ? { parameters: { window: { choices: windows } } } : {};
  const text = manifestText({
    ...parameters,
    features: { x: feature, n: { count: "sales" } },
    output: { decision: { n: { at_least: 1 } } },
  });
  const evaluation = new Evaluation(bindManifest(parseManifest(text), schemas));
  return evaluation.featureValues([pageOf(sales, plain)], [choice], dayOf(asOf)).get("x");
}

function same(found: Value, expected: NaiveValue): boolean {
  if (typeof found !== "object" || typeof expected !== "object") return found === expected;
  const [num, den] = partsOf(found);
  return num * expected.d === expected.n * den;
}

describe("features against the naive reference", () => {
  test("every aggregate and combination, with any filter", () => {
    fc.assert(
      fc.property(anyFeature, records, asOfDays, fc.nat(2), (feature, plain, asOf, choice) => {
        const world = { records: { sales: plain }, parameters: { window: windows[choice] as string }, asOf };
        const expected = naiveFeature(feature, world, {});
        const found = featureValue(feature, plain, asOf, choice);
        if (!same(found, expected)) throw new Error(`found ${show(found)}, expected ${show(expected)}`);
      }),
      { numRuns: 600 },
    );
  });

  test("no feature depends on the order of the records", () => {
    fc.assert(
      fc.property(numericFeature, records, asOfDays, (feature, plain, asOf) => {
        expect(show(featureValue(feature, plain.toReversed(), asOf))).toBe(show(featureValue(feature, plain, asOf)));
      }),
      { numRuns: 200 },
    );
  });

  test("an empty page gives the empty values", () => {
    for (const { keyword, over, by, mayBeMissing } of aggregates) {
      const column = over.columns.includes("money") ? "net" : "date";
      const unit = by === undefined ? {} : { by: by.kind === "unit" ? "month" : by.types.includes("date") ? "sales.date" : "sales.party" };
      const of = keyword === "count_distinct" ? "sales.date" : `sales.${column}`;
      expect(featureValue({ [keyword]: of, ...unit }, [], "2020-02-29") === undefined, keyword).toBe(mayBeMissing);
    }
  });
});

function show(value: Value | NaiveValue): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? `${each}` : each)) ?? "missing";
}
