import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { millibitsOf, outcomeKey } from "../../../src/computations/analysis/outcomes.js";
import { type Computation, compileManifest } from "../../../src/computations/computation.js";
import { formatOutcome } from "../../../src/computations/examples.js";
import { parseManifest } from "../../../src/computations/manifest/manifest.js";
import { anyManifest, asOfDays, records } from "../generated.js";
import { naiveOutcome } from "../naive.js";
import { dayOf, manifestText, type PlainRecord, pageOf, sales, schemas } from "../schemas.js";

type RawManifest = Record<string, unknown> & { parameters: Record<string, { choices: string[] }> };

/** The manifest without the parameters that it does not name, which would be a mistake. */
function usedOnly(raw: RawManifest): RawManifest {
  const { parameters, ...rest } = raw;
  const used = Object.entries(parameters).filter(([name]) => JSON.stringify(rest).includes(`"$${name}"`));
  return (used.length === 0 ? rest : { ...rest, parameters: Object.fromEntries(used) }) as RawManifest;
}

function compiled(raw: object): Computation {
  return compileManifest(parseManifest(manifestText(raw as Record<string, unknown>)), schemas);
}

function outcomeOf(computation: Computation, plain: readonly PlainRecord[], choice: number, asOf: string): string {
  const choices = computation.parameters.map(() => choice);
  const { outcome, reasonCodes } = computation.evaluate([pageOf(sales, plain)], { values: {}, choices }, dayOf(asOf));
  return `${formatOutcome(outcome)} [${reasonCodes.join(" ")}]`;
}

describe("whole manifests", () => {
  test("give what the naive reference gives", () => {
    fc.assert(
      fc.property(anyManifest, fc.array(records, { minLength: 3, maxLength: 3 }), asOfDays, fc.nat(2), (manifest, pages, asOf, choice) => {
        const raw = usedOnly(manifest as unknown as RawManifest);
        const computation = compiled(raw);
        const parameters = Object.fromEntries(
          Object.entries(raw.parameters ?? {}).map(([name, { choices }]) => [name, choices[choice] as string]),
        );
        for (const plain of pages)
          expect(outcomeOf(computation, plain, choice, asOf)).toBe(naiveOutcome(raw, { records: { sales: plain }, parameters, asOf }));
      }),
      { numRuns: 150 },
    );
  });

  test("never give more different answers than were counted", () => {
    fc.assert(
      fc.property(
        anyManifest,
        fc.array(records, { minLength: 40, maxLength: 40 }),
        asOfDays,
        fc.nat(2),
        (manifest, pages, asOf, choice) => {
          const computation = compiled(usedOnly(manifest as unknown as RawManifest));
          const seen = new Set([...pages, []].map((plain) => outcomeOf(computation, plain, choice, asOf)));
          expect(BigInt(seen.size)).toBeLessThanOrEqual(computation.outcomes.answers);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("the count of answers", () => {
  const few = { features: { n: { count: "sales" } } };

  test("a decision without reasons: yes, no, no-record", () => {
    const { outcomes } = compiled({ ...few, output: { decision: { n: { at_least: 1 } } } });
    expect(outcomes).toMatchObject({ answers: 3n, values: 2n, reasonLists: 1n });
    expect(outcomes.listed?.map(outcomeKey)).toEqual(["decision yes", "decision no", "no-record"]);
    expect(millibitsOf(outcomes)).toBe(1585);
  });

  test("reason codes of a decision count with the no only", () => {
    const bins = [
      { at_least: 10, points: 10 },
      { at_least: 5, points: 5, reason: "R1" },
      { otherwise: 0, reason: "R2" },
    ];
    const card = { ...few, scorecard: { base: 0, characteristics: { n: bins } } };
    // yes; no with [R1], [R2]; no-record
    expect(compiled({ ...card, output: { decision: { score: { at_least: 7 } } } }).outcomes.answers).toBe(4n);
    expect(compiled({ ...card, output: { decision: { score: { at_least: 7 } }, reasons: 0 } }).outcomes.answers).toBe(3n);
  });

  test("reason codes of a rule: every subset in the order of the text, up to the cap", () => {
    const features = Object.fromEntries(["a", "b", "c"].map((name, i) => [name, { count: "sales", where: { lines: i } }]));
    const all = ["a", "b", "c"].map((name) => ({ [name]: { is: 0, reason: `R${name}` } }));
    const answers = (reasons: number) => {
      const computation = compiled({ features, output: { decision: { all }, reasons } });
      const pages = Array.from({ length: 8 }, (_, set) =>
        [9n, 0n, 1n, 2n].filter((line) => line === 9n || (set >> Number(line)) & 1).map((lines) => ({ lines })),
      );
      const seen = new Set([[], ...pages].map((plain) => outcomeOf(computation, plain, 0, "2020-02-29")));
      return [computation.outcomes.answers, BigInt(seen.size)];
    };
    // A no names at least one reason: yes, 7 lists, no-record.
    expect(answers(3)).toEqual([9n, 9n]);
    expect(answers(2)).toEqual([8n, 8n]);
    expect(answers(1)).toEqual([5n, 5n]);
    expect(answers(0)).toEqual([3n, 3n]);
  });

  test("a score counts only the scores that the bins can make", () => {
    const bins = [{ at_least: 10, points: 40 }, { at_least: 5, points: 20 }, { otherwise: 0 }];
    const card = { ...few, scorecard: { base: 300, characteristics: { n: bins } } };
    expect(compiled({ ...card, output: { score: { min: 300, max: 900, step: 10 } } }).outcomes).toMatchObject({ answers: 4n, values: 3n });
    expect(compiled({ ...card, output: { score: { min: 300, max: 400, step: 50 } } }).outcomes).toMatchObject({ answers: 2n, values: 1n });
  });

  test("baselines and sums decide which lists there are", () => {
    const two = { a: { count: "sales", where: { lines: 1 } }, b: { count: "sales", where: { lines: 2 } } };
    const bins = (reason: string) => [
      { at_least: 1, points: 10 },
      { otherwise: 0, reason },
    ];
    const lists = (reasons: object, codes = ["RA", "RB"]) =>
      compiled({
        features: two,
        scorecard: { base: 0, reasons, characteristics: { a: bins(codes[0] ?? ""), b: bins(codes[1] ?? "") } },
        output: { score: { min: 0, max: 20, step: 10 } },
      }).outcomes;
    // neither, RA, RB, both, each with its own score but for the one in the middle; and no-record
    expect(lists({})).toEqual({ answers: 5n, values: 3n, reasonLists: 4n });
    // a bin at or above its baseline gives no reason
    expect(lists({ baseline: { a: 0 } })).toEqual({ answers: 5n, values: 3n, reasonLists: 2n });
    expect(lists({ baseline: 0 })).toEqual({ answers: 4n, values: 3n, reasonLists: 1n });
    expect(lists({ repeated: "sum" }, ["R", "R"])).toEqual({ answers: 4n, values: 3n, reasonLists: 2n });
    expect(lists({ repeated: "sum", baseline: { a: 10, b: -10 } }, ["R", "R"])).toEqual({ answers: 5n, values: 3n, reasonLists: 2n });
  });

  test("points with decimals are counted on the grid", () => {
    const bins = [{ at_least: 10, points: "0.5" }, { at_least: 5, points: "0.499999" }, { otherwise: 0 }];
    const card = { ...few, scorecard: { base: "9.5", characteristics: { n: bins } } };
    expect(compiled({ ...card, output: { score: { min: 0, max: 20, step: 1 } } }).outcomes).toMatchObject({ answers: 3n, values: 2n });
  });

  test("a large scorecard is bounded, not listed", () => {
    const features = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [`f${i}`, { count: "sales", where: { lines: { above: i } } }]),
    );
    const characteristics = Object.fromEntries(
      Object.keys(features).map((name, i) => [
        name,
        [
          { at_least: 1, points: i },
          { otherwise: 0, reason: `R${i}` },
        ],
      ]),
    );
    const { outcomes } = compiled({
      features,
      scorecard: { base: 0, characteristics },
      output: { score: { min: 0, max: 100, step: 10 }, reasons: 2 },
    });
    expect(outcomes).toEqual({ answers: 11n * (1n + 20n + 20n * 19n) + 1n, values: 11n, reasonLists: 401n });
  });

  test.each([
    [1n, 0],
    [2n, 1000],
    [3n, 1585],
    [4n, 2000],
    [5n, 2322],
    [1024n, 10000],
    [1025n, 10002],
    [2n ** 70n + 1n, 70001],
  ])("%s answers", (answers, millibits) => {
    // log2(3) = 1.58496…, log2(5) = 2.32192…, log2(1025) = 10.00140…: always up
    expect(millibitsOf({ answers })).toBe(millibits);
  });
});
