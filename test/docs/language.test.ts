import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { aggregates } from "../../src/computations/aggregates/index.js";
import { checkManifest } from "../../src/computations/binding/bindManifest.js";
import { combinations } from "../../src/computations/combinations/index.js";
import { trend } from "../../src/computations/combinations/trend.js";
import { manifestJsonSchema } from "../../src/computations/jsonSchema.js";
import { parseManifest } from "../../src/computations/manifest/manifest.js";
import { columnTypes } from "../../src/datasets/columnTypes/index.js";
import { parseSchema } from "../../src/datasets/schema.js";
import { blocksOf, root } from "./blocks.js";
import { differences, manifestWith, passes, written } from "./everyColumn.js";

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
