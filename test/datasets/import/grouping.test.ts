import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { formatHex } from "../../../src/bytes/hex.js";
import { TextValue } from "../../../src/datasets/import/cells.js";
import { Grouping, type GroupingOptions } from "../../../src/datasets/import/grouping/grouping.js";
import { PageSink } from "../../../src/datasets/import/grouping/pageSink.js";
import { Room, rowForm, rowLength, writeRow } from "../../../src/datasets/import/grouping/rowBytes.js";
import { TextTable } from "../../../src/datasets/import/grouping/textTable.js";
import type { KnownSubject } from "../../../src/datasets/import/subjects.js";
import { mostRecords } from "../../../src/datasets/pageColumns.js";
import { refusal } from "../refusal.js";
import { folderFor, type PlainRow, plainRows, pseudonymOf, refused, runImport, sales, salesHeader, salesMapping } from "./importing.js";

const folder = folderFor(afterAll);
const mappingText = salesMapping();

interface Row {
  readonly subject: number;
  readonly numbers: readonly number[];
  readonly buyer: string | undefined;
}

const rowOf: fc.Arbitrary<Row> = fc.record({
  subject: fc.integer({ min: 0, max: 7 }),
  numbers: fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.maxSafeInteger(), fc.constantFrom(0, 1)),
  buyer: fc.option(fc.constantFrom("A1", "A2", "B", "王府井", "x".repeat(40), "𠀀"), { nil: undefined }),
});

/** Groups rows the plain way. */
function expectedGroups(rows: readonly Row[]): [string, PlainRow[]][] {
  const groups = new Map<string, PlainRow[]>();
  for (const { subject, numbers, buyer } of rows) {
    const key = formatHex(pseudonymOf(`S${subject}`));
    groups.set(key, [...(groups.get(key) ?? []), [...numbers, buyer]]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

function textValue(text = ""): TextValue {
  const value = new TextValue();
  value.set(Buffer.from(`,${text},`), 1, 1 + Buffer.byteLength(text));
  return value;
}

async function group(rows: readonly Row[], options: GroupingOptions, forget: boolean): Promise<[string, PlainRow[]][]> {
  const grouping = new Grouping(sales, options);
  const known = new Map<number, KnownSubject>();
  const groups: [string, PlainRow[]][] = [];
  for (const { subject, numbers, buyer } of rows) {
    if (forget || !known.has(subject))
      known.set(subject, { pseudonym: Buffer.from(pseudonymOf(`S${subject}`)).toString("latin1"), run: -1, index: 0 });
    const texts = [undefined, undefined, undefined, buyer].map(textValue);
    const add = () => grouping.add(known.get(subject) as KnownSubject, Float64Array.of(...numbers, Number.NaN), texts);
    if (!add()) {
      grouping.putBy();
      expect(add()).toBe(true);
    }
  }
  for (const records of grouping.groups()) groups.push([formatHex(records.pseudonym), plainRows(sales, records)]);
  grouping.close();
  return groups;
}

describe("grouping", () => {
  it("gives the same groups, in the same order, however little memory it has and however often runs are merged", async () => {
    const options = fc.record({
      memory: fc.constantFrom(200, 300, 1000, 100_000),
      chunkLength: fc.constantFrom(128, 512),
      fanIn: fc.constantFrom(2, 3, 64),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(rowOf, { maxLength: 40 }), options, fc.boolean(), async (rows, limits, forget) => {
        expect(await group(rows, { folder, ...limits }, forget)).toEqual(expectedGroups(rows));
      }),
      { numRuns: 60 },
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it("gives the same through the whole import, with and without the disk", async () => {
    const subjects = Array.from({ length: 500 }, (_none, i) => `E${((i * 7919) % 500) + 1}`);
    const lines = Array.from({ length: 6000 }, (_none, i) => `${subjects[(i * 31) % 500]},2017/7/${(i % 28) + 1},${i}.5,有效,A${i % 97}`);
    const content = `${salesHeader}\n${lines.join("\n")}\n`;
    const inMemory = await runImport(folder, [content], { mappingText });
    const onDisk = await runImport(folder, [content], { mappingText, memory: 30_000 });
    expect(onDisk.result).toEqual(inMemory.result);
    expect(onDisk.order).toEqual(inMemory.order);
    expect(onDisk).toMatchObject({ subjects: 500, accepted: 6000 });
  });

  it("refuses a page of more records than a page holds", () => {
    const form = rowForm(sales);
    const texts = sales.columns.map(() => new TextValue());
    const room = new Room(rowLength(form, new Float64Array(4), texts));
    writeRow(room, 0, form, 0, room.length, new Float64Array(4), texts);
    const sink = new PageSink(form);
    for (let i = 0; i < mostRecords; i++) sink.row(room, 0);
    refusal(() => sink.row(room, 0), "page-full");
  });

  it("refuses memory that holds no row", async () => {
    await expect(runImport(folder, [`${salesHeader}\nE1,2017/7/18,1,有效,A\n`], { mappingText, memory: 16 })).rejects.toThrow(RangeError);
  });

  it("fails with a code when the temporary folder is not there", async () => {
    const options = { mappingText, temporaryFolder: join(folder, "none") };
    await refused(runImport(folder, [`${salesHeader}\nE1,2017/7/18,1,有效,A\n`], options), "import-spill-failed");
  });
});

describe("the temporary file", () => {
  it("has no name, and nothing readable in it", async ({ skip }) => {
    if (!existsSync("/proc/self/fd")) skip("needs /proc to see files that have no name");
    const lines = Array.from({ length: 3000 }, (_none, i) => `E${(i % 50) + 1},2017/7/18,1,有效,SECRETBUYER${i % 10}`);
    let seen = Buffer.alloc(0);
    // Looked at while the files are open: before the first group is made, all runs are there.
    const temporaryFolder = join(folder, "looked-at");
    mkdirSync(temporaryFolder);
    const progress = ({ rows }: { rows: number }) => {
      if (rows > 0) seen = Buffer.concat([seen, ...namelessFiles(temporaryFolder)]);
      expect(readdirSync(temporaryFolder)).toEqual([]);
    };
    await runImport(folder, [`${salesHeader}\n${lines.join("\n")}\n`], { mappingText, memory: 20_000, progress, temporaryFolder });
    expect(seen.length).toBeGreaterThan(100_000);
    expect(seen.includes("SECRETBUYER")).toBe(false);
    expect(seen.includes(Buffer.from(pseudonymOf("E1")))).toBe(false);
    expect(namelessFiles(temporaryFolder)).toEqual([]);
  });

  it("that a killed import left is removed by the next, and nothing else is", async () => {
    const temporaryFolder = join(folder, "left");
    mkdirSync(temporaryFolder);
    writeFileSync(join(temporaryFolder, "import-0123456789abcdef.rows"), "");
    writeFileSync(join(temporaryFolder, "import-notes.rows"), "");
    await runImport(folder, [`${salesHeader}\nE1,2017/7/18,1,有效,A\n`], { mappingText, temporaryFolder });
    expect(readdirSync(temporaryFolder)).toEqual(["import-notes.rows"]);
  });

  it("is given back when publishing fails, and the failure comes through", async () => {
    const { importRows } = await import("../../../src/datasets/import/importRows.js");
    const { parseMapping } = await import("../../../src/datasets/import/mapping.js");
    const temporaryFolder = join(folder, "failed");
    mkdirSync(temporaryFolder);
    const path = join(folder, "many.csv");
    writeFileSync(path, `${salesHeader}\n${"E1,2017/7/18,1,有效,A\n".repeat(2000)}`);
    const request = {
      schema: sales,
      mapping: parseMapping(mappingText, sales),
      files: [path],
      pseudonymOf,
      temporaryFolder,
      memory: 20_000,
    };
    const publish = async () => {
      throw new Error("disk full");
    };
    await expect(importRows(request, publish)).rejects.toThrow("disk full");
    if (existsSync("/proc/self/fd")) expect(namelessFiles(temporaryFolder)).toEqual([]);
  });
});

/** The contents of this process's open files that were in `place` and have no name any more. */
function namelessFiles(place: string): Buffer[] {
  const files: Buffer[] = [];
  for (const descriptor of readdirSync("/proc/self/fd")) {
    const path = `/proc/self/fd/${descriptor}`;
    try {
      if (readlinkSync(path).startsWith(place) && readlinkSync(path).endsWith(" (deleted)")) files.push(readFileSync(path));
    } catch {
      // The descriptor that lists the folder is gone by now.
    }
  }
  return files;
}

describe("the table of texts", () => {
  it("numbers distinct texts in the order of first use, and can be used again", () => {
    const table = new TextTable();
    const text = fc.oneof(fc.constantFrom("a", "ab", "b", "abc"), fc.string({ unit: "binary", minLength: 1, maxLength: 20 }));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 200 }), (texts) => {
        const distinct = [...new Set(texts)];
        const indexes = texts.map((one) => {
          const bytes = Buffer.from(one);
          const words = new Int32Array(2 + ((bytes.length + 3) >> 2)).fill(-1);
          words.fill(0, 1, words.length - 1);
          Buffer.from(words.buffer).set(bytes, 4);
          return table.indexOf(words, 1, bytes.length);
        });
        expect(indexes).toEqual(texts.map((one) => distinct.indexOf(one)));
        expect(table.takeTexts()).toEqual(distinct);
      }),
      { numRuns: 50 },
    );
  });
});
