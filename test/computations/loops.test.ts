import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Value } from "../../src/computations/aggregates/aggregate.js";
import { bindManifest } from "../../src/computations/binding/bindManifest.js";
import { Evaluation } from "../../src/computations/evaluation/evaluation.js";
import { parseManifest } from "../../src/computations/manifest/manifest.js";
import { partsOf } from "../../src/model/rational.js";
import { asOfDays, record } from "./generated.js";
import { type NaiveValue, naiveFeature } from "./naive.js";
import { dayOf, manifestText, type PlainRecord, pageOf, sales, schemas } from "./schemas.js";

/*
 * The quick ways of the evaluation against the naive reference: columns without gaps, windows within windows, selections that are only counted,
 * sums at and past 2^53, pages longer than a round of the loops and longer than the memory that they share.
 */

const usual: PlainRecord = {
  ...{ number: "n1", date: "2019-06-30", due: "2020-01-31", party: "B1", net: 100n, status: "valid", lines: 1n, rate: 600n, paid: "true" },
};
const columns = Object.keys(usual);
const huge = fc.constantFrom(9007199254740991n, -9007199254740991n, 9007199254740990n, 4503599627370496n, -4503599627370496n, 1n, 0n);

/** Records of which some columns are never missing, and none where the page is to have no gaps; now and then of amounts that add up past 2^53. */
const anyRecords = (maxLength: number): fc.Arbitrary<readonly PlainRecord[]> =>
  fc
    .tuple(fc.array(fc.tuple(record, huge), { maxLength }), fc.oneof(fc.constant(columns), fc.subarray(columns)), fc.boolean())
    .map(([rows, whole, isHuge]) =>
      rows.map(([cells, net]) => {
        const filled = Object.fromEntries(columns.map((name) => [name, cells[name] ?? (whole.includes(name) ? usual[name] : undefined)]));
        return isHuge && filled.net !== undefined ? { ...filled, net } : filled;
      }),
    );

/** Filters that nest, overlap, repeat and select nothing. */
const filters: readonly object[] = [
  {},
  ...["1 month", "12 months", "1 year", "24 months", "$window"].map((last) => ({ status: "valid", date: { last } })),
  ...["30 days", "12 months", "24 months"].map((last) => ({ date: { last } })),
  { date: { last: "24 months", missing: "yes" } },
  { date: { last: "12 months", until: "12 months ago" } },
  { date: { year: "2019" } },
  { date: { before: "2018-01-01" } },
  ...["valid", "void", { not: "void" }, ["valid", "red"]].map((status) => ({ status })),
  ...["B1", "B9", { not: "B2" }].map((party) => ({ party, status: "valid" })),
  { net: { above: "0" } },
  { net: { at_least: "90071992547409.91" } },
  { lines: { between: ["0", "2"] }, status: "valid" },
];
const bases: readonly object[] = [
  ...[{ count: "sales" }, { present: "sales" }, { count: "sales.net" }, { count_distinct: "sales.party" }],
  ...["sum", "mean", "min", "max"].flatMap((keyword) => [{ [keyword]: "sales.net" }, { [keyword]: "sales.lines" }]),
  ...["day", "month", "year"].flatMap((by) => [
    { count_distinct: "sales.date", by },
    { longest_gap: "sales.date", by },
  ]),
  ...["sales", "sales.net"].map((of) => ({ share_of_largest: of, by: "sales.party" })),
  ...[{ days_since_latest: "sales.date" }, { days_since_first: "sales.date" }, { latest: "sales.status", by: "sales.date" }],
];
const anyFeature = fc
  .tuple(fc.constantFrom(...bases), fc.constantFrom(...filters))
  .map(([base, where]) => (Object.keys(where).length === 0 ? base : { ...base, where }));
const anyFeatures = fc.array(anyFeature, { minLength: 1, maxLength: 8 });
const windows = ["6 months", "12 full months", "90 days"];

/** An evaluation of these features; `ask` gives their values over a page. */
function evaluationOf(features: readonly object[]) {
  const uses = JSON.stringify(features).includes("$window");
  const text = manifestText({
    ...(uses ? { parameters: { window: { choices: windows } } } : {}),
    features: { n: { count: "sales" }, ...Object.fromEntries(features.map((feature, index) => [`x${index}`, feature])) },
    output: { decision: { n: { at_least: 1 } } },
  });
  const evaluation = new Evaluation(bindManifest(parseManifest(text), schemas));
  return {
    ask(plain: readonly PlainRecord[], asOf: string, choice: number): readonly string[] {
      const values = evaluation.featureValues([pageOf(sales, plain)], uses ? [choice] : [], dayOf(asOf));
      return features.map((_, index) => show(values.get(`x${index}`)));
    },
  };
}

function expected(features: readonly object[], plain: readonly PlainRecord[], asOf: string, choice: number): readonly string[] {
  const world = { records: { sales: plain }, parameters: { window: windows[choice] as string }, asOf };
  return features.map((feature) => show(naiveFeature(feature, world, {})));
}

/** A number as a fraction in lowest terms. */
function show(value: Value | NaiveValue): string {
  if (typeof value !== "object") return value ?? "missing";
  const [n, d] = "n" in value ? [value.n, value.d] : partsOf(value);
  const by = divisor(n < 0n ? -n : n, d);
  return `${n / by}/${d / by}`;
}

function divisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : divisor(b, a % b);
}

describe("the quick ways of the evaluation", () => {
  test("many features at once have the values that each has alone by the naive reference", () => {
    fc.assert(
      fc.property(anyFeatures, anyRecords(60), asOfDays, fc.nat(2), (features, plain, asOf, choice) => {
        expect(evaluationOf(features).ask(plain, asOf, choice)).toEqual(expected(features, plain, asOf, choice));
      }),
      { numRuns: 600 },
    );
  });

  test("one evaluation after another leaves nothing behind: other pages, days and choices in turn", () => {
    const asked = fc.tuple(anyRecords(40), asOfDays, fc.nat(2));
    fc.assert(
      fc.property(anyFeatures, fc.array(asked, { minLength: 2, maxLength: 5 }), (features, questions) => {
        const { ask } = evaluationOf(features);
        for (const [plain, asOf, choice] of questions) expect(ask(plain, asOf, choice)).toEqual(expected(features, plain, asOf, choice));
      }),
      { numRuns: 150 },
    );
  });

  test.each([8191, 8192, 8193, 9000])("a page of %i records, about where the shared memory ends", (length) => {
    const plain = Array.from({ length }, (_, index) => ({ ...usual, lines: BigInt(index % 20) }));
    const features = Array.from({ length: 12 }, (_, value) => ({ sum: "sales.lines", where: { lines: { not: `${value}` } } }));
    for (const asked of [features.slice(0, 1), features])
      expect(evaluationOf(asked).ask(plain, "2020-02-29", 0)).toEqual(expected(asked, plain, "2020-02-29", 0));
  });

  test("pages past the shared memory, before and after short ones", () => {
    const long = anyRecords(23).filter((plain) => plain.length > 0);
    fc.assert(
      fc.property(anyFeatures, long, fc.integer({ min: 8000, max: 20_000 }), asOfDays, (features, plain, length, asOf) => {
        const { ask } = evaluationOf(features);
        const repeated = Array.from({ length }, (_, index) => plain[index % plain.length] as PlainRecord);
        for (const page of [plain, repeated, plain]) expect(ask(page, asOf, 0)).toEqual(expected(features, page, asOf, 0));
      }),
      { numRuns: 6 },
    );
  });

  test("more groups than the shared memory has sums for", () => {
    const plain = Array.from({ length: 6000 }, (_, index) => ({ ...usual, party: `P${index % 5000}`, net: BigInt(index) }));
    const features = [
      { share_of_largest: "sales.net", by: "sales.party" },
      { share_of_largest: "sales", by: "sales.party" },
    ];
    expect(evaluationOf(features).ask(plain, "2020-02-29", 0)).toEqual(expected(features, plain, "2020-02-29", 0));
  });
});
