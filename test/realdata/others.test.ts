import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkRows, importRows, type SubjectRecords } from "../../src/datasets/import/importRows.js";
import { parseMapping } from "../../src/datasets/import/mapping.js";
import { type DatasetSchema, parseSchema } from "../../src/datasets/schema.js";
import { beside, cannotRunOn, oracle, realData } from "./realData.js";

/* Other sets of real records, each with something that the invoices lack. The sum of every column is held against an independent program's. */

interface Expected {
  readonly rows: number;
  readonly rejected: number;
  readonly subjects: number;
  readonly columns: Readonly<Record<string, readonly [missing: number, sum: number]>>;
}

let temporaryFolder = "";

const pseudonymOf = (id: string) => new Uint8Array(createHash("sha256").update(id).digest()).subarray(0, 16);

/** Imports a file, and holds rows, subjects and columns against what the independent program says of the file as it was. */
async function hold(dataset: string, file: string, original = file): Promise<void> {
  const expected = await oracle<Expected>("columns.py", dataset, original);
  const schema = parseSchema(readFileSync(beside("others", "datasets", `${dataset}.yaml`), "utf8"));
  const mapping = parseMapping(readFileSync(beside("others", "mappings", `${dataset}.yaml`), "utf8"), schema);
  const { rows, rejected } = expected;
  const request = { schema, mapping, files: [file], pseudonymOf, temporaryFolder, maxRejects: rejected };
  const counts = { rows, accepted: rows - rejected, rejected };
  expect(await checkRows(request)).toMatchObject(counts);
  const imported = await importRows(request, (groups) => sumsOf(schema, groups));
  expect(imported).toMatchObject({ ...counts, subjects: expected.subjects });
  expect(imported.result).toEqual(expected.columns);
}

async function sumsOf(schema: DatasetSchema, groups: AsyncIterable<SubjectRecords>): Promise<Expected["columns"]> {
  const codes = schema.columns.map(() => new Set<string>());
  const sums = schema.columns.map(() => [0, 0n] as [number, bigint]);
  for await (const { columns } of groups) {
    for (const [position, sum] of sums.entries()) {
      for (const code of columns.dictionary(position)) codes[position]?.add(code);
      for (const value of columns.lane(position).subarray(0, columns.records)) {
        if (Number.isNaN(value)) sum[0]++;
        else sum[1] += BigInt(value);
      }
    }
  }
  const shown = schema.columns.map(({ name, type }, position) => {
    const [missing, sum] = sums[position] ?? [0, 0n];
    return [name, [missing, type === "code" ? (codes[position]?.size ?? 0) : Number(sum)]];
  });
  return Object.fromEntries(shown) as Expected["columns"];
}

/** The rows of a file that names no subject, each with its number before it. */
function numbered(name: string, text: string, delimiter: string): string {
  const rows = text.split("\n").filter((line) => line.trim() !== "");
  const path = join(temporaryFolder, name);
  writeFileSync(path, gzipSync(rows.map((row, index) => `${index + 1}${delimiter}${row}\n`).join("")));
  return path;
}

describe("other real records", () => {
  beforeAll(() => {
    temporaryFolder = mkdtempSync(join(tmpdir(), "frostglass-others-"));
  });
  afterAll(() => rmSync(temporaryFolder, { recursive: true, force: true }));

  it.skipIf(cannotRunOn("uci-default-credit-card"))(
    "30,000 credit cards: a quoted header, and amounts such as 1e+05 that are refused",
    async () => {
      await hold("cards", realData("uci-default-credit-card", "UCI_Credit_Card.csv.gz"));
    },
    60_000,
  );

  it.skipIf(cannotRunOn("ibm-accounts-receivable"))(
    "2,466 invoices: American dates, lines that end as on Windows",
    async () => {
      await hold("receivables", realData("ibm-accounts-receivable", "accounts-receivable.csv"));
    },
    60_000,
  );

  it.skipIf(cannotRunOn("german-credit"))(
    "1,000 applicants: tabs, positions instead of a header",
    async () => {
      const file = realData("german-credit", "german.data");
      await hold("applicants", numbered("german.data", readFileSync(file, "utf8"), "\t"), file);
    },
    60_000,
  );

  it.skipIf(cannotRunOn("polish-bankruptcy")).each(["1year", "5year"])(
    "ratios of the %s: question marks for missing values, rounding",
    async (year) => {
      const file = realData("polish-bankruptcy", `${year}.arff.gz`);
      const [, rows = ""] = gunzipSync(readFileSync(file))
        .toString("utf8")
        .split(/^@data\s*$/im);
      await hold("ratios", numbered(`${year}.csv`, rows, ","), file);
    },
    60_000,
  );
});
