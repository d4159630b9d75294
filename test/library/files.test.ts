import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { parseMapping } from "../../src/datasets/import/mapping.js";
import { libraryFolder } from "../../src/library/library.js";
import { parseDay } from "../../src/model/calendar.js";
import { folderFor, type PlainRow, runImport } from "../datasets/import/importing.js";
import { datasets, namesIn, schemas, textOf } from "./shelves.js";

/* Each mapping of the library takes the rows that such holders export, as they lie in library/files, without an edit. */

const folder = folderFor(afterAll);
const bytesOf = (dataset: string) => readFileSync(`${libraryFolder}/files/${dataset}.csv`);

function schemaOf(dataset: string) {
  const schema = schemas.get(dataset);
  if (schema === undefined) throw new Error(`there is no dataset ${dataset}`);
  return schema;
}

const mappingText = (dataset: string) => textOf(`mappings/${dataset}.yaml`);

/** Every record of an import, with its column's name before each value; the order within a subject is that of the file. */
async function recordsOf(dataset: string): Promise<readonly Readonly<Record<string, PlainRow[number]>>[]> {
  const schema = schemaOf(dataset);
  const { result, rejected } = await runImport(folder, [bytesOf(dataset)], { schema, mappingText: mappingText(dataset) });
  expect(rejected).toBe(0);
  const rows = [...result.values()].flat();
  return rows.map((row) => Object.fromEntries(schema.columns.map(({ name }, i) => [name, row[i]])));
}

it("every dataset has a mapping and a file, and nothing else lies there", () => {
  expect(namesIn("mappings")).toEqual(datasets.map((name) => `${name}.yaml`));
  expect(namesIn("files")).toEqual(datasets.map((name) => `${name}.csv`));
});

describe.each(datasets)("%s", (dataset) => {
  it("takes every row, and fills every column", async () => {
    const records = await recordsOf(dataset);
    expect(records).toHaveLength(bytesOf(dataset).filter((byte) => byte === 0x0a).length - 1);
    const empty = schemaOf(dataset).columns.filter(({ name }) => records.every((record) => record[name] === undefined));
    expect(empty).toEqual([]);
  });

  it("says where each of its columns comes from", () => {
    const mapping = parseMapping(mappingText(dataset), schemaOf(dataset));
    expect([...mapping.columns.keys(), ...mapping.daysBetween.keys()].sort()).toEqual(
      schemaOf(dataset)
        .columns.map(({ name }) => name)
        .sort(),
    );
  });
});

describe("what the dirty cells become", () => {
  const by = (records: Awaited<ReturnType<typeof recordsOf>>, column: string) =>
    records.map((record) => record[column]).sort((a, b) => Number(a) - Number(b)); // missing ones go last

  it("a registry in GB18030: status words, capital in ten thousands", async () => {
    const records = await recordsOf("business-registration");
    expect(by(records, "status")).toEqual([0, 0, 3]);
    expect(by(records, "capital")).toEqual([50_500_000, 1_000_000_000, undefined]);
    expect(by(records, "registered_on")).toEqual(["2008-06-30", "2015-03-09", "2023-11-01"].map(parseDay));
  });

  it("a court in GB18030: 无 and - are missing, roles of all kinds of cases", async () => {
    const records = await recordsOf("court-cases");
    expect(by(records, "role")).toEqual([0, 1, 1, 1, 1]);
    expect(by(records, "amount")).toEqual([8_800_050, 12_000_000, 235_000_000, undefined, undefined]);
    expect(by(records, "closed_on")).toEqual([...["2024-03-01", "2024-11-20"].map(parseDay), undefined, undefined, undefined]);
  });

  it.each([
    ["tax-filings", [-3, 0, 2, undefined, undefined]],
    ["utility-bills", [-5, 0, 17, undefined, undefined]],
    ["trade-payments", [-5, 38, undefined, undefined]],
  ])("%s: days late are counted, and missing while open", async (dataset, wanted) => {
    expect(by(await recordsOf(dataset), "days_late")).toEqual(wanted);
  });
});
