import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { sha256 } from "#crypto";
import { formatHex } from "../../../src/bytes/hex.js";
import { encodeUtf8 } from "../../../src/bytes/utf8.js";
import { checkRows, type Imported, type ImportRequest, importRows, type SubjectRecords } from "../../../src/datasets/import/importRows.js";
import { parseMapping } from "../../../src/datasets/import/mapping.js";
import { type DatasetSchema, parseSchema } from "../../../src/datasets/schema.js";
import type { ErrorCode } from "../../../src/errors/codes.js";
import { FrostglassError } from "../../../src/errors/error.js";

export const salesText = `frostglass: dataset/1
name: sales
title: { en: Sales }
subject: { scheme: opaque, pattern: "E[1-9][0-9]{0,5}" }
columns:
  date: { type: date }
  net: { type: money, currency: CNY }
  status: { type: enum, members: [valid, void] }
  buyer: { type: code, optional: true }
`;

export const sales: DatasetSchema = parseSchema(salesText);

export const salesMapping = (extra = ""): string => `frostglass: mapping/1
dataset: sales
${extra}
subject: { column: 企业 }
columns:
  date: { column: 日期, pattern: y/m/d }
  net: { column: 金额, unit: yuan }
  status: { column: 状态, values: { 有效: valid, 作废: void } }
  buyer: { column: 购方 }
`;

export const salesHeader = "企业,日期,金额,状态,购方";

/** A folder that is removed when the test file is done; `after` is vitest's afterAll. */
export function folderFor(after: (clean: () => void) => void): string {
  const folder = mkdtempSync(join(tmpdir(), "frostglass-import-"));
  after(() => rmSync(folder, { recursive: true }));
  return folder;
}

let files = 0;

export function writeFile(folder: string, content: string | Uint8Array): string {
  const path = join(folder, `file-${++files}.csv`);
  writeFileSync(path, content);
  return path;
}

/** One subject's records as rows of plain values, missing ones undefined. */
export type PlainRow = readonly (number | string | undefined)[];

export const pseudonymOf = (id: string): Uint8Array => sha256(encodeUtf8(id));
export const pseudonymHex = (id: string): string => formatHex(pseudonymOf(id));

export function plainRows(schema: DatasetSchema, { columns }: SubjectRecords): PlainRow[] {
  return Array.from({ length: columns.records }, (_none, record) =>
    schema.columns.map((column, i) => {
      const value = columns.lane(i)[record] as number;
      if (Number.isNaN(value)) return undefined;
      return column.type === "code" ? columns.dictionary(i)[value] : value;
    }),
  );
}

export interface Run extends Imported<ReadonlyMap<string, readonly PlainRow[]>> {
  /** The pseudonyms in the order in which they came. */
  readonly order: readonly string[];
  readonly rejects: string;
}

export interface RunOptions extends Partial<ImportRequest> {
  readonly mappingText?: string;
}

/** Imports CSV contents and gives back what came out. */
export async function runImport(folder: string, contents: readonly (string | Uint8Array)[], options: RunOptions = {}): Promise<Run> {
  const { mappingText, schema = sales, ...rest } = options;
  const temporaryFolder = join(folder, "temporary");
  mkdirSync(temporaryFolder, { recursive: true });
  const mapping = mappingText === undefined ? undefined : parseMapping(mappingText, schema);
  let rejects = "";
  const order: string[] = [];
  const sink = (lines: string) => {
    rejects += lines;
  };
  const paths = contents.map((content) => writeFile(folder, content));
  const request: ImportRequest = { schema, mapping, files: paths, pseudonymOf, temporaryFolder, maxRejects: 1e9, rejects: sink, ...rest };
  try {
    const imported = await importRows(request, async (groups) => {
      const rows = new Map<string, PlainRow[]>();
      for await (const group of groups) {
        order.push(formatHex(group.pseudonym));
        rows.set(formatHex(group.pseudonym), plainRows(schema, group));
      }
      return rows;
    });
    return { ...imported, order, rejects };
  } finally {
    expect(readdirSync(temporaryFolder)).toEqual([]);
  }
}

/** A dry run over contents. */
export async function dryRun(folder: string, contents: readonly (string | Uint8Array)[], mappingText?: string) {
  const mapping = mappingText === undefined ? undefined : parseMapping(mappingText, sales);
  let rejects = "";
  const sink = (lines: string) => {
    rejects += lines;
  };
  const paths = contents.map((content) => writeFile(folder, content));
  return { ...(await checkRows({ schema: sales, mapping, files: paths, pseudonymOf, rejects: sink })), rejects };
}

/** The FrostglassError of that code that a promise is rejected with. */
export async function refused(promise: Promise<unknown>, code: ErrorCode): Promise<FrostglassError> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(FrostglassError);
  expect((thrown as FrostglassError).code).toBe(code);
  return thrown as FrostglassError;
}
