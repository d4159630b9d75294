import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { type Computation, compileManifest } from "../../../src/computations/computation.js";
import { formatOutcome } from "../../../src/computations/examples.js";
import { readCsv } from "../../../src/computations/exchange/csv/readCsv.js";
import { writeCsv } from "../../../src/computations/exchange/csv/writeCsv.js";
import { ExchangeError } from "../../../src/computations/exchange/exchangedCard.js";
import { intoManifest } from "../../../src/computations/exchange/intoManifest.js";
import { readPmml } from "../../../src/computations/exchange/pmml/readPmml.js";
import { writePmml } from "../../../src/computations/exchange/pmml/writePmml.js";
import { type Manifest, parseManifest } from "../../../src/computations/manifest/manifest.js";
import { anyManifest, asOfDays, records } from "../generated.js";
import { dayOf, manifestText, type PlainRecord, pageOf, sales, schemas } from "../schemas.js";
import { applicantManifest, compiled, outcomeOf } from "./fixtures.js";
import { anyModel, incomes, modelXml, type NaiveModel, naiveResult, words } from "./naivePmml.js";

describe("a PMML model", () => {
  const manifest = applicantManifest(["income", "word"], "{ score: { min: -60, max: 60, step: 1 }, reasons: 2 }");
  const applicants = incomes.flatMap((income) => words.map((word) => ({ income, word })));

  /** Undefined where the model was refused for the one thing that a generated one can ask and a manifest cannot say. */
  function imported(model: NaiveModel): Computation | undefined {
    try {
      return compiled(readPmml(modelXml(model)), manifest);
    } catch (thrown) {
      if (!(thrown instanceof ExchangeError)) throw thrown;
      expect(thrown.problems.map(({ message }) => message.replace(/ takes .*/, " takes"))).toEqual(
        thrown.problems.map(() => "No Attribute takes"),
      );
      return undefined;
    }
  }

  test("gives in a manifest what the tables of the specification give, for every value, also after another way through PMML", () => {
    let taken = 0;
    fc.assert(
      fc.property(anyModel, (model) => {
        const computation = imported(model);
        if (computation === undefined) return;
        taken++;
        const again = writePmml(computation.manifest, computation.bound);
        const second = compiled(readPmml(again), manifest);
        for (const applicant of applicants) {
          const wanted = naiveResult(model, applicant, 2);
          expect(outcomeOf(computation, applicant)).toBe(wanted);
          expect(outcomeOf(second, applicant)).toBe(wanted);
        }
      }),
      { numRuns: 120 },
    );
    expect(taken).toBeGreaterThan(60);
  });
});

interface RawCard {
  readonly characteristics: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;
}

/** A generated manifest with a scorecard and without parameters in it, in block style. */
const cardManifest = anyManifest
  .filter((raw) => "scorecard" in raw)
  .map((raw) => {
    const { parameters, ...all } = raw as Record<string, unknown> & { parameters: Record<string, unknown>; scorecard: RawCard };
    const fixed = Object.entries(all.scorecard.characteristics).map(([name, lines]) => [
      name,
      lines.filter((line) => line.above !== "$cutoff"),
    ]);
    const rest = { ...all, scorecard: { ...all.scorecard, characteristics: Object.fromEntries(fixed) } };
    const used = Object.entries(parameters).filter(([name]) => JSON.stringify(rest).includes(`"$${name}"`));
    const header = JSON.parse(manifestText(rest)) as Record<string, unknown>;
    return stringify({ ...header, ...(used.length === 0 ? {} : { parameters: Object.fromEntries(used) }) });
  });

function expectSame(first: string, second: string, pages: readonly (readonly PlainRecord[])[], asOf: string): void {
  const [a, b] = [first, second].map((text) => compileManifest(parseManifest(text), schemas)) as [Computation, Computation];
  for (const plain of pages) {
    const results = [a, b].map((computation) => {
      const choices = computation.parameters.map(() => 1);
      const { outcome, reasonCodes } = computation.evaluate([pageOf(sales, plain)], { values: {}, choices }, dayOf(asOf));
      return `${formatOutcome(outcome)} [${reasonCodes.join(" ")}]`;
    });
    expect(results[1]).toBe(results[0]);
  }
}

describe("a manifest's scorecard", () => {
  const pages = fc.array(records, { minLength: 12, maxLength: 12 });

  test("through a CSV table and back is the same", () => {
    fc.assert(
      fc.property(cardManifest, pages, asOfDays, (text, plain, asOf) => {
        const { scorecard } = parseManifest(text) as Manifest & { scorecard: NonNullable<Manifest["scorecard"]> };
        const usual = { ...scorecard, reasons: { ...scorecard.reasons, rank: "points_below", baseline: [], repeated: "most" } } as const;
        const table = writeCsv(usual);
        const { text: again } = intoManifest(readCsv(table), text);
        expectSame(text, again, plain, asOf);
        expect(writeCsv({ ...usual, ...pick(parseManifest(again)) })).toBe(table);
      }),
      { numRuns: 30 },
    );
  });

  const pick = ({ scorecard }: Manifest) => ({
    base: scorecard?.base as NonNullable<typeof scorecard>["base"],
    characteristics: scorecard?.characteristics ?? [],
  });

  test("through PMML and back is the same, where PMML can say it", () => {
    let taken = 0;
    fc.assert(
      fc.property(cardManifest, pages, asOfDays, (text, plain, asOf) => {
        const manifest = parseManifest(text);
        let model: string;
        try {
          model = writePmml(manifest, compileManifest(manifest, schemas).bound);
        } catch (thrown) {
          if (!(thrown instanceof ExchangeError)) throw thrown;
          const known = /adds up the points of one code|names no reason|No bin of/;
          expect(thrown.problems.filter(({ message }) => !known.test(message))).toEqual([]);
          return;
        }
        taken++;
        expectSame(text, intoManifest(readPmml(model), text).text, plain, asOf);
      }),
      { numRuns: 60 },
    );
    expect(taken).toBeGreaterThan(2);
  });
});
