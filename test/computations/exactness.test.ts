import { describe, expect, test } from "vitest";
import { compileManifest } from "../../src/computations/computation.js";
import { formatOutcome } from "../../src/computations/examples.js";
import { parseManifest } from "../../src/computations/manifest/manifest.js";
import { parseParameters } from "../../src/computations/parameters.js";
import type { PlainRecord } from "./schemas.js";
import { dayOf, manifestText, pageOf, sales, schemas } from "./schemas.js";

function outcome(parts: Record<string, unknown>, records: readonly PlainRecord[], raw: Record<string, string> = {}): string {
  const computation = compileManifest(parseManifest(manifestText(parts)), schemas);
  const { outcome, reasonCodes } = computation.evaluate([pageOf(sales, records)], parseParameters(computation, raw), dayOf("2020-02-29"));
  return [formatOutcome(outcome), ...reasonCodes].join(" ");
}

/** Whether `feature` passes `test`. */
function passes(feature: unknown, limit: object, records: readonly PlainRecord[]): string {
  return outcome({ features: { x: feature }, output: { decision: { x: { missing: "no_record", ...limit } } } }, records);
}

const net = (...amounts: bigint[]): PlainRecord[] => amounts.map((amount) => ({ net: amount }));

describe("cutoffs are exact", () => {
  test.each([
    // 0.1 + 0.2 is 0.3
    [{ sum: "sales.net" }, { at_least: "0.30" }, net(10n, 20n), "decision yes"],
    [{ sum: "sales.net" }, { above: "0.30" }, net(10n, 20n), "decision no"],
    [{ sum: "sales.net" }, { at_most: "0.3" }, net(10n, 20n), "decision yes"],
    [{ sum: "sales.net" }, { below: "0.3" }, net(10n, 20n), "decision no"],
    [{ sum: "sales.net" }, { is: "0.3" }, net(10n, 20n), "decision yes"],
    // a third is not 33.333333333333333 %
    [
      { share_of_largest: "sales.net", by: "sales.party" },
      { above: "33.3333333333333333333%" },
      [
        { party: "a", net: 1n },
        { party: "b", net: 1n },
        { party: "c", net: 1n },
      ],
      "decision yes",
    ],
    [
      { share_of_largest: "sales.net", by: "sales.party" },
      { above: "33.3333333333333333334%" },
      [
        { party: "a", net: 1n },
        { party: "b", net: 1n },
        { party: "c", net: 1n },
      ],
      "decision no",
    ],
    [{ mean: "sales.net" }, { at_least: "0.015" }, net(1n, 2n), "decision yes"],
    [{ mean: "sales.net" }, { above: "0.015" }, net(1n, 2n), "decision no"],
    // sums past 2^53
    [{ sum: "sales.net" }, { is: "270215977642229.73" }, net(9007199254740991n, 9007199254740991n, 9007199254740991n), "decision yes"],
    [{ sum: "sales.net" }, { is: "270215977642229.72" }, net(9007199254740991n, 9007199254740991n, 9007199254740991n), "decision no"],
    [
      { sum: "sales.net" },
      { is: "0.01" },
      net(9007199254740991n, 9007199254740991n, -9007199254740991n, -9007199254740990n),
      "decision yes",
    ],
    [
      { share_of_largest: "sales.net", by: "sales.party" },
      { is: "0.5" },
      [
        { party: "a", net: 9007199254740991n },
        { party: "b", net: 9007199254740991n },
      ],
      "decision yes",
    ],
    // a sum that is added in parts, of which the last is cut short, with a cell missing
    [
      { sum: "sales.net" },
      { is: "125099991919448.77" },
      [...net(...Array.from({ length: 4 }, () => 3127499797986219n)), {}, ...net(1n)],
      "decision yes",
    ],
    // missing
    [
      { ratio: [{ sum: "sales.net" }, { sum: "sales.lines" }] },
      { at_least: "0" },
      [
        { net: 5n, lines: 1n },
        { net: 5n, lines: -1n },
      ],
      "no-record",
    ],
    [
      { share_of_largest: "sales.net", by: "sales.party" },
      { at_least: "0" },
      [
        { party: "a", net: 5n },
        { party: "b", net: -5n },
      ],
      "no-record",
    ],
    [
      { share_of_largest: "sales.net", by: "sales.party" },
      { at_least: "2" },
      [
        { party: "a", net: 10n },
        { party: "b", net: -5n },
      ],
      "decision yes",
    ],
    [
      { trend: { sum: "sales.net" }, from: { date: { year: 2018 } }, to: { date: { year: 2019 } } },
      { is: "-50%" },
      [
        { date: "2018-05-05", net: 200n },
        { date: "2019-05-05", net: 100n },
      ],
      "decision yes",
    ],
    [
      { trend: { sum: "sales.net" }, from: { date: { year: 2018 } }, to: { date: { year: 2019 } } },
      { is: "-50%" },
      [
        { date: "2018-05-05", net: -200n },
        { date: "2019-05-05", net: 100n },
      ],
      "no-record",
    ],
  ])("%j %j", (feature, limit, records, expected) => {
    expect(passes(feature, limit, records)).toBe(expected);
  });

  test("a filter's limit between two minor units", () => {
    const count = (limit: object) => passes({ count: "sales", where: { net: limit } }, { is: "1" }, net(1n, 2n));
    expect(count({ above: "0.015" })).toBe("decision yes");
    expect(count({ at_least: "0.015" })).toBe("decision yes");
    expect(count({ below: "0.015" })).toBe("decision yes");
    expect(count({ at_most: "0.015" })).toBe("decision yes");
    expect(count({ at_least: "0.01" })).toBe("decision no");
    expect(count({ above: "-99999999999999999999" })).toBe("decision no");
    expect(count({ above: "99999999999999999999" })).toBe("decision no");
  });

  test("a linear predictor at its very cutoff", () => {
    const linear = { intercept: "-0.3", terms: { a: { weight: "0.1" }, b: { weight: "0.2" } } };
    const features = { a: { count: "sales" }, b: { count: "sales.net" } };
    const decision = (limit: object) => outcome({ features, linear, output: { decision: { linear: limit } } }, net(1n));
    expect(decision({ at_least: 0 })).toBe("decision yes");
    expect(decision({ above: 0 })).toBe("decision no");
  });
});

describe("points with decimals", () => {
  const card = (points: string[], base: string) => ({
    features: Object.fromEntries(points.map((_, i) => [`f${i}`, { count: "sales", where: { lines: { above: i } } }])),
    scorecard: { base, characteristics: Object.fromEntries(points.map((each, i) => [`f${i}`, [{ otherwise: each }]])) },
  });
  test.each([
    [["0.1", "0.2"], "0", "0.3", "decision yes"],
    [["0.1", "0.2"], "-0.000001", "0.3", "decision no"],
    [["0.1", "0.2"], "0.000001", "0.300001", "decision yes"],
    [Array.from({ length: 10 }, () => "0.1"), "0", "1", "decision yes"],
    [Array.from({ length: 40 }, () => "999999.999999"), "999999.999999", "40999999.999959", "decision yes"],
    [Array.from({ length: 40 }, () => "999999.999999"), "999999.999999", "40999999.9999591", "decision no"],
  ])("%j from %s reach %s: %s", (points, base, cutoff, expected) => {
    expect(outcome({ ...card(points, base), output: { decision: { score: { is: cutoff } } } }, net(1n))).toBe(expected);
  });

  test("the grid takes the exact sum", () => {
    const grid = (base: string) => outcome({ ...card(["0.1", "0.2"], base), output: { score: { min: 0, max: 20, step: 1 } } }, net(1n));
    expect(grid("9.7")).toBe("score 10");
    expect(grid("9.699999")).toBe("score 9");
  });

  test("bands of such a score leave something between whole numbers", () => {
    const band = { score: [{ at_least: 10, band: "A" }, { at_most: 9, band: "B" }, { otherwise: "between" }] };
    expect(outcome({ ...card(["0.1", "0.2"], "9"), output: { band } }, net(1n))).toBe("band between");
    expect(outcome({ ...card(["0.1", "0.2"], "9.7"), output: { band } }, net(1n))).toBe("band A");
  });
});

describe("the score's grid", () => {
  const score = (points: number, grid: object) =>
    outcome(
      {
        features: { x: { count: "sales" } },
        scorecard: { base: 0, characteristics: { x: [{ at_least: 1, points }, { otherwise: 0 }] } },
        output: { score: grid },
      },
      net(1n),
    );
  test.each([
    [309, "score 300"],
    [310, "score 310"],
    [299, "score 300"],
    [-5, "score 300"],
    [899, "score 890"],
    [900, "score 900"],
    [950, "score 900"],
  ])("%s points", (points, expected) => {
    expect(score(points, { min: 300, max: 900, step: 10 })).toBe(expected);
  });

  test("a negative linear value goes down, not towards zero", () => {
    const linear = { intercept: "-0.5", terms: { x: { weight: "-1" } } };
    expect(
      outcome({ features: { x: { count: "sales" } }, linear, output: { score: { of: "linear", min: -10, max: 10, step: 1 } } }, net(1n)),
    ).toBe("score -2");
  });
});

describe("reason codes", () => {
  const features = { a: { count: "sales" }, b: { count: "sales.net" }, c: { count: "sales.party" } };
  const bins = (best: number, reason: string) => [
    { at_least: 5, points: best },
    { otherwise: 0, reason },
  ];
  const card = { features, scorecard: { base: 0, characteristics: { a: bins(10, "RA"), b: bins(30, "RB"), c: bins(10, "RC") } } };

  test("stand by points lost; equal ones in the order of the manifest", () => {
    expect(outcome({ ...card, output: { decision: { score: { at_least: 1 } } } }, net(1n))).toBe("decision no RB RA RC");
  });

  test("are capped", () => {
    expect(outcome({ ...card, output: { decision: { score: { at_least: 1 } }, reasons: 2 } }, net(1n))).toBe("decision no RB RA");
  });

  test("are kept back from a yes", () => {
    expect(outcome({ ...card, output: { decision: { score: { at_least: 0 } } } }, net(1n))).toBe("decision yes");
  });

  test("are given only where points are lost", () => {
    const even = { ...card, scorecard: { base: 0, characteristics: { a: bins(0, "RA"), b: bins(30, "RB"), c: bins(-5, "RC") } } };
    expect(outcome({ ...even, output: { decision: { score: { at_least: 1 } } } }, net(1n))).toBe("decision no RB");
  });

  const ranks = (reasons: object, base = 0) =>
    outcome({ ...card, scorecard: { ...card.scorecard, base, reasons }, output: { decision: { score: { at_least: base + 1 } } } }, net(1n));

  test("are held against the baselines that the card names", () => {
    expect(ranks({ baseline: { a: 31 } })).toBe("decision no RA RB RC");
    expect(ranks({ baseline: { a: "30.000001" } })).toBe("decision no RA RB RC");
    expect(ranks({ baseline: { a: 30 } })).toBe("decision no RA RB RC");
    expect(ranks({ baseline: { a: "29.999999" } })).toBe("decision no RB RA RC");
    expect(ranks({ baseline: { a: -1, b: 0 } })).toBe("decision no RC");
    expect(ranks({ baseline: 1 })).toBe("decision no RA RB RC");
    expect(ranks({ baseline: 0 })).toBe("decision no");
  });

  test("are ranked by points above where more points are worse", () => {
    expect(ranks({ rank: "points_above" })).toBe("decision no");
    expect(ranks({ rank: "points_above", baseline: { a: -1, b: -3, c: -2 } })).toBe("decision no RB RC RA");
    const worse = { a: [{ at_least: 1, points: 7, reason: "RA" }, { otherwise: 0 }], b: [{ otherwise: 9, reason: "RB" }] };
    const scorecard = { base: 0, reasons: { rank: "points_above" }, characteristics: worse };
    expect(outcome({ features, scorecard, output: { decision: { score: { at_most: 1 } } } }, net(1n))).toBe("decision no RA");
  });

  test("of several characteristics are ranked by the most of one, or by their sum", () => {
    const shared = (repeated: string) => ({
      features,
      scorecard: { base: 0, reasons: { repeated }, characteristics: { a: bins(10, "RA"), b: bins(15, "RB"), c: bins(6, "RA") } },
      output: { decision: { score: { at_least: 1 } } },
    });
    expect(outcome(shared("most"), net(1n))).toBe("decision no RB RA");
    expect(outcome(shared("sum"), net(1n))).toBe("decision no RA RB");
  });

  test("what is below zero at one characteristic counts against the same code of another", () => {
    const reasons = { repeated: "sum", baseline: { a: 10, b: 15, c: -11 } };
    const characteristics = { a: bins(10, "RA"), b: bins(15, "RB"), c: bins(6, "RA") };
    const parts = { features, scorecard: { base: 0, reasons, characteristics }, output: { decision: { score: { at_least: 1 } } } };
    expect(outcome(parts, net(1n))).toBe("decision no RB");
  });

  test("of a rule tell what led to the no, also under a not", () => {
    const rule = {
      all: [
        { a: { at_least: 9, reason: "R1" } },
        { not: { any: [{ b: { at_least: 1, reason: "R2" } }, { c: { at_least: 1, reason: "R3" } }], reason: "R4" } },
        { c: { at_most: 0, reason: "R5" } },
      ],
    };
    expect(outcome({ features, output: { decision: rule } }, net(1n))).toBe("decision no R1 R4 R2");
  });
});

describe("no record", () => {
  const parts = { features: { x: { count: "sales" } }, output: { decision: { x: { at_least: 0 } } } };

  test("no page and an empty page are one and the same", () => {
    const computation = compileManifest(parseManifest(manifestText(parts)), schemas);
    const asked = (page: ReturnType<typeof pageOf> | undefined) => computation.evaluate([page], parseParameters(computation, {}), 0);
    expect(asked(undefined)).toEqual({ outcome: { kind: "no-record" }, reasonCodes: [] });
    expect(asked(pageOf(sales, []))).toEqual(asked(undefined));
  });

  test("fewer records than asked for, after the filter", () => {
    const few = {
      ...parts,
      no_record: [
        { fewer_than: 2, of: "sales" },
        { fewer_than: 1, of: "sales", where: { status: "valid" } },
      ],
    };
    expect(outcome(few, net(1n))).toBe("no-record");
    expect(outcome(few, net(1n, 2n))).toBe("no-record");
    expect(outcome(few, [...net(1n), { status: "valid" }])).toBe("decision yes");
  });

  test("a missing value that says no_record decides even where the rule holds without it", () => {
    const rule = { any: [{ x: { at_least: 0 } }, { y: { at_least: 0, missing: "no_record" } }] };
    expect(
      outcome({ features: { x: { count: "sales" }, y: { max: "sales.net" } }, output: { decision: rule } }, [{ status: "valid" }]),
    ).toBe("no-record");
  });
});

describe("otherwise: no_record", () => {
  test("ends in no-record for every value without a line", () => {
    const characteristics = { x: [{ is: 1, points: 5 }, { otherwise: "no_record" }] };
    const parts = {
      features: { x: { count: "sales" } },
      scorecard: { base: 0, characteristics },
      output: { decision: { score: { is: 5 } } },
    };
    expect(outcome(parts, net(1n))).toBe("decision yes");
    expect(outcome(parts, net(1n, 2n))).toBe("no-record");
  });
});

describe("parameters", () => {
  const parts = {
    parameters: { cutoff: { choices: [1, 2, "150%"] }, window: { choices: ["1 month", "12 months"], default: "1 month" } },
    features: { x: { count: "sales", where: { date: { last: "$window" } } } },
    output: { decision: { x: { at_least: "$cutoff" } } },
  };
  const records = [{ date: "2020-02-01" }, { date: "2019-06-01" }];

  test("stand where a cutoff and a window stand", () => {
    expect(outcome(parts, records, { cutoff: "1" })).toBe("decision yes");
    expect(outcome(parts, records, { cutoff: "2" })).toBe("decision no");
    expect(outcome(parts, records, { cutoff: "150%" })).toBe("decision no");
    expect(outcome(parts, records, { cutoff: "2", window: "12 months" })).toBe("decision yes");
  });

  test("are taken in one form, whole numbers as numbers", () => {
    const computation = compileManifest(parseManifest(manifestText(parts)), schemas);
    expect(computation.parameters).toEqual([
      { name: "cutoff", choices: [1, 2, "150%"], default: undefined },
      { name: "window", choices: ["1 month", "12 months"], default: "1 month" },
    ]);
    expect(parseParameters(computation, { cutoff: "2" })).toEqual({ values: { cutoff: 2, window: "1 month" }, choices: [1, 0] });
    expect(parseParameters(computation, { window: "12 months", cutoff: 2 })).toEqual({
      values: { cutoff: 2, window: "12 months" },
      choices: [1, 1],
    });
  });

  test.each([
    [{}, "The parameter cutoff is missing. Expected one of 1, 2, 150%."],
    [{ cutoff: 3 }, "The parameter cutoff cannot have this value. Expected one of 1, 2, 150%."],
    [{ cutoff: "1.0" }, "cannot have this value"],
    [{ cutoff: "02" }, "cannot have this value"],
    [{ cutoff: 1, windw: "1 month" }, 'There is no parameter "windw". Expected one of cutoff, window.'],
    [{ cutoff: 1, constructor: 1 }, 'There is no parameter "constructor".'],
  ])("%j is refused", (raw, message) => {
    const computation = compileManifest(parseManifest(manifestText(parts)), schemas);
    expect(() => parseParameters(computation, raw as Record<string, string | number>)).toThrow(
      expect.objectContaining({ code: "parameters-invalid", message: expect.stringContaining(message) }),
    );
  });
});
