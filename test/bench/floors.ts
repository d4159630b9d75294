import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { importPrivateKey } from "#crypto";
import { encodePage } from "#product/datasets/page.js";
import { cpuPerCall } from "./cpu.js";
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

/** The floor's own loop: eight aggregates by hand over one firm's typed arrays. `evaluating.ts` holds the evaluation against many firms in turn. */
function measureAggregates(records: number): number {
  const columns = columnsOf(1, records);
  const date = Int32Array.from(columns.lane(1));
  const buyer = Int32Array.from(columns.lane(2));
  const net = Float64Array.from(columns.lane(3));
  const total = Float64Array.from(columns.lane(5));
  const status = Uint8Array.from(columns.lane(6));
  const byBuyer = new Float64Array(columns.dictionary(2).length);
  const months = new Uint8Array(64);
  let sink = 0;
  const run = () => {
    let valid = 0;
    let sold = 0;
    let lately = 0;
    let largest = 0;
    let voids = 0;
    let netSum = 0;
    byBuyer.fill(0);
    months.fill(0);
    for (let i = 0; i < records; i++) {
      if (status[i] === 1) {
        voids++;
        continue;
      }
      const value = total[i] as number;
      const day = date[i] as number;
      valid++;
      sold += value;
      netSum += net[i] as number;
      if (value > largest) largest = value;
      if (day > 20_088) lately += value;
      if (day > 19_723) months[((day - 19_723) / 30.44) | 0] = 1;
      byBuyer[buyer[i] as number] = (byBuyer[buyer[i] as number] as number) + value;
    }
    let top = 0;
    for (let i = 0; i < byBuyer.length; i++) if ((byBuyer[i] as number) > top) top = byBuyer[i] as number;
    let active = 0;
    for (let i = 0; i < 25; i++) active += months[i] as number;
    sink += valid + sold + lately + largest + voids + netSum + top + active;
  };
  const cost = cpuPerCall(run);
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
