import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Computation, compileManifest } from "../../src/computations/computation.js";
import { parseManifest } from "../../src/computations/manifest/manifest.js";
import { parseParameters } from "../../src/computations/parameters.js";
import { importRows } from "../../src/datasets/import/importRows.js";
import { parseMapping } from "../../src/datasets/import/mapping.js";
import { decodePage, encodePage, type PageColumns } from "../../src/datasets/page.js";
import { type DatasetSchema, parseSchema } from "../../src/datasets/schema.js";
import { parseDay } from "../../src/model/calendar.js";
import type { Outcome } from "../../src/model/outcome.js";
import {
  type FirmKind,
  holderFiles,
  type RecordFile,
  recordBytes,
  recordFiles,
  type SampleFirm,
  sampleFirms,
  sampleSpan,
} from "../../src/sample/index.js";

const folder = mkdtempSync(join(tmpdir(), "frostglass-sample-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = [...holderFiles("tax"), ...holderFiles("bureau")];
const textOf = (path: string) => files.find((file) => file.path === path)?.text ?? "";
const schemas = new Map<string, DatasetSchema>(
  files.filter(({ path }) => path.startsWith("datasets/")).map(({ text }) => [parseSchema(text).name, parseSchema(text)]),
);
const pseudonymOf = (id: string) => createHash("sha256").update(id).digest().subarray(0, 16);

interface ImportedDataset {
  readonly rejects: readonly string[];
  readonly pages: ReadonlyMap<string, PageColumns>;
}

/** Imports one of the sample's files with the product's importer, and keeps the pages by pseudonym in hexadecimal. */
async function importSample(file: RecordFile, firms: readonly SampleFirm[], seed: string): Promise<ImportedDataset> {
  const { dataset, faulty: maxRejects } = file;
  const path = join(folder, `${dataset}.csv`);
  writeFileSync(path, Buffer.concat([...recordBytes(file, firms, seed)]));
  const schema = schemas.get(dataset);
  if (schema === undefined) throw new Error(`there is no dataset ${dataset}`);
  const mapping = parseMapping(textOf(`mappings/${dataset}.yaml`), schema);
  const pages = new Map<string, PageColumns>();
  const rejects: string[] = [];
  const request = { schema, mapping, files: [path], pseudonymOf, temporaryFolder: folder, maxRejects };
  await importRows({ ...request, rejects: (lines) => void rejects.push(lines) }, async (groups) => {
    // The columns are valid until the next subject is asked for, so each page is encoded as the vault encodes it.
    for await (const { pseudonym, columns } of groups) {
      pages.set(Buffer.from(pseudonym).toString("hex"), decodePage(schema, encodePage(schema, columns)));
    }
  });
  return { rejects: rejects.join("").trimEnd().split("\n").slice(1), pages };
}

describe.each(["frostglass", "another seed"])("the sample of seed %s, imported", (seed) => {
  const firms = sampleFirms(seed, 80);
  const imported = new Map<string, ImportedDataset>();

  beforeAll(async () => {
    for (const file of recordFiles) imported.set(file.dataset, await importSample(file, firms, seed));
  });

  it("takes every row but those that are wrong on purpose", () => {
    expect(imported.get("vat-sales")?.rejects.map((line) => line.split(",").slice(2))).toEqual([
      ["subject", "subject-check-digit"],
      ["date", "cell-not-a-date"],
      ["net", "cell-not-a-money"],
    ]);
    expect(imported.get("vat-sales")?.pages.size).toBe(firms.length);
    for (const dataset of ["vat-purchases", "tax-filings", "business-registration", "utility-bills", "trade-payments"])
      expect([dataset, imported.get(dataset)?.pages.size]).toEqual([dataset, firms.length]);
  });

  const outcomeFor = (computation: Computation, firm: SampleFirm): Outcome => {
    const key = Buffer.from(pseudonymOf(firm.code)).toString("hex");
    const pages = computation.datasets.map(({ name }) => imported.get(name)?.pages.get(key));
    return computation.evaluate(pages, parseParameters(computation, {}), parseDay(sampleSpan.asOf)).outcome;
  };

  const yes: Outcome = { kind: "decision", decision: true };
  const no: Outcome = { kind: "decision", decision: false };
  const none: Outcome = { kind: "no-record" };
  it.each<readonly [string, Readonly<Partial<Record<FirmKind, Outcome>>>]>([
    ["registration-age", { steady: yes, growing: yes, seasonal: yes, young: no, thin: no, declining: no, troubled: no }],
    ["tax-continuity", { steady: yes, growing: yes, dominated: yes, troubled: no }],
    ["sales-trend", { declining: { kind: "band", band: "collapsing" }, young: none, thin: none }],
    ["payment-delay", { steady: { kind: "band", band: "prompt" }, troubled: { kind: "band", band: "late" } }],
    ["court-enforcement", { troubled: no, young: none, thin: none }],
    ["utility-arrears", { troubled: no }],
    ["sales-continuity", { steady: yes, growing: yes, dominated: yes, declining: no, seasonal: no, young: no, thin: none }],
    ["void-ratio", { growing: yes, seasonal: yes, troubled: no, thin: none }],
    ["buyer-concentration", { dominated: { kind: "band", band: "dependent" }, thin: none }],
    ["rating-and-line", { steady: yes, growing: yes, declining: no, troubled: no, young: no, thin: none }],
  ])("gives each kind of firm its answer to %s", (id, expected) => {
    const computation = compileManifest(parseManifest(textOf(`computations/${id}.yaml`)), schemas);
    for (const firm of firms) {
      const outcome = expected[firm.kind];
      if (outcome !== undefined) expect([firm.kind, outcomeFor(computation, firm)]).toEqual([firm.kind, outcome]);
    }
  });

  it("orders the kinds by score: troubled ones below young ones below steady ones", () => {
    const scorecard = compileManifest(parseManifest(textOf("computations/sme-scorecard.yaml")), schemas);
    const scores = (kind: FirmKind) =>
      firms
        .filter((firm) => firm.kind === kind)
        .map((firm) => outcomeFor(scorecard, firm))
        .map((outcome) => (outcome.kind === "score" ? outcome.score : 0));
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(scores("troubled"))).toBeLessThan(mean(scores("young")));
    expect(mean(scores("young"))).toBeLessThan(mean(scores("steady")));
    expect(scores("thin").every((score) => score === 0)).toBe(true);
  });
});
