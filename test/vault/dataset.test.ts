import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sha256 } from "#crypto";
import { compareBytes } from "../../src/bytes/bytes.js";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { PageBuilder } from "../../src/datasets/page.js";
import { parseSchema } from "../../src/datasets/schema.js";
import { Dataset } from "../../src/vault/records/dataset.js";
import { prepareEpoch, type SubjectRecords } from "../../src/vault/records/prepareEpoch.js";
import { codeOf } from "../note/codeOf.js";

const schema = parseSchema(`frostglass: dataset/1
name: sales
title: { en: Sales }
subject: { scheme: opaque, pattern: "E[0-9]{1,6}" }
columns:
  buyer: { type: code }
  total: { type: money, currency: CNY }
`);
const key = new Uint8Array(32).fill(3);
const secretBuyer = "BUYER-SECRET-4711";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "frostglass-dataset-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const fileOf = (epoch: number) => join(dir, `sales-${epoch}.db`);
const pseudonymOf = (subject: string) => sha256(encodeUtf8(subject)).subarray(0, 16);

async function* records(totals: Readonly<Record<string, readonly number[]>>): AsyncGenerator<SubjectRecords> {
  const subjects = Object.entries(totals).map(([subject, values]) => ({ pseudonym: pseudonymOf(subject), values }));
  for (const { pseudonym, values } of subjects.sort((a, b) => compareBytes(a.pseudonym, b.pseudonym))) {
    const builder = new PageBuilder(schema);
    for (const value of values) builder.append([Number.NaN, value], [secretBuyer, undefined]);
    yield { pseudonym, columns: builder.build() };
  }
}

async function publish(epoch: number, base: Dataset | undefined, totals: Readonly<Record<string, readonly number[]>>) {
  const prepared = await prepareEpoch({ schema, datasetKey: key, epoch, base, segmentFile: fileOf(epoch) }, records(totals));
  const epochs = [...(base?.epochs ?? []), epoch];
  return { prepared, dataset: open(epochs) };
}

function open(epochs: readonly number[]): Dataset {
  return new Dataset(schema, key, new Map(epochs.map((epoch) => [epoch, fileOf(epoch)])));
}

const totalsOf = (dataset: Dataset, subject: string) => {
  const page = dataset.lookUp(pseudonymOf(subject));
  return page === undefined ? undefined : [...page.lane(1)];
};

test("records come back, and a subject that is not there is proved absent", async () => {
  const { prepared, dataset } = await publish(1, undefined, { E1: [1, 2], E2: [3] });
  expect(prepared.subjects).toBe(2);
  expect(dataset.root).toBe(prepared.root);
  expect(totalsOf(dataset, "E1")).toEqual([1, 2]);
  expect(totalsOf(dataset, "E2")).toEqual([3]);
  expect(totalsOf(dataset, "E3")).toBeUndefined();
  dataset.readDecoy(pseudonymOf("E3"));
  dataset.close();
});

test("an epoch adds to the pages before it and changes the root; the old epoch still reads as it was", async () => {
  const first = await publish(1, undefined, { E1: [1], E2: [2] });
  const second = await publish(2, first.dataset, { E1: [10], E9: [9] });
  expect(second.prepared.root).not.toBe(first.prepared.root);
  expect(second.dataset.root).toBe(second.prepared.root);
  expect(totalsOf(second.dataset, "E1")).toEqual([1, 10]);
  expect(totalsOf(second.dataset, "E2")).toEqual([2]);
  expect(totalsOf(second.dataset, "E9")).toEqual([9]);
  expect(totalsOf(first.dataset, "E1")).toEqual([1]);
  expect(totalsOf(first.dataset, "E9")).toBeUndefined();
  first.dataset.close();
  second.dataset.close();
});

test("the same records give the same root only under the same seal: the root commits to sealed bytes", async () => {
  const first = await publish(1, undefined, { E1: [1] });
  const again = await publish(2, undefined, { E1: [1] });
  expect(again.prepared.root).not.toBe(first.prepared.root);
  first.dataset.close();
  again.dataset.close();
});

/** Runs SQL on a segment file as somebody with the disk in his hands would. */
function tamper(epoch: number, sql: string): void {
  const database = new Database(fileOf(epoch));
  database.exec(sql);
  database.close();
}

test.each([
  ["a page that was altered by one bit", "UPDATE page SET sealed = CAST(zeroblob(length(sealed)) AS BLOB)"],
  ["a page that was removed", "DELETE FROM page"],
  ["a page that was moved to another subject", "UPDATE page SET pseudonym = zeroblob(16)"],
])("%s is found at the read", async (_, sql) => {
  const { dataset } = await publish(1, undefined, { E1: [1] });
  dataset.close();
  tamper(1, sql);
  const opened = open([1]);
  expect(codeOf(() => opened.lookUp(pseudonymOf("E1")))).toBe("epoch-mismatch");
  opened.close();
});

test("an altered bucket changes the root that the log committed to", async () => {
  const { dataset, prepared } = await publish(1, undefined, { E1: [1], E2: [2] });
  dataset.close();
  tamper(1, "UPDATE bucket SET body = x'' WHERE number = (SELECT min(number) FROM bucket)");
  const opened = open([1]);
  expect(opened.root).not.toBe(prepared.root);
  opened.close();
});

test("yesterday's segment put back in place of today's changes the root", async () => {
  const first = await publish(1, undefined, { E1: [1] });
  const second = await publish(2, first.dataset, { E1: [5] });
  first.dataset.close();
  second.dataset.close();
  copyFileSync(fileOf(1), fileOf(2));
  const opened = open([1, 2]);
  expect(opened.root).not.toBe(second.prepared.root);
  opened.close();
});

test("a preparation that fails leaves no file, and the base as it was", async () => {
  const { dataset } = await publish(1, undefined, { E1: [1] });
  async function* failing(): AsyncGenerator<SubjectRecords> {
    yield* records({ E1: [7] });
    throw new Error("the source broke");
  }
  await expect(prepareEpoch({ schema, datasetKey: key, epoch: 2, base: dataset, segmentFile: fileOf(2) }, failing())).rejects.toThrow(
    "broke",
  );
  expect(readdirSync(dir)).toEqual(["sales-1.db"]);
  expect(totalsOf(dataset, "E1")).toEqual([1]);
  dataset.close();
});

test("a segment shows no record in clear", async () => {
  const { dataset } = await publish(1, undefined, { E1: [123456789], E2: [1] });
  dataset.close();
  expect(existsSync(fileOf(1))).toBe(true);
  const bytes = readFileSync(fileOf(1));
  expect(bytes.includes(secretBuyer)).toBe(false);
  expect(bytes.includes("BUYER")).toBe(false);
});
