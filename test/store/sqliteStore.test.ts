import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { asFrostglassError } from "../../src/errors/error.js";
import { digestOf } from "../../src/model/digest.js";
import { takeLock } from "../../src/store/lock.js";
import { openSqliteStore } from "../../src/store/sqliteStore.js";
import type { Commit } from "../../src/store/store.js";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "frostglass-store-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const path = () => join(dir, "vault.db");

function commitOf(previousSize: number, entries: readonly string[], more: Partial<Commit> = {}): Commit {
  const size = previousSize + entries.length;
  return {
    previousSize,
    head: { size, checkpoint: `checkpoint ${size}`, governanceSeal: Uint8Array.of(size), accountsSeal: Uint8Array.of(size + 1) },
    entries: entries.map(encodeUtf8),
    governancePositions: [],
    tiles: [],
    answers: [],
    reports: [],
    accounts: new Map(),
    documents: new Map(),
    segments: [],
    droppedSegments: [],
    erasures: [],
    ...more,
  };
}

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (thrown) {
    return asFrostglassError(thrown)?.code;
  }
  return "no error";
}

test("a commit is there after the store was closed and opened again", () => {
  const token = new Uint8Array(16).fill(7);
  const text = encodeUtf8("a policy");
  const digest = digestOf(text);
  const first = openSqliteStore(path());
  first.commit(
    commitOf(0, ["a", "b"], {
      governancePositions: [1],
      answers: [{ position: 0, token, sealed: encodeUtf8("sealed"), hint: 5 }],
      reports: [{ token, sealed: encodeUtf8("report") }],
      accounts: new Map([["AAAAAAAAAAAAAAAAAAAAAA", { after: "spent" }]]),
      documents: new Map([[digest, text]]),
      segments: [
        { dataset: "sales", epoch: 1, mode: "append" },
        { dataset: "sales", epoch: 2, mode: "append" },
      ],
      tiles: [{ level: 0, number: 0, hashes: new Uint8Array(8192) }],
    }),
  );
  first.close();
  const second = openSqliteStore(path());
  expect(second.head()).toEqual({ size: 2, checkpoint: "checkpoint 2", governanceSeal: Buffer.of(2), accountsSeal: Buffer.of(3) });
  expect(second.entries(0, 2).map((entry) => Buffer.from(entry).toString())).toEqual(["a", "b"]);
  expect(second.governancePositions()).toEqual([1]);
  expect(second.findAnswer(token)?.position).toBe(0);
  expect(second.report(token)).toEqual(Buffer.from("report"));
  expect([5, 6].map((hint) => [...second.askings(hint, -1)].map(({ position }) => position))).toEqual([[0], []]);
  expect([...second.askings(5, 0)]).toEqual([]);
  expect(second.account("AAAAAAAAAAAAAAAAAAAAAA")).toBe("spent");
  expect(second.document(digest)).toEqual(Buffer.from(text));
  expect(second.segments()).toEqual([
    { dataset: "sales", since: 1, until: null },
    { dataset: "sales", since: 2, until: null },
  ]);
  expect(second.tile(0, 0)?.length).toBe(8192);
  second.close();
});

test("segments that are replaced stay, with the epoch that replaced them, until they are dropped", () => {
  const store = openSqliteStore(path());
  store.commit(commitOf(0, ["a"], { segments: [1, 2].map((epoch) => ({ dataset: "sales", epoch, mode: "append" })) }));
  store.commit(commitOf(1, ["b"], { segments: [{ dataset: "bills", epoch: 3, mode: "replace" }] }));
  store.commit(commitOf(2, ["c"], { segments: [{ dataset: "sales", epoch: 4, mode: "replace" }] }));
  store.commit(commitOf(3, ["d"], { droppedSegments: [{ dataset: "sales", since: 1, until: 4 }] }));
  expect(store.segments()).toEqual([
    { dataset: "bills", since: 3, until: null },
    { dataset: "sales", since: 2, until: 4 },
    { dataset: "sales", since: 4, until: null },
  ]);
  store.close();
});

test("a database of the first schema is brought to the newest, its segments in force", async () => {
  const { default: Database } = await import("better-sqlite3");
  const sql = readFileSync(new URL("../../src/store/migrations/0001-log-answers-accounts.sql", import.meta.url), "utf8");
  const old = new Database(path());
  old.exec(`${sql}; CREATE TABLE migration (number INTEGER PRIMARY KEY, checksum TEXT NOT NULL) STRICT;
    INSERT INTO migration VALUES (1, '${createHash("sha256").update(sql).digest("hex")}'); INSERT INTO segment VALUES ('sales', 7)`);
  old.close();
  const store = openSqliteStore(path());
  expect(store.segments()).toEqual([{ dataset: "sales", since: 7, until: null }]);
  store.close();
});

test("a commit that follows another head than the current one changes nothing", () => {
  const store = openSqliteStore(path());
  store.commit(commitOf(0, ["a"]));
  expect(codeOf(() => store.commit(commitOf(0, ["x"])))).toBe("store-conflict");
  expect(codeOf(() => store.commit(commitOf(5, ["x"])))).toBe("store-conflict");
  expect(store.head()?.size).toBe(1);
  expect(codeOf(() => store.entries(0, 2))).toBe("store-damaged");
  store.close();
});

test("a commit that fails half-way leaves nothing of itself", () => {
  const store = openSqliteStore(path());
  store.commit(commitOf(0, ["a"]));
  const token = new Uint8Array(16);
  const twice = [1, 2].map((position) => ({ position, token, sealed: new Uint8Array(1), hint: 5 }));
  expect(() => store.commit(commitOf(1, ["b", "c"], { answers: twice }))).toThrow(/UNIQUE/);
  expect(store.head()?.size).toBe(1);
  expect(store.findAnswer(token)).toBeUndefined();
  store.close();
});

test("a second opener is refused while the first lives, and let in after", () => {
  const first = openSqliteStore(path());
  expect(codeOf(() => openSqliteStore(path()))).toBe("home-in-use");
  first.close();
  openSqliteStore(path()).close();
});

test("a lock is exclusive until it is released", () => {
  const lock = takeLock(join(dir, "a.lock"), "a test");
  expect(codeOf(() => takeLock(join(dir, "a.lock"), "a test"))).toBe("home-in-use");
  lock.release();
  takeLock(join(dir, "a.lock"), "a test").release();
});

test("a database from a newer version, or with another migration, is refused", async () => {
  openSqliteStore(path()).close();
  const { default: Database } = await import("better-sqlite3");
  const change = (sql: string) => {
    const database = new Database(path());
    database.exec(sql);
    database.close();
  };
  change("INSERT INTO migration VALUES (9999, 'x')");
  expect(codeOf(() => openSqliteStore(path()))).toBe("store-too-new");
  change("DELETE FROM migration WHERE number = 9999; UPDATE migration SET checksum = 'x'");
  expect(codeOf(() => openSqliteStore(path()))).toBe("store-migration-changed");
});

test("the store's promises need these pragmas", async () => {
  const store = openSqliteStore(path());
  store.commit(commitOf(0, ["a"]));
  // WAL: the commit is in the log file beside the database before any checkpointing.
  expect(readFileSync(`${path()}-wal`).length).toBeGreaterThan(0);
  store.close();
});
