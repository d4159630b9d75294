import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { aggregates } from "../../src/computations/aggregates/index.js";
import { checkManifest } from "../../src/computations/binding/bindManifest.js";
import { combinations } from "../../src/computations/combinations/index.js";
import { trend } from "../../src/computations/combinations/trend.js";
import { compileManifest } from "../../src/computations/computation.js";
import { runExamples } from "../../src/computations/examples.js";
import { manifestJsonSchema } from "../../src/computations/jsonSchema.js";
import { parseManifest } from "../../src/computations/manifest/manifest.js";
import { ManifestError } from "../../src/computations/syntax/problems.js";
import { type ColumnTypeName, columnTypes } from "../../src/datasets/columnTypes/index.js";
import { parseSchema } from "../../src/datasets/schema.js";
import { formatDay, parseDay } from "../../src/model/calendar.js";
import { blocksOf, root } from "./blocks.js";

/* The tables of docs/LANGUAGE.md, held against the language: a word that is missing there, or says something else, is found. */

const document = readFileSync(join(root, "docs/LANGUAGE.md"), "utf8");
const language = manifestJsonSchema() as unknown as Language;

interface Described {
  readonly description: string;
}

/** What the tests read of the JSON Schema of manifests. */
interface Language {
  readonly properties: Readonly<Record<string, Described>> & { readonly output: Described & { readonly anyOf: readonly Keyed[] } };
  readonly required: readonly string[];
  readonly $defs: Readonly<Record<"feature" | "rule", { readonly anyOf: readonly Keyed[] }>>;
}

interface Keyed {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly additionalProperties?: Keyed;
  readonly anyOf?: readonly Keyed[];
}

/** The rows of the table with this first row, as cells. */
function rowsUnder(headings: string): readonly (readonly string[])[] {
  const [, rest = ""] = document.split(`${headings}\n|---`);
  const [, ...rows] = rest.split("\n\n")[0]?.split("\n") ?? [];
  expect(rows.length, headings).toBeGreaterThan(1);
  return rows.map((row) =>
    row
      .replace(/^\| /, "")
      .replace(/ ?\|$/, "")
      .split(/ ?\| ?/),
  );
}

/** The words in code marks of a cell. */
const wordsIn = (cell = ""): string[] => [...cell.matchAll(/`([a-z_]+)`/g)].map(([, word]) => word ?? "");
const firstWords = (headings: string): string[] => rowsUnder(headings).flatMap(([cell]) => wordsIn(cell));
const keysOf = (shape: Keyed | undefined): string[] => Object.keys(shape?.properties ?? {});

const [count] = language.$defs.feature.anyOf;
const filters = keysOf((count?.properties?.where as Keyed | undefined)?.additionalProperties?.anyOf?.[0]);
const conditions = keysOf(language.$defs.rule.anyOf.at(-1)?.additionalProperties).filter((key) => key !== "reason");

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

function manifestWith(features: string, output: string, more = ""): string {
  const head = "frostglass: computation/1\nid: table\nversion: 1.0.0\ntitle: { en: A row }\nreveals: { en: A row }\npurposes: [testing]\n";
  return `${head}subject: uscc\ninputs: { all: everything }\nfeatures:\n${features}\noutput: { decision: ${output} }\n${more}`;
}

function passes(text: string): boolean {
  try {
    return checkManifest(parseManifest(text), new Map([["everything", everyColumn]])).every(({ severity }) => severity === "warning");
  } catch (thrown) {
    if (thrown instanceof ManifestError) return false;
    throw thrown;
  }
}

/** How a condition is written for a value of this type. */
function written(condition: string, type: ColumnTypeName): string {
  const literal = literals[type];
  const forms: Readonly<Record<string, string>> = {
    ...{ between: `[${literal}, ${literal}]`, in: `[${literal}]`, missing: "no", until: "1 month ago, last: 1 month" },
    ...{ last: "1 month", year: "this", month: "this", before: "2025-01-01", after: "2025-01-01" },
  };
  return `{ ${condition}: ${forms[condition] ?? literal} }`;
}

describe("the tables of docs/LANGUAGE.md", () => {
  it("list every section of a manifest", () => {
    const needed = (name: string) => (language.required.includes(name) ? "yes" : "");
    const rows = Object.entries(language.properties).map(([name, { description }]) => [`\`${name}\``, needed(name), description]);
    expect(rowsUnder("| section | needed | meaning |")).toEqual(rows);
  });

  it("list every kind of feature, with what it is made of and when it is missing", () => {
    const missing = (can: boolean) => (can ? "yes" : "");
    const single = aggregates.map(({ keyword, meaning, over, by, mayBeMissing }) => {
      const types = over.columns.length === columnTypes.length ? ["any column"] : over.columns;
      const grouped = by?.kind === "unit" ? by.units.join(", ") : by === undefined ? "" : `a column: ${by.types.join(", ")}`;
      return [`\`${keyword}\``, meaning, [...(over.records ? ["records"] : []), ...types].join(", "), grouped, missing(mayBeMissing)];
    });
    const joined = [...combinations, trend].map(({ keyword, meaning, expected, mayBeMissing }) => {
      return [`\`${keyword}\``, meaning, expected, "", missing(mayBeMissing)];
    });
    const rows = rowsUnder("| feature | value | of | `by` | can be missing |");
    expect(rows.slice(0, -1)).toEqual([...single, ...joined]);
    expect(rows.flatMap(([cell]) => wordsIn(cell))).toEqual(language.$defs.feature.anyOf.map((shape) => keysOf(shape)[0]));
  });

  it("show one of each kind of feature, which compiles", () => {
    const [shown] = blocksOf("docs/LANGUAGE.md").filter(({ label }) => label === "features");
    const sales = parseSchema(readFileSync(join(root, "library/datasets/vat-sales.yaml"), "utf8"));
    const text = manifestWith((shown?.text ?? "").replace(/^features:\n/, ""), "{ invoices: { above: 0 } }").replace(
      "all: everything",
      "sales: vat-sales",
    );
    const manifest = parseManifest(text);
    expect(checkManifest(manifest, new Map([[sales.name, sales]])).filter(({ severity }) => severity === "mistake")).toEqual([]);
    const kinds = manifest.features.map(({ feature }) => {
      return feature.kind === "aggregate"
        ? feature.aggregate.keyword
        : feature.kind === "combination"
          ? feature.combination.keyword
          : feature.kind;
    });
    expect(kinds).toEqual(language.$defs.feature.anyOf.map((shape) => keysOf(shape)[0]));
  });

  it("list for each type of column the filters that are taken, and no other", () => {
    const rows = rowsUnder("| type of the column | conditions |");
    const stated = rows.flatMap(([types = "", words]) => types.split(", ").map((type) => [type, wordsIn(words).toSorted()]));
    const taken = columnTypes.map(({ name }) => {
      const takes = (filter: string) =>
        passes(manifestWith(`  n: { count: all, where: { ${name}: ${written(filter, name)} } }`, "{ n: { above: 0 } }"));
      return [name, filters.filter(takes).toSorted()];
    });
    expect(Object.fromEntries(stated)).toEqual(Object.fromEntries(taken));
    expect(firstWords("| condition | keeps a record when its value is |").toSorted()).toEqual(filters.toSorted());
  });

  it("give each window the days that it has", () => {
    const rows = rowsUnder("| written | as of 2026-03-15 |");
    expect(rows.map(([window = "", days = ""]) => `${window}: ${differences(window.replaceAll("`", ""), days).join(" ")}`)).toEqual(
      rows.map(([window]) => `${window}: `),
    );
    const dateWords = rowsUnder("| type of the column | conditions |").find(([type]) => type === "date")?.[1];
    const shown = rows.flatMap(([window = ""]) => [...window.matchAll(/([a-z]+):/g)].map(([, word]) => word));
    expect(wordsIn(dateWords).filter((word) => !shown.includes(word))).toEqual(["in", "not", "missing"]);
  });

  it("list the conditions of bins, bands and rules, and for which values they are", () => {
    const rows = rowsUnder("| condition | holds when the value is | of a number | of an enum, boolean or code |");
    const stated = (column: number) => rows.filter((row) => row[column] === "yes").flatMap(([cell]) => wordsIn(cell));
    expect(firstWords("| condition | holds when the value is | of a number | of an enum, boolean or code |").toSorted()).toEqual(
      [...conditions, "otherwise"].toSorted(),
    );
    for (const type of ["integer", "enum", "boolean", "code"] as const) {
      const takes = (word: string) =>
        passes(manifestWith(`  v: { only: all.${type} }`, `{ v: ${written(word, type).replace(" }", ", missing: no }")} }`));
      const tests = conditions.filter((word) => word !== "missing");
      const words = stated(type === "integer" ? 2 : 3).filter((word) => tests.includes(word));
      expect([type, tests.filter(takes).toSorted()]).toEqual([type, words.toSorted()]);
    }
  });

  it("list every form of output", () => {
    expect(firstWords("| output | outcome | reasons |").filter((word) => word !== "linear")).toEqual(
      language.properties.output.anyOf.map((shape) => keysOf(shape)[0]),
    );
  });
});

const asOf = "2026-03-15";
const far = { before: "1990-01-01", after: "2050-01-01" };

/** What is wrong with the days that are stated of a window: the first and last of them are kept, and their neighbours are not. */
function differences(window: string, days: string): readonly string[] {
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
