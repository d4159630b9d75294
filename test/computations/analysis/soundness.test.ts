import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Value } from "../../../src/computations/aggregates/aggregate.js";
import { analyse } from "../../../src/computations/analysis/analyse.js";
import { boundedTogether } from "../../../src/computations/analysis/askings.js";
import type { Border, Cell } from "../../../src/computations/analysis/cells.js";
import type { Leakage } from "../../../src/computations/analysis/leakage.js";
import { countedByFormula, millibitsOfCount, outcomeKey } from "../../../src/computations/analysis/outcomes.js";
import { type Computation, compileManifest } from "../../../src/computations/computation.js";
import { Evaluation } from "../../../src/computations/evaluation/evaluation.js";
import { parseManifest } from "../../../src/computations/manifest/manifest.js";
import type { PageColumns } from "../../../src/datasets/page.js";
import { add, compareRational, multiply, type Rational } from "../../../src/model/rational.js";
import { asOfDays, record } from "../generated.js";
import { dayOf, type PlainRecord, pageOf, purchases, sales, schemas } from "../schemas.js";
import { anyManifestText } from "./manifests.js";

/*
 * What the analyser states, held against what is seen: generated manifests, each asked under every choice of its parameters about generated
 * subjects. All of its statements are upper bounds, so one counterexample is a defect.
 */

interface Case {
  readonly computation: Computation;
  readonly leakage: Leakage;
  readonly evaluation: Evaluation;
  /** Every choice of the parameters. */
  readonly choices: readonly (readonly number[])[];
  readonly asOf: number;
}

/** A subject: its records in the two datasets. */
type Subject = readonly [sales: readonly PlainRecord[], purchases: readonly PlainRecord[]];

function caseOf(text: string, asOf: string): Case {
  const computation = compileManifest(parseManifest(text), schemas);
  const choices = computation.parameters.reduce<readonly (readonly number[])[]>(
    (all, { choices: own }) => all.flatMap((before) => own.map((_, index) => [...before, index])),
    [[]],
  );
  return { computation, leakage: analyse(computation, schemas), evaluation: new Evaluation(computation.bound), choices, asOf: dayOf(asOf) };
}

function pagesOf({ computation }: Case, subject: Subject): readonly PageColumns[] {
  return computation.datasets.map(({ alias }) => (alias === "sales" ? pageOf(sales, subject[0]) : pageOf(purchases, subject[1])));
}

/** The answer under each choice of the parameters. */
function answersOf(given: Case, subject: Subject): readonly string[] {
  const pages = pagesOf(given, subject);
  return given.choices.map((choices) => outcomeKey(given.computation.evaluate(pages, { values: {}, choices }, given.asOf)));
}

/** Subjects drawn from a pool of records by a small generator of its own, so that many of them cost little. */
function subjectsFrom(pool: readonly PlainRecord[], seed: number, count: number, most: number): readonly Subject[] {
  let state = seed + 1;
  const next = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const some = (): readonly PlainRecord[] => Array.from({ length: next(most + 1) }, () => pool[next(pool.length)] as PlainRecord);
  return Array.from({ length: count }, () => [some(), some()] as const);
}

const pools = fc.array(record, { minLength: 12, maxLength: 12 });
const runs = 700;

test("no more answers are seen than are stated, under one choice and under all, nor more lists of answers", { timeout: 300_000 }, () => {
  fc.assert(
    fc.property(anyManifestText, pools, fc.nat(1e9), asOfDays, (text, pool, seed, asOf) => {
      const given = caseOf(text, asOf);
      const { outcomes, askings } = given.leakage;
      const lists = [[[], []] as const, ...subjectsFrom(pool, seed, 24, 9)].map((subject) => answersOf(given, subject));
      const seen = new Set(lists.flat());
      expect(BigInt(seen.size)).toBeLessThanOrEqual(outcomes.answers);
      if (outcomes.listed !== undefined) expect(outcomes.listed.map(outcomeKey)).toEqual(expect.arrayContaining([...seen]));
      const together = new Set(lists.map((list) => list.join("|"))).size;
      const told = BigInt(millibitsOfCount(BigInt(together)));
      expect(told).toBeLessThanOrEqual(askings.millibits);
      // The formulas for manifests with too many states have to hold for these as well.
      const { bound, manifest, millibits } = given.computation;
      const formula = countedByFormula(bound);
      expect(BigInt(seen.size)).toBeLessThanOrEqual(formula.answers);
      const choiceCounts = manifest.parameters.map(({ choices }) => choices.length);
      expect(told).toBeLessThanOrEqual(boundedTogether(bound, choiceCounts, millibitsOfCount(formula.answers)));
      expect(told).toBeLessThanOrEqual(boundedTogether(bound, choiceCounts, Math.max(millibits, 1_000_000)));
    }),
    { numRuns: runs },
  );
});

/** Whether a value lies in a cell, told without the analyser's own comparison. */
function within(value: Value, cell: Cell): boolean {
  if (cell.kind === "missing" || value === undefined) return cell.kind === "missing" && value === undefined;
  if (cell.kind === "texts") return typeof value === "string" && cell.texts.includes(value);
  if (cell.kind === "other") return typeof value === "string";
  return typeof value === "object" && beyond(value, cell.low) && !(cell.high !== undefined && beyond(value, cell.high));
}

function beyond(value: Rational, border: Border | undefined): boolean {
  if (border === undefined) return true;
  const order = compareRational(value, border.at);
  return border.after ? order > 0 : order >= 0;
}

/** For each value that is told: the cell in which it lies, under each choice of the parameters. */
function cellsOfSubject(given: Case, subject: Subject): string {
  const pages = pagesOf(given, subject);
  return given.choices
    .map((choices) => {
      const values = given.evaluation.featureValues(pages, choices, given.asOf);
      return given.leakage.told
        .map(({ name, cells }) => {
          const value = name === "linear" ? linearOf(given, values) : values.get(name);
          const found = (cells ?? []).findIndex((cell) => within(value, cell));
          expect(found, `${name} lies in a cell`).toBeGreaterThanOrEqual(0);
          return found;
        })
        .join(",");
    })
    .join(";");
}

function linearOf({ computation: { manifest } }: Case, values: ReadonlyMap<string, Value>): Value {
  const { intercept, terms } = manifest.linear as NonNullable<typeof manifest.linear>;
  const parts = terms.map(([name, { weight, missing }]) => {
    const value = values.get(name.text) ?? (missing === "no_record" ? undefined : missing);
    return typeof value === "object" ? multiply(weight, value) : undefined;
  });
  return parts.includes(undefined) ? undefined : parts.reduce<Rational>((sum, part) => add(sum, part as Rational), intercept);
}

test("subjects in the same cells are never told apart", { timeout: 300_000 }, () => {
  fc.assert(
    fc.property(anyManifestText, pools, fc.nat(1e9), asOfDays, (text, pool, seed, asOf) => {
      const given = caseOf(text, asOf);
      const answers = new Map<string, readonly string[]>();
      for (const subject of subjectsFrom(pool, seed, 24, 6)) {
        const list = answersOf(given, subject);
        // How many records there are is told by no-record alone.
        const cells = `${cellsOfSubject(given, subject)} ${list.map((answer) => answer === "no-record").join()}`;
        expect(answers.get(cells) ?? list).toEqual(list);
        answers.set(cells, list);
      }
    }),
    { numRuns: runs },
  );
});

describe("one record", () => {
  test("turns no outcome below the stated number of records, and no feature below its own", { timeout: 300_000 }, () => {
    let claims = 0;
    fc.assert(
      fc.property(anyManifestText, pools, fc.nat(1e9), asOfDays, (text, pool, seed, asOf) => {
        const given = caseOf(text, asOf);
        const { turning, told } = given.leakage;
        for (const subject of subjectsFrom(pool, seed, 16, 3)) {
          const [first, second] = subject;
          const more: Subject =
            seed % 2 === 0 ? [[...first, pool[seed % 12] as PlainRecord], second] : [first, [...second, pool[seed % 12] as PlainRecord]];
          const records = recordsRead(given, more);
          if (records < turning.records) {
            claims++;
            expect(answersOf(given, more)).toEqual(answersOf(given, subject));
          }
          for (const [index, { name }] of told.entries()) {
            const own = turning.through.find((each) => each.name === name && each.kind === "feature")?.records;
            if (own === undefined || records >= own) continue;
            claims++;
            expect(cellsOfFeature(given, more, index)).toEqual(cellsOfFeature(given, subject, index));
          }
        }
      }),
      { numRuns: runs },
    );
    expect(claims).toBeGreaterThan(1000);
  });
});

function recordsRead({ computation }: Case, subject: Subject): number {
  return computation.datasets.reduce((sum, { alias }) => sum + subject[alias === "sales" ? 0 : 1].length, 0);
}

function cellsOfFeature(given: Case, subject: Subject, index: number): readonly string[] {
  return cellsOfSubject(given, subject)
    .split(";")
    .map((each) => each.split(",")[index] ?? "");
}
