import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Value } from "../../src/computations/aggregates/aggregate.js";
import { compileManifest } from "../../src/computations/computation.js";
import { Evaluation } from "../../src/computations/evaluation/evaluation.js";
import { formatOutcome } from "../../src/computations/examples.js";
import { readCsv } from "../../src/computations/exchange/csv/readCsv.js";
import { writeCsv } from "../../src/computations/exchange/csv/writeCsv.js";
import { intoManifest } from "../../src/computations/exchange/intoManifest.js";
import { readPmml } from "../../src/computations/exchange/pmml/readPmml.js";
import { writePmml } from "../../src/computations/exchange/pmml/writePmml.js";
import { parseManifest } from "../../src/computations/manifest/manifest.js";
import { parseDay } from "../../src/model/calendar.js";
import { partsOf } from "../../src/model/rational.js";
import type { Vault } from "../../src/vault/vault.js";
import type { RealAnswer, RealQuestion } from "./realBank.js";
import { beside, cannotRunOn, differences, oracle, realData } from "./realData.js";
import {
  approveAll,
  build,
  importFiles,
  makeRealHome,
  manifestsOf,
  openRealVault,
  type RealHome,
  removeHome,
  type ServedNode,
  segmentBytes,
  serve,
} from "./realNode.js";

/*
 * Invoices of 425 small firms and the ratings of 123 of them, imported from the files as they are. What the node answers over its gateway has to be, for
 * every rated firm, what the program in oracle/ computes from the same files.
 */

const set = "cumcm2020c-sme-invoices";
/** Some invoices are younger than the first day. The months before the second, a leap day, end on shorter months. */
const [firstDay, secondDay] = ["2019-12-31", "2020-02-29"] as const;
/** These look back from the as-of day, so they are asked again after the next epoch. */
const windowed = ["active-months", "scorecard", "steady-seller", "steady-seller days=30"];

type Answers = Readonly<Record<string, Readonly<Record<string, RealAnswer>>>>;

interface Expected {
  readonly rows: Readonly<Record<string, number>>;
  readonly firms: Readonly<Record<string, readonly [sales: number, purchases: number]>>;
  readonly answers: Readonly<Record<string, Answers>>;
  readonly features: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string | null>>>>>>;
}

describe.skipIf(cannotRunOn(set))("the invoices of 425 small firms", () => {
  let made: RealHome;
  let node: ServedNode | undefined;
  let expected: Expected;
  const asIs = (...files: readonly string[]) => files.map((file) => realData(set, file));
  const asOf = (day: string) => ["--as-of", day];

  beforeAll(async () => {
    build();
    const computing = oracle<Expected>("sme.py", realData(set), firstDay, secondDay);
    made = await makeRealHome("sme");
    [expected] = await Promise.all([computing, importAll()]);
    await approveAll(made);
    node = await serve(made);
  }, 180_000);

  afterAll(async () => {
    await node?.stop();
    removeHome(made);
  });

  const imported: Record<string, { rows: number; accepted: number; subjects?: number; peakRssMb: number }> = {};

  async function importAll(): Promise<void> {
    const day = asOf(firstDay);
    const unrated = ["--mapping", `${made.home.mappingsDir}/firms-unrated.yaml`];
    const sales = asIs("credit_output_invoices.csv.gz", "nocredit_output_invoices.csv.gz");
    imported.sales = await importFiles(made, "sales", sales, day);
    imported.purchases = await importFiles(made, "purchases", asIs("credit_input_invoices.csv.gz"), day);
    imported.morePurchases = await importFiles(made, "purchases", asIs("nocredit_input_invoices.csv.gz"), day);
    imported.firms = await importFiles(made, "firms", asIs("credit_firms.csv"), day);
    imported.unrated = await importFiles(made, "firms", asIs("nocredit_firms.csv"), [...day, ...unrated]);
  }

  it("takes every row of the files", () => {
    const { rows } = expected;
    const of = (...files: readonly string[]) => files.reduce((sum, file) => sum + (rows[file] ?? Number.NaN), 0);
    const counts = Object.fromEntries(Object.entries(imported).map(([name, { rows, accepted }]) => [name, [rows, accepted]]));
    const wanted = {
      sales: of("credit_output_invoices.csv.gz", "nocredit_output_invoices.csv.gz"),
      purchases: of("credit_input_invoices.csv.gz"),
      morePurchases: of("nocredit_input_invoices.csv.gz"),
      firms: of("credit_firms.csv"),
      unrated: of("nocredit_firms.csv"),
    };
    expect(counts).toEqual(Object.fromEntries(Object.entries(wanted).map(([name, count]) => [name, [count, count]])));
    expect(wanted.sales + wanted.purchases + wanted.morePurchases).toBe(1_099_441);
    expect(imported.sales?.subjects).toBe(425);
  });

  it("takes at most 40 bytes a record on the disk and 250 MB of memory", () => {
    const perRecord = (segmentBytes(made, "sales") + segmentBytes(made, "purchases")) / 1_099_441;
    const peak = Math.max(...Object.values(imported).map(({ peakRssMb }) => peakRssMb));
    console.log(`${perRecord.toFixed(1)} bytes a record, at most ${peak.toFixed(0)} MB of memory while importing`);
    expect(perRecord).toBeLessThanOrEqual(40);
    expect(peak).toBeLessThanOrEqual(250);
  });

  it("answers every computation about every rated firm as the independent program does", async () => {
    const answers = expected.answers[firstDay] ?? {};
    expect(differences(await answersTo(questionsOf(answers)), answers)).toEqual([]);
  }, 120_000);

  it("proves each kind of answer from its log", async () => {
    const entries = Object.entries(expected.answers[firstDay] ?? {}).map(([name, of]) => [name, pick(of, ["E1", "E36", "E123"])]);
    const few = Object.fromEntries(entries) as Answers;
    const answers = await gather(questionsOf(few), (questions) => requireNode().bank.askWithEvidence(questions));
    expect(differences(answers, few)).toEqual([]);
  }, 120_000);

  it("answers by the new as-of day after an import into the running node", async () => {
    await importFiles(made, "firms", asIs("credit_firms.csv"), [...asOf(secondDay), "--mode", "replace"]);
    const answers = pick(expected.answers[secondDay] ?? {}, windowed);
    expect(Object.keys(answers)).toHaveLength(windowed.length);
    expect(differences(await answersTo(questionsOf(answers)), answers)).toEqual([]);
  }, 120_000);

  function requireNode(): ServedNode {
    if (node === undefined) throw new Error("no node is running");
    return node;
  }

  async function answersTo(questions: readonly RealQuestion[]): Promise<Answers> {
    const started = performance.now();
    const answers = await gather(questions, (all) => requireNode().bank.askAll(all));
    console.log(`${questions.length} questions answered in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    return answers;
  }

  describe("behind the answers", () => {
    let vault: Vault;
    beforeAll(async () => {
      expect(await node?.stop()).toBe(0);
      node = undefined;
      vault = await openRealVault(made);
    });
    afterAll(() => vault.close());

    const pageOf = (dataset: string, firm: string) =>
      vault.state.dataset(dataset).lookUp(vault.state.pseudonymOf({ scheme: "opaque", id: firm }));

    it("each of the 425 firms has as many records as rows in the files", () => {
      const firms = Object.keys(expected.firms);
      const records = firms.map((firm) => [firm, [pageOf("sales", firm)?.records ?? 0, pageOf("purchases", firm)?.records ?? 0]]);
      expect(differences(Object.fromEntries(records), expected.firms)).toEqual([]);
      expect(firms).toHaveLength(425);
    });

    describe("a scorecard that comes from a table or a model", () => {
      const text = readFileSync(beside("sme", "computations", "scorecard.yaml"), "utf8");
      const card = (manifest: string) => {
        const { scorecard } = parseManifest(manifest);
        if (scorecard === undefined) throw new Error("there is no scorecard");
        return scorecard;
      };
      const scored = (manifest: string) => {
        const computation = compileManifest(parseManifest(manifest), vault.state.schemas);
        const answers = Object.keys(expected.features[firstDay] ?? {}).map((firm) => {
          const pages = computation.datasets.map(({ name }) => pageOf(name, firm));
          const { outcome, reasonCodes } = computation.evaluate(pages, { values: {}, choices: [] }, parseDay(firstDay));
          return [firm, { score: formatOutcome(outcome), reasons: reasonCodes.join(" ") }] as const;
        });
        expect(answers).toHaveLength(123);
        return Object.fromEntries(answers);
      };

      it("gives through a table what it gives as it is written", () => {
        const through = intoManifest(readCsv(writeCsv(card(text))), text).text;
        expect(differences(scored(through), scored(text))).toEqual([]);
        expect(new Set(Object.values(scored(through)).map(({ score }) => score)).size).toBeGreaterThan(20);
      });

      it("gives through PMML the scores and reasons that it gives through a table, for each of the 123 firms", () => {
        // PMML wants a reason for each bin that loses points, and adds up the points of a code that several features share.
        const explained = text
          .replace("{ at_least: 0, points: 50 }", "{ at_least: 0, points: 50, reason: M02 }")
          .replace("reasons:\n", "reasons:\n  M02: { en: A thin margin }\n");
        const summed = explained.replace("  base: 301\n", "  base: 301\n  reasons: { repeated: sum }\n");
        const table = intoManifest(readCsv(writeCsv(card(explained))), summed).text;
        const model = writePmml(parseManifest(summed), compileManifest(parseManifest(summed), vault.state.schemas).bound);
        const throughModel = intoManifest(readPmml(model), text.replace("  base: 301\n", "  base: 7\n")).text;
        const withText = throughModel.replace("\nreasons:\n", "\nreasons:\n  M02: { en: A thin margin }\n");
        expect(differences(scored(withText), scored(table))).toEqual([]);
        expect(differences(scored(table), scored(summed))).toEqual([]);
        const scores = (of: ReturnType<typeof scored>) => Object.fromEntries(Object.entries(of).map(([firm, { score }]) => [firm, score]));
        expect(differences(scores(scored(withText)), scores(scored(text)))).toEqual([]);
      });
    });

    it.each([firstDay, secondDay])("every feature of every rated firm as of %s is exactly what the independent program computes", (day) => {
      const text = manifestsOf(made.home).find((manifest) => manifest.includes("id: every-feature")) ?? "";
      const { bound } = compileManifest(parseManifest(text), vault.state.schemas);
      const evaluation = new Evaluation(bound);
      const wanted = expected.features[day] ?? {};
      const found = Object.keys(wanted).map((firm) => {
        const pages = ["sales", "purchases", "firms"].map((dataset) => pageOf(dataset, firm));
        const values = evaluation.featureValues(pages, [], parseDay(day));
        return [firm, Object.fromEntries([...values].map(([name, value]) => [name, written(value)]))];
      });
      expect(Object.keys(wanted)).toHaveLength(123);
      expect(differences(Object.fromEntries(found), wanted)).toEqual([]);
    });
  });
});

function questionsOf(answers: Answers): readonly RealQuestion[] {
  return Object.entries(answers).flatMap(([name, of]) => Object.keys(of).map((subject) => ({ name, subject })));
}

async function gather(
  questions: readonly RealQuestion[],
  ask: (questions: readonly RealQuestion[]) => Promise<readonly RealAnswer[]>,
): Promise<Answers> {
  const answers: Record<string, Record<string, RealAnswer>> = {};
  for (const [index, answer] of (await ask(questions)).entries()) {
    const { name, subject } = questions[index] ?? { name: "", subject: "" };
    answers[name] = { ...answers[name], [subject]: answer };
  }
  return answers;
}

function pick<Value>(of: Readonly<Record<string, Value>>, keys: readonly string[]): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(of).filter(([key]) => keys.includes(key)));
}

/** A number as `numerator/denominator` in lowest terms, a word as it is. */
function written(value: Value): string | null {
  if (typeof value !== "object") return value ?? null;
  const [num, den] = partsOf(value);
  const by = divisor(num < 0n ? -num : num, den);
  return `${num / by}/${den / by}`;
}

function divisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : divisor(b, a % b);
}
