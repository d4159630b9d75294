import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DatasetSchema } from "../../src/datasets/schema.js";
import type { Outcome } from "../../src/model/outcome.js";
import { type FirmKind, recordBytes, recordFiles, sampleFirms, sampleSpan } from "../../src/sample/index.js";
import { importPages, type Pages, Shelf } from "../library/evaluating.js";
import { computations, manifestOf, schemas, textOf } from "../library/shelves.js";

const folder = mkdtempSync(join(tmpdir(), "frostglass-sample-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(["frostglass", "another seed"])("the sample of seed %s, imported", (seed) => {
  const firms = sampleFirms(seed, 80);
  const imported = new Map<string, Pages>();
  const rejected = new Map<string, string>();
  const shelf = () => new Shelf(computations.map(manifestOf), schemas, imported);

  beforeAll(async () => {
    for (const file of recordFiles) {
      const { dataset, faulty: maxRejects } = file;
      const path = join(folder, `${dataset}.csv`);
      writeFileSync(path, Buffer.concat([...recordBytes(file, firms, seed)]));
      const rejects = (lines: string) => void rejected.set(dataset, (rejected.get(dataset) ?? "") + lines);
      const options = { maxRejects, rejects };
      imported.set(
        dataset,
        await importPages(schemas.get(dataset) as DatasetSchema, textOf(`mappings/${dataset}.yaml`), [path], folder, options),
      );
    }
  });

  it("takes every row but those that are wrong on purpose", () => {
    const lines = (rejected.get("vat-sales") ?? "").trimEnd().split("\n").slice(1);
    expect(lines.map((line) => line.split(",").slice(2))).toEqual([
      ["subject", "subject-check-digit"],
      ["date", "cell-not-a-date"],
      ["net", "cell-not-a-money"],
    ]);
    expect(imported.get("vat-sales")?.size).toBe(firms.length);
    for (const dataset of ["vat-purchases", "tax-filings", "business-registration", "utility-bills", "trade-payments"])
      expect([dataset, imported.get(dataset)?.size]).toEqual([dataset, firms.length]);
  });

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
    const asked = shelf();
    for (const firm of firms) {
      const outcome = expected[firm.kind];
      if (outcome !== undefined) expect([firm.kind, asked.answer(id, firm.code, sampleSpan.asOf).outcome]).toEqual([firm.kind, outcome]);
    }
  });

  it("orders the kinds by score: troubled ones below young ones below steady ones", () => {
    const asked = shelf();
    const scores = (kind: FirmKind) =>
      firms
        .filter((firm) => firm.kind === kind)
        .map((firm) => asked.answer("sme-scorecard", firm.code, sampleSpan.asOf).outcome)
        .map((outcome) => (outcome.kind === "score" ? outcome.score : 0));
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(scores("troubled"))).toBeLessThan(mean(scores("young")));
    expect(mean(scores("young"))).toBeLessThan(mean(scores("steady")));
    expect(scores("thin").every((score) => score === 0)).toBe(true);
  });
});
