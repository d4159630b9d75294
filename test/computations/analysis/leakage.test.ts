import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { analyse } from "../../../src/computations/analysis/analyse.js";
import { boundedTogether } from "../../../src/computations/analysis/askings.js";
import { formatCell, formatLeakage, leakageDigest } from "../../../src/computations/analysis/formatLeakage.js";
import type { Leakage } from "../../../src/computations/analysis/leakage.js";
import { warningsOf } from "../../../src/computations/analysis/warnings.js";
import { compileManifest } from "../../../src/computations/computation.js";
import { Evaluation } from "../../../src/computations/evaluation/evaluation.js";
import { parseManifest } from "../../../src/computations/manifest/manifest.js";
import type { PageColumns } from "../../../src/datasets/page.js";
import { type DatasetSchema, parseSchema } from "../../../src/datasets/schema.js";
import { compareRational, rational, signOf } from "../../../src/model/rational.js";
import { anyAggregate, numericAggregate, record, records } from "../generated.js";
import { dayOf, manifestText, pageOf, sales, schemas } from "../schemas.js";

function analysed(text: string, known: ReadonlyMap<string, DatasetSchema> = schemas): Leakage {
  return analyse(compileManifest(parseManifest(text), known), known);
}

const few = manifestText({ features: { n: { count: "sales", where: { status: "valid" } } }, output: { decision: { n: { at_least: 1 } } } });

describe("what is read", () => {
  test("columns touched and never touched", () => {
    const [sales] = analysed(few).datasets;
    expect(sales?.touched).toEqual(["status"]);
    expect(sales?.untouched).toEqual(["number", "date", "due", "party", "net", "lines", "rate", "paid"]);
  });
});

describe("the report", () => {
  test("is the same text with a comment at the end of the manifest, and another for another manifest", () => {
    const report = formatLeakage(analysed(few));
    expect(formatLeakage(analysed(`${few}# leakage: sha256:${"0".repeat(64)}\n`))).toBe(report);
    expect(leakageDigest(analysed(few.replace('"1.0.0"', '"1.0.1"')))).not.toBe(leakageDigest(analysed(few)));
  });

  test("does not hang on columns that nothing reads", () => {
    const schema = (columns: string) =>
      parseSchema(
        `frostglass: dataset/1\nname: vat-sales\ntitle: { en: s }\nsubject: { scheme: opaque, pattern: "E[0-9]{1,5}" }\ncolumns:\n${columns}`,
      );
    const status = "  status: { type: enum, members: [valid, void] }\n";
    const [narrow, wide] = [schema(status), schema(`  more: { type: integer }\n${status}  net: { type: money, currency: CNY }\n`)].map(
      (each) => formatLeakage(analysed(few, new Map([["vat-sales", each]]))),
    );
    expect(wide).toBe(narrow);
  });
});

function parts(raw: Record<string, unknown>): Leakage {
  return analysed(manifestText(raw));
}

describe("asking with every parameter", () => {
  const window = { window: { choices: ["1 month", "12 months"] } };
  const recent = { n: { count: "sales", where: { date: { last: "$window" } } } };

  test("a moved cutoff tells the interval, not a yes or no for each place", () => {
    const moved = parts({
      parameters: { most: { choices: [0, 1, 2] } },
      features: { n: { count: "sales", where: { status: "void" } } },
      output: { decision: { n: { at_most: "$most", reason: "L01" } } },
      no_record: { fewer_than: 6, of: "sales" },
    });
    // 0, 1, 2, more; or no record
    expect(moved.askings).toEqual({ choices: 3n, millibits: 2322n });
    expect(moved.told).toMatchObject([{ name: "n", askings: 3n, variants: 1n, count: 4n, pinned: 3, moved: 3 }]);
    expect(moved.told[0]?.cells?.map(formatCell)).toEqual(["(-inf, 1)", "[1, 2)", "[2, 3)", "[3, inf)"]);
  });

  test("a moved window is another value under each choice, also where formulas bound it", () => {
    const raw = { parameters: window, features: recent, output: { decision: { n: { at_least: 5 } } } };
    const computation = compileManifest(parseManifest(manifestText(raw)), schemas);
    // yes or no for each window; or no record
    expect(analyse(computation, schemas).askings).toEqual({ choices: 2n, millibits: 2322n });
    expect(boundedTogether(computation.bound, [2], 1_000_000)).toBe(2322n);
    expect(analyse(computation, schemas).told).toMatchObject([{ askings: 2n, variants: 2n, count: 2n }]);
  });

  test("a moved cutoff of a score tells the score between the cutoffs", () => {
    const bins = Array.from({ length: 8 }, (_, index) => ({ at_least: 80 - index * 10, points: 80 - index * 10 }));
    const features = Object.fromEntries(
      ["a", "b", "c", "d", "e", "f"].map((name, index) => [name, { sum: "sales.net", where: { lines: index } }]),
    );
    const card = { base: 0, characteristics: Object.fromEntries(Object.keys(features).map((name) => [name, [...bins, { otherwise: 0 }]])) };
    const { askings, outcomes } = parts({
      parameters: { cutoff: { choices: [100, 200, 300] } },
      features,
      scorecard: card,
      output: { decision: { score: { at_least: "$cutoff" } } },
    });
    expect(outcomes.answers).toBe(3n);
    // four intervals of the score, or no record
    expect(askings).toEqual({ choices: 3n, millibits: 2322n });
  });

  test("numbers of any size stay numbers", () => {
    const parameters = Object.fromEntries(
      Array.from({ length: 16 }, (_, index) => [`p${index}`, { choices: Array.from({ length: 64 }, (_, choice) => index * 64 + choice) }]),
    );
    const { askings } = parts({
      parameters,
      features: { n: { count: "sales" } },
      output: { decision: { any: Object.keys(parameters).map((name) => ({ n: { is: `$${name}` } })) } },
    });
    expect(askings.choices).toBe(64n ** 16n);
    // 1024 counts told apart, any other, no record
    expect(askings.millibits).toBe(10_003n);
  });
});

test("features that no outcome hangs on are told of, in the report that reviewers sign too", () => {
  const idle = parts({
    features: {
      used: { count: "sales" },
      extra: { count: "sales", where: { status: "void" } },
      above: { indicator: { extra: { above: 0 } } },
    },
    output: { decision: { used: { at_least: 1 } } },
  });
  const found = warningsOf(idle).filter(({ kind }) => kind === "unused-feature");
  expect(found.map(({ name, place }) => [name, place.path])).toEqual([
    ["extra", "features.extra"],
    ["above", "features.above"],
  ]);
  expect(formatLeakage(idle)).toContain('"warning": "unused-feature",\n      "name": "extra"');
  const chained = parts({
    features: { n: { count: "sales" }, both: { difference: ["n", { count: "sales", where: { status: "void" } }] } },
    output: { decision: { both: { at_least: 1 } } },
  });
  expect(warningsOf(chained).filter(({ kind }) => kind === "unused-feature")).toEqual([]);
});

test("reason codes that one bin gives alone tell that bin", () => {
  const { reasons } = parts({
    features: { n: { count: "sales" }, m: { count: "sales.net" } },
    scorecard: {
      base: 0,
      characteristics: {
        n: [
          { at_least: 10, points: 10 },
          { at_least: 5, points: 5, reason: "R1" },
          { otherwise: 0, reason: "R2" },
        ],
        m: [
          { at_least: 10, points: 10 },
          { otherwise: 0, reason: "R2" },
        ],
      },
    },
    output: { score: { min: 0, max: 20, step: 5 } },
  });
  expect(reasons).toMatchObject([
    { code: "R1", lines: 1, tells: "n" },
    { code: "R2", lines: 2, tells: undefined },
  ]);
});

describe("the flags of aggregates", () => {
  const day = dayOf("2020-02-29");
  const flagged = (feature: object) => {
    const computation = compileManifest(
      parseManifest(manifestText({ features: { x: feature }, output: { decision: { x: looked(feature) } } })),
      schemas,
    );
    const step = computation.bound.steps[0];
    return { computation, aggregate: step?.kind === "aggregate" ? step.aggregate : undefined };
  };
  const looked = (feature: object) => {
    const [, column] = /"(?:only|latest)":"sales.(status|party|paid)"/.exec(JSON.stringify(feature)) ?? [];
    const words: Readonly<Record<string, string>> = { status: "valid", party: "B1", paid: "true" };
    return { ...(column === undefined ? { at_least: 1 } : { is: words[column] }), missing: "no" };
  };
  const unfiltered = numericAggregate.map(({ where: _, ...bare }) => bare as object);

  test("one that is said to stay within the number of records does", () => {
    fc.assert(
      fc.property(unfiltered, records, (feature, plain) => {
        const { computation, aggregate } = flagged(feature);
        const value = new Evaluation(computation.bound).featureValues([pageOf(sales, plain)], [], day).get("x");
        if (aggregate?.withinCount !== true) return;
        expect(typeof value === "object" && signOf(value) >= 0 && compareRational(value, rational(plain.length)) <= 0).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  test("none looks at more cells of the page than the stated steps", () => {
    fc.assert(
      fc.property(
        anyAggregate.filter((feature) => !JSON.stringify(feature).includes("$window")),
        fc.array(record, { minLength: 1, maxLength: 20 }),
        (feature, plain) => {
          const { computation } = flagged(feature);
          const steps = analyse(computation, schemas).cost.perRecord[0]?.steps ?? 0;
          const counted = counting(pageOf(sales, plain));
          new Evaluation(computation.bound).featureValues([counted.page], [], day);
          expect(counted.reads()).toBeLessThanOrEqual(steps * plain.length);
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** A page that counts how often its cells are looked at. */
function counting(page: PageColumns): { page: PageColumns; reads(): number } {
  let reads = 0;
  const watched = (lane: Float64Array): Float64Array =>
    new Proxy(lane, {
      get(target, name) {
        if (typeof name === "string" && /^[0-9]+$/.test(name)) reads++;
        return Reflect.get(target, name, target) as unknown;
      },
    });
  return {
    page: {
      records: page.records,
      lane: (column) => watched(page.lane(column)),
      range: (column) => page.range(column),
      dictionary: (column) => page.dictionary(column),
    },
    reads: () => reads,
  };
}
