import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { importPrivateKey } from "#crypto";
import { decodePage, encodePage } from "#product/datasets/page.js";
import { cpuPerCall } from "./cpu.js";
import { byHandOf, columnsIn } from "./evaluating.js";
import { columnsOf, schema } from "./records.js";

/** What the machine charges for the parts that no answer can do without, in microseconds of processor time. */
export interface Floors {
  readonly verifyUs: number;
  readonly signUs: number;
  readonly pageReadUs: number;
  readonly gcmOpenUs: number;
  readonly aggregatesUs: number;
  readonly groupCommitUs: number;
}

/** Measures each part alone, for some tenths of a second. */
export function measureFloors(records: number, batch: number): Floors {
  const key = importPrivateKey(new Uint8Array(32).fill(9));
  const message = randomBytes(1100);
  const signature = key.sign(message);
  return {
    verifyUs: cpuPerCall(() => void key.publicKey.verify(message, signature), 600, 5),
    signUs: cpuPerCall(() => void key.sign(message), 1000, 5),
    pageReadUs: measurePageRead(records),
    gcmOpenUs: measureOpen(records),
    aggregatesUs: measureAggregates(records),
    groupCommitUs: measureCommit(batch),
  };
}

function pageOf(records: number): Uint8Array {
  return encodePage(schema, columnsOf(1, records));
}

/** One page by its key from a table of a thousand, as a prepared statement. */
function measurePageRead(records: number): number {
  return inDatabase((database) => {
    database.exec("CREATE TABLE page (id INTEGER PRIMARY KEY, pseudonym BLOB NOT NULL UNIQUE, sealed BLOB NOT NULL) STRICT");
    const insert = database.prepare("INSERT INTO page (pseudonym, sealed) VALUES (?, ?)");
    const names = Array.from({ length: 1000 }, () => randomBytes(16));
    const page = randomBytes(pageOf(records).length + 28);
    database.transaction(() => {
      for (const name of names) insert.run(name, page);
    })();
    const read = database.prepare("SELECT sealed FROM page WHERE pseudonym = ?");
    let i = 0;
    return cpuPerCall(() => void read.get(names[i++ % names.length]));
  });
}

function measureOpen(records: number): number {
  const key = randomBytes(32);
  const nonce = randomBytes(12);
  const aad = randomBytes(48);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(aad);
  const sealed = Buffer.concat([cipher.update(pageOf(records)), cipher.final()]);
  const tag = cipher.getAuthTag();
  return cpuPerCall(() => {
    const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: 16 }).setAAD(aad).setAuthTag(tag);
    decipher.update(sealed);
    decipher.final();
  });
}

/** The eight aggregates by hand, over one firm again and again. `evaluating.ts` holds the evaluation against many firms in turn. */
function measureAggregates(records: number): number {
  const columns = columnsIn(decodePage(schema, pageOf(records)));
  let sink = 0;
  const cost = cpuPerCall(() => {
    sink += byHandOf(columns).sold;
  });
  if (Number.isNaN(sink)) throw new Error("nothing was computed");
  return cost;
}

/** One durable transaction for `batch` answers: entry, sealed answer, two accounts each. Per answer. */
function measureCommit(batch: number): number {
  return inDatabase((database) => {
    database.exec(`CREATE TABLE entry (position INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
      CREATE TABLE answer (position INTEGER PRIMARY KEY, token BLOB NOT NULL UNIQUE, sealed BLOB NOT NULL) STRICT;
      CREATE TABLE account (name BLOB NOT NULL UNIQUE, state TEXT NOT NULL) STRICT;`);
    const entry = database.prepare("INSERT INTO entry VALUES (?, ?)");
    const answer = database.prepare("INSERT INTO answer VALUES (?, ?, ?)");
    const account = database.prepare("INSERT INTO account VALUES (?, ?)");
    const body = randomBytes(110);
    const sealed = randomBytes(2000);
    let position = 0;
    const commit = database.transaction(() => {
      for (let i = 0; i < batch; i++) {
        entry.run(position, body);
        answer.run(position, randomBytes(16), sealed);
        account.run(randomBytes(16), '{"epoch":1,"spent":{"invoices":5000},"questions":["0123456789abcdef"]}');
        account.run(randomBytes(16), '{"spent":{"invoices":5000}}');
        position++;
      }
    });
    return cpuPerCall(commit, 60, 5) / batch;
  });
}

function inDatabase(measure: (database: Database.Database) => number): number {
  const dir = mkdtempSync(join(tmpdir(), "frostglass-floor-"));
  const database = new Database(join(dir, "floor.db"));
  database.pragma("locking_mode = EXCLUSIVE");
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  try {
    return measure(database);
  } finally {
    database.close();
    rmSync(dir, { recursive: true, force: true });
  }
}
