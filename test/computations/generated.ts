import fc from "fast-check";
import type { PlainRecord } from "./schemas.js";

/*
 * Records and manifests for the properties: few values, so that ties, equal dates, empty selections and values at the very cutoff are common.
 */

const days = [
  "2019-12-31",
  "2020-01-01",
  "2020-01-31",
  "2020-02-28",
  "2020-02-29",
  "2020-03-01",
  "2019-02-28",
  "2019-03-01",
  "2018-02-28",
  "2018-03-01",
  "2018-12-15",
  "2019-06-30",
  "2017-07-01",
];
export const asOfDays = fc.constantFrom("2020-02-29", "2020-03-31", "2019-12-31", "2020-01-01", "2021-02-28");
const day = fc.constantFrom(...days);
const money = fc.oneof(
  fc.constantFrom(0n, 1n, -1n, 150n, 100n, -100n, 20000n, 5000n, -20000n),
  fc.bigInt({ min: -1000000n, max: 1000000n }),
  fc.constantFrom(9007199254740991n, -9007199254740991n),
);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 6 });

export const record: fc.Arbitrary<PlainRecord> = fc.record({
  number: maybe(fc.constantFrom("n1", "n2", "n3")),
  date: maybe(day),
  due: maybe(day),
  party: maybe(fc.constantFrom("B1", "B2", "B3", "B4")),
  net: maybe(money),
  status: maybe(fc.constantFrom("valid", "void", "red")),
  lines: maybe(fc.bigInt({ min: -2n, max: 5n })),
  rate: maybe(fc.constantFrom(0n, 1300n, 600n, -1n, 10000n)),
  paid: maybe(fc.constantFrom("true", "false")),
});
export const records = fc.array(record, { maxLength: 14 });

const moneyText = fc.constantFrom("0", "1", "-1", "1.5", "0.015", "200", "50.00", "-200");
const limits = (text: fc.Arbitrary<string>): fc.Arbitrary<object> =>
  fc.oneof(
    fc.record({ above: text }),
    fc.record({ at_least: text }),
    fc.record({ below: text }),
    fc.record({ at_most: text }),
    text.map((each) => ({ between: [each, "30000"] })),
  );
const lists = (text: fc.Arbitrary<string>): fc.Arbitrary<unknown> =>
  fc.oneof(
    text,
    fc.uniqueArray(text, { minLength: 1, maxLength: 3 }),
    text.map((not) => ({ not })),
    fc.uniqueArray(text, { minLength: 1, maxLength: 2 }).map((not) => ({ not })),
  );
const durations = fc.constantFrom(
  "1 month",
  "12 months",
  "24 months",
  "1 year",
  "30 days",
  "1 full month",
  "12 full months",
  "1 full year",
  "366 days",
  "$window",
);
const dateTest = fc.oneof(
  durations.map((last) => ({ last })),
  fc.constantFrom(
    { last: "12 months", until: "12 months ago" },
    { last: "1 full year", until: "1 full year ago" },
    { last: "30 days", until: "1 day ago" },
    { last: "1 full month", until: "2 full months ago" },
  ),
  fc.constantFrom("2019", "2020", "this", "last").map((year) => ({ year })),
  fc.constantFrom("2019-12", "2020-02", "this", "last").map((month) => ({ month })),
  day.map((before) => ({ before })),
  day.map((after) => ({ after })),
  fc.tuple(day, day).map((pair) => ({ between: pair.toSorted() })),
  lists(day),
);
const withMissing = (test: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 6, arbitrary: test },
    {
      weight: 1,
      arbitrary: test.map((each) =>
        typeof each === "object" && !Array.isArray(each) ? { ...each, missing: "yes" } : { in: [each].flat(), missing: "yes" },
      ),
    },
    { weight: 1, arbitrary: fc.constantFrom({ missing: "only" }, { missing: "no" }) },
  );

export const where: fc.Arbitrary<Record<string, unknown>> = fc
  .record(
    {
      status: withMissing(lists(fc.constantFrom("valid", "void", "red"))),
      party: withMissing(lists(fc.constantFrom("B1", "B2", "B9"))),
      paid: withMissing(fc.constantFrom("true", "false", { not: "true" })),
      net: withMissing(fc.oneof(limits(moneyText), lists(fc.constantFrom("0", "1.50", "-1")))),
      lines: withMissing(fc.oneof(limits(fc.constantFrom("0", "2", "2.5")), lists(fc.constantFrom("0", "1", "2")))),
      rate: withMissing(limits(fc.constantFrom("0", "13%", "0.06"))),
      date: withMissing(dateTest),
    },
    { requiredKeys: [] },
  )
  .filter((tests) => Object.keys(tests).length <= 3);

const filtered = (base: object): fc.Arbitrary<Record<string, unknown>> =>
  fc.option(where, { nil: {} }).map((tests) => (Object.keys(tests ?? {}).length === 0 ? { ...base } : { ...base, where: tests }));

/** Every aggregate over every column that it takes. */
const bases: readonly object[] = [
  ...["count", "present"].flatMap((keyword) => ["sales", "sales.net", "sales.party"].map((of) => ({ [keyword]: of }))),
  ...["sum", "min", "max", "mean"].flatMap((keyword) => ["sales.net", "sales.lines", "sales.rate"].map((of) => ({ [keyword]: of }))),
  ...["sales.party", "sales.status", "sales.net", "sales.paid", "sales.lines"].map((of) => ({ count_distinct: of })),
  ...["value", "day", "month", "year"].map((by) => ({ count_distinct: "sales.date", by })),
  ...["sales", "sales.net", "sales.lines"].flatMap((of) =>
    ["party", "status", "paid"].map((by) => ({ share_of_largest: of, by: `sales.${by}` })),
  ),
  ...["net", "status", "party", "paid", "lines"].flatMap((column) => [
    { only: `sales.${column}` },
    { latest: `sales.${column}`, by: "sales.date" },
  ]),
  ...["date", "due"].flatMap((column) => [{ days_since_latest: `sales.${column}` }, { days_since_first: `sales.${column}` }]),
  ...["day", "month", "year"].flatMap((by) => [
    { longest_gap: "sales.date", by },
    { longest_run: "sales.date", by },
  ]),
];
const numericBases = bases.filter((base) => !/"(only|latest)":"sales.(status|party|paid)"/.test(JSON.stringify(base)));
const plainBases = numericBases.filter((base) => !/"(sum|min|max|mean|only|latest)":"sales.net"/.test(JSON.stringify(base)));
const moneyBases = bases.filter((base) => /"(sum|min|max|mean|only|latest)":"sales.net"/.test(JSON.stringify(base)));

export const anyAggregate = fc.constantFrom(...bases).chain(filtered);
export const numericAggregate = fc.constantFrom(...numericBases).chain(filtered);
const plainAggregate = fc.constantFrom(...plainBases).chain(filtered);
const moneyAggregate = fc.constantFrom(...moneyBases).chain(filtered);

/** Aggregates, and combinations of them. */
export const anyFeature: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  { weight: 4, arbitrary: anyAggregate },
  { weight: 1, arbitrary: fc.tuple(plainAggregate, plainAggregate).map((ratio) => ({ ratio })) },
  { weight: 1, arbitrary: fc.tuple(moneyAggregate, fc.oneof(plainAggregate, moneyAggregate)).map((ratio) => ({ ratio })) },
  { weight: 1, arbitrary: fc.tuple(moneyAggregate, moneyAggregate).map((difference) => ({ difference })) },
  { weight: 1, arbitrary: fc.tuple(plainAggregate, plainAggregate).map((difference) => ({ difference })) },
  {
    weight: 1,
    arbitrary: fc.record({
      trend: numericAggregate,
      from: fc.constant({ date: { year: "2018" } }),
      to: fc.constantFrom({ date: { year: "2019" } }, { date: { last: "12 months" }, status: "valid" }),
    }),
  },
);
export const numericFeature = anyFeature.filter(
  (feature) => !/^\{"(only|latest)":"sales.(status|party|paid)"/.test(JSON.stringify(feature)),
);

// ---- whole manifests ------------------------------------------------------------------------------------------------------------------

const cutText = fc.constantFrom("0", "1", "2", "0.5", "0.25", "-1", "12", "100", "1000");
const points = fc.constantFrom("0", "10", "25", "-5", "60", "12.25", "-0.5");
const codes = fc.constantFrom("R1", "R2", "R3", "R4");
const reasonMaybe = fc.option(codes, { nil: undefined, freq: 1 }).map((reason) => (reason === undefined ? {} : { reason }));
const numberTest = fc.oneof(
  limits(cutText),
  fc.constantFrom({ above: "0", at_most: "10" }, { at_least: "-1", below: "1" }),
  cutText.map((is) => ({ is })),
  fc.uniqueArray(cutText, { minLength: 1, maxLength: 3 }).map((list) => ({ in: list })),
  fc.constant({ at_least: "$cutoff" }),
);

/** Lines for a number: rising `at_least` from the top, so that each is reached, and one for every other value and for none. */
export function numberLines(key: "points" | "band", result: fc.Arbitrary<string>): fc.Arbitrary<object[]> {
  const tops = fc.subarray(["1000", "100", "12", "2", "1", "0"], { maxLength: 4 });
  const line = (at_least: string) => fc.tuple(result, reasonMaybe).map(([given, reason]) => ({ at_least, [key]: given, ...reason }));
  const otherwise = fc
    .tuple(fc.oneof({ weight: 4, arbitrary: result }, { weight: 1, arbitrary: fc.constant("no_record") }), reasonMaybe)
    .map(([given, reason]) => ({ otherwise: given, ...reason }));
  const missing = fc
    .tuple(fc.oneof(result, fc.constant("no_record")), reasonMaybe)
    .map(([given, reason]) => ({ missing: given, ...reason }));
  const parameterised = fc.tuple(result, reasonMaybe).map(([given, reason]) => ({ above: "$cutoff", [key]: given, ...reason }));
  return fc
    .tuple(
      fc.option(parameterised, { nil: undefined }),
      tops.chain((texts) => fc.tuple(...texts.map(line))),
      otherwise,
      missing,
    )
    .map(([first, lines, last, none]) => [...(first === undefined ? [] : [first]), ...lines, last, none]);
}

const gradeLines = fc.tuple(points, points, points, points, reasonMaybe).map(([a, b, c, d, reason]) => [
  { is: "valid", points: a },
  { in: ["void", "red"], points: b, ...reason },
  { missing: d, ...(c === "0" ? { reason: "R5" } : {}) },
]);

export function ruleOver(names: readonly string[]): fc.Arbitrary<Record<string, unknown>> {
  const tested = fc
    .tuple(fc.constantFrom(...names), numberTest, fc.constantFrom("yes", "no", "no_record"), reasonMaybe)
    .map(([name, limits, missing, reason]) => ({
      [name]: { ...limits, ...(name === "score" || name === "linear" ? {} : { missing }), ...reason },
    }));
  const { rule } = fc.letrec<{ rule: Record<string, unknown> }>((tie) => ({
    rule: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      tested,
      fc.tuple(fc.array(tie("rule"), { minLength: 1, maxLength: 3 }), reasonMaybe).map(([all, reason]) => ({ all, ...reason })),
      fc.tuple(fc.array(tie("rule"), { minLength: 1, maxLength: 3 }), reasonMaybe).map(([any, reason]) => ({ any, ...reason })),
      fc.tuple(tie("rule"), reasonMaybe).map(([not, reason]) => ({ not, ...reason })),
    ),
  }));
  return rule;
}

export const names = ["f1", "f2", "f3"];
export const bands = fc.constantFrom("A", "B", "C");
// A truth knows only 0 and 1, so lines for more would never be reached.
const cuttable = numericFeature.filter((feature) => !("present" in feature));
export const fourFeatures = fc.tuple(cuttable, cuttable, cuttable).map(([f1, f2, f3]) => ({ f1, f2, f3, grade: { only: "sales.status" } }));
export const indicated = fc
  .tuple(fc.constantFrom(...names), limits(cutText), fc.constantFrom("yes", "no"))
  .map(([name, limit, missing]) => ({ mark: { indicator: { [name]: { ...limit, missing } } } }));
const ranking = fc.record(
  {
    rank: fc.constantFrom("points_below", "points_above"),
    baseline: fc.oneof(
      points,
      fc.record({ f1: points, grade: points }, { requiredKeys: [] }).filter((each) => Object.keys(each).length > 0),
    ),
    repeated: fc.constantFrom("most", "sum"),
  },
  { requiredKeys: [] },
);
export const scorecard = fc
  .tuple(
    fc.constantFrom("40", "39.5", "-20"),
    fc.option(ranking, { nil: undefined }),
    fc.record({ f1: numberLines("points", points), f2: numberLines("points", points), grade: gradeLines }),
  )
  .map(([base, reasons, characteristics]) => ({
    scorecard: { base, ...(reasons === undefined ? {} : { reasons }), characteristics },
  }));
export const linear = fc
  .tuple(fc.constantFrom("0.5", "-2", "0.001"), fc.constantFrom("1", "-0.25"), fc.constantFrom("0", "1.5", "no_record"))
  .map(([weight, other, missing]) => ({ linear: { intercept: "-1.386", terms: { f3: { weight, missing }, mark: { weight: other } } } }));

export const grid = fc.constantFrom({ min: "0", max: "100", step: "10" }, { min: "-20", max: "85", step: "7" });
export const reasonLimit = fc.constantFrom({}, { reasons: "0" }, { reasons: "1" }, { reasons: "2" });

/** The raw structure of a manifest with parameters `cutoff` and `window`, and an output of each kind. */
export const anyManifest = fc
  .tuple(
    fourFeatures,
    indicated,
    fc.constantFrom("scorecard", "linear", "neither"),
    fc.constantFrom("decision", "band", "score"),
    fc.option(where, { nil: undefined }),
  )
  .chain(([features, mark, kind, output, few]) =>
    fc
      .tuple(kind === "scorecard" ? scorecard : kind === "linear" ? linear : fc.constant({}), outputOf(kind, output), reasonLimit)
      .map(([section, out, limit]) => ({
        parameters: { cutoff: { choices: ["1", "50", "0.5"] }, window: { choices: ["6 months", "12 full months", "90 days"] } },
        features: { ...features, ...mark },
        ...section,
        output: { ...out, ...limit },
        no_record: { fewer_than: "2", of: "sales", ...(few === undefined || Object.keys(few).length === 0 ? {} : { where: few }) },
      })),
  );

function outputOf(kind: string, output: string): fc.Arbitrary<Record<string, unknown>> {
  const own = kind === "scorecard" ? "score" : kind === "linear" ? "linear" : "f1";
  if (output === "score" && kind !== "neither") return grid.map((each) => ({ score: { of: own, ...each } }));
  if (output === "band")
    return numberLines("band", bands).map((lines) => ({
      band: { [own]: own === "f1" ? lines : lines.filter((line) => !("missing" in line)) },
    }));
  const withOwn = ruleOver([own, ...names, "mark"]);
  return withOwn.map((rule) => ({
    decision: { all: [rule, { [own]: { at_least: "$cutoff", ...(own === "f1" ? { missing: "no" } : {}) } }] },
  }));
}
