import { readFileSync } from "node:fs";
import { analyse } from "#product/computations/analysis/analyse.js";
import { formatLeakage } from "#product/computations/analysis/formatLeakage.js";
import { compileManifest } from "#product/computations/computation.js";
import { parseManifest } from "#product/computations/manifest/manifest.js";
import { type DatasetSchema, parseSchema } from "#product/datasets/schema.js";

/** From a manifest's text to its leakage report, in milliseconds: what `computation explain` and `check` do after their start. */
export interface Explaining {
  /** The first time in a fresh process, nothing being compiled yet, for the largest computation of the library. */
  readonly explainMs: number;
  /** For a manifest of 10 datasets, 200 features and 2,000 bins. */
  readonly explainLargeMs: number;
}

// As seen from dist-bench/, where this runs.
const library = new URL("../library/", import.meta.url);

export function measureExplaining(): Explaining {
  const datasets = ["vat-sales", "vat-purchases", "tax-filings"].map((name) =>
    readFileSync(new URL(`datasets/${name}.yaml`, library), "utf8"),
  );
  const scorecard = readFileSync(new URL("computations/sme-scorecard/manifest.yaml", library), "utf8");
  const explainMs = explain(scorecard, datasets.map(parseSchema));
  return { explainMs, explainLargeMs: explain(largeManifest(), largeSchemas()) };
}

function explain(text: string, schemas: readonly DatasetSchema[]): number {
  const known = new Map(schemas.map((schema) => [schema.name, schema]));
  const start = performance.now();
  formatLeakage(analyse(compileManifest(parseManifest(text), known), known));
  return performance.now() - start;
}

const [datasets, features, binsEach] = [10, 200, 10];

function largeSchemas(): readonly DatasetSchema[] {
  return Array.from({ length: datasets }, (_, index) =>
    parseSchema(`frostglass: dataset/1
name: dataset-${index}
title: { en: Dataset ${index} }
subject: { scheme: uscc }
columns:
  day: { type: date }
  amount: { type: money, currency: CNY }
  kind: { type: enum, members: [a, b, c, d] }
`),
  );
}

function largeManifest(): string {
  const inputs = Array.from({ length: datasets }, (_, index) => `d${index}: dataset-${index}`).join(", ");
  const made = Array.from(
    { length: features },
    (_, index) =>
      `  f${index}: { sum: d${index % datasets}.amount, where: { kind: ${"abcd"[index % 4]}, day: { last: ${1 + index} months } } }\n`,
  );
  const bins = (index: number): string =>
    Array.from(
      { length: binsEach - 1 },
      (_, bin) => `{ at_least: ${(binsEach - bin) * 1000}, points: ${bin * 7 + index}, reason: R${index % 90} }`,
    ).join(", ");
  const cards = made.map((_, index) => `    f${index}: [${bins(index)}, { otherwise: 0 }]\n`);
  return `frostglass: computation/1
id: large
version: 1.0.0
title: { en: A large scorecard }
reveals: { en: A score }
purposes: [loan-origination]
subject: uscc
inputs: { ${inputs} }
features:
${made.join("")}scorecard:
  base: 300
  characteristics:
${cards.join("")}output: { score: { min: 0, max: 1000, step: 10 } }
no_record: { fewer_than: 12, of: d0 }
`;
}
