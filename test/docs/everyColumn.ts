import { checkManifest } from "../../src/computations/binding/bindManifest.js";
import { compileManifest } from "../../src/computations/computation.js";
import { runExamples } from "../../src/computations/examples.js";
import { parseManifest } from "../../src/computations/manifest/manifest.js";
import { ManifestError } from "../../src/computations/syntax/problems.js";
import type { ColumnTypeName } from "../../src/datasets/columnTypes/index.js";
import { parseSchema } from "../../src/datasets/schema.js";
import { formatDay, parseDay } from "../../src/model/calendar.js";

/* A dataset with a column of each type, and manifests over it, to try the words of the language that docs/LANGUAGE.md lists. */

/** A value of each kind, as a filter or condition may have it. */
const literals: Readonly<Record<ColumnTypeName, string>> = {
  ...{ date: "2025-01-01", money: "5", integer: "5", decimal: "5", enum: "red", boolean: "true", code: "X1" },
};

const columns: Readonly<Record<ColumnTypeName, string>> = {
  ...{
    date: "{ type: date, optional: true }",
    money: "{ type: money, currency: CNY, optional: true }",
    integer: "{ type: integer, optional: true }",
  },
  ...{ decimal: "{ type: decimal, scale: 2, optional: true }", enum: "{ type: enum, members: [red, blue], optional: true }" },
  ...{ boolean: "{ type: boolean, optional: true }", code: "{ type: code, optional: true }" },
};

const everyColumn = parseSchema(`frostglass: dataset/1
name: everything
title: { en: A column of each type }
subject: { scheme: uscc }
columns:
${Object.entries(columns)
  .map(([name, column]) => `  ${name}: ${column}\n`)
  .join("")}`);

/** A manifest over that dataset, called `all`. */
export function manifestWith(features: string, output: string, more = ""): string {
  const head = "frostglass: computation/1\nid: table\nversion: 1.0.0\ntitle: { en: A row }\nreveals: { en: A row }\npurposes: [testing]\n";
  return `${head}subject: uscc\ninputs: { all: everything }\nfeatures:\n${features}\noutput: { decision: ${output} }\n${more}`;
}

/** Whether a manifest over that dataset has no mistake. */
export function passes(text: string): boolean {
  try {
    return checkManifest(parseManifest(text), new Map([["everything", everyColumn]])).every(({ severity }) => severity === "warning");
  } catch (thrown) {
    if (thrown instanceof ManifestError) return false;
    throw thrown;
  }
}

/** How a condition is written for a value of this type. */
export function written(condition: string, type: ColumnTypeName): string {
  const literal = literals[type];
  const forms: Readonly<Record<string, string>> = {
    ...{ between: `[${literal}, ${literal}]`, in: `[${literal}]`, missing: "no", until: "1 month ago, last: 1 month" },
    ...{ last: "1 month", year: "this", month: "this", before: "2025-01-01", after: "2025-01-01" },
  };
  return `{ ${condition}: ${forms[condition] ?? literal} }`;
}

const asOf = "2026-03-15";
const far = { before: "1990-01-01", after: "2050-01-01" };

/** What is wrong with the days that are stated of a window: the first and last of them are kept, and their neighbours are not. */
export function differences(window: string, days: string): readonly string[] {
  const [, from, to] = /^(?:from )?([\d-]{10})?(?: to |up to )?([\d-]{10})?$/.exec(days) ?? [];
  const [first, last] = [from ?? far.before, to ?? far.after];
  const kept = new Set([first, last]);
  const beside = [from === undefined ? [] : dayBeside(from, -1), to === undefined ? [] : dayBeside(to, 1)].flat();
  const since = (day: string) => parseDay(asOf) - parseDay(day);
  const features = `  n: { count: all, where: { date: { ${window} } } }
  oldest: { days_since_first: all.date, where: { date: { ${window} } } }
  newest: { days_since_latest: all.date, where: { date: { ${window} } } }`;
  const rule = `{ all: [{ n: { is: ${kept.size} } }, { oldest: { is: ${since(first)}, missing: no } }, { newest: { is: ${since(last)}, missing: no } }] }`;
  const records = [...kept, ...beside].map((date) => `{ date: ${date} }`).join(", ");
  const example = `examples: [{ name: days, as_of: ${asOf}, records: { all: [${records}] }, outcome: { decision: yes } }]\n`;
  const schemas = new Map([["everything", everyColumn]]);
  return runExamples(compileManifest(parseManifest(manifestWith(features, rule, example)), schemas), schemas).flatMap(
    (each) => each.differences,
  );
}

function dayBeside(day: string, step: number): string {
  return formatDay(parseDay(day) + step);
}
