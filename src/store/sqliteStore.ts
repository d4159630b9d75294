import type Database from "better-sqlite3";
import { parseBase64Url } from "../bytes/base64.js";
import { FrostglassError } from "../errors/error.js";
import type { Digest } from "../model/digest.js";
import { askingKey, blockOf, keysOf, positionOf } from "./askingKey.js";
import { openExclusively } from "./exclusive.js";
import { migrate, pendingMigrations } from "./migrate.js";
import type { AccountRow, Commit, Head, NewAnswer, SegmentChange, SegmentRow, Store, StoredAnswer } from "./store.js";

const migrations = new URL("./migrations/", import.meta.url);

/**
 * The embedded store: one SQLite file in WAL mode with `synchronous=FULL`, so that a commit is on the disk when it returns.
 * `locking_mode=EXCLUSIVE` keeps every other process out for as long as this one lives, kill -9 included. Throws `home-in-use` when
 * another process holds the file.
 */
export function openSqliteStore(path: string): Store {
  const database = openExclusively(path);
  try {
    migrate(database, migrations);
    return new SqliteStore(database);
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

/** What a look at a store finds. */
export interface StoreInspection {
  /** How many migrations the next start will run; the rest is known only where there are none. */
  readonly pendingMigrations: number;
  readonly head: Head | undefined;
  readonly segments: readonly SegmentRow[];
}

/** Looks at the store of a stopped vault and changes nothing. Throws what `openSqliteStore` throws. */
export function inspectStore(path: string): StoreInspection {
  const database = openExclusively(path);
  try {
    const count = pendingMigrations(database, migrations);
    if (count > 0) return { pendingMigrations: count, head: undefined, segments: [] };
    const store = new SqliteStore(database);
    return { pendingMigrations: 0, head: store.head(), segments: store.segments() };
  } finally {
    database.close();
  }
}

/** How many pages are copied in one turn of the event loop: about a megabyte. */
const copiedPages = 256;

class SqliteStore implements Store {
  readonly #database: Database.Database;
  readonly #write: (commit: Commit) => void;
  readonly #read;
  readonly #insert;

  constructor(database: Database.Database) {
    this.#database = database;
    this.#read = prepareReads(database);
    this.#insert = prepareWrites(database);
    this.#write = database.transaction((commit: Commit) => this.#writeAll(commit)).immediate;
  }

  head(): Head | undefined {
    return this.#read.head.get();
  }

  entries(from: number, to: number): Uint8Array[] {
    const rows = this.#read.entries.all(from, to);
    if (rows.length !== to - from)
      throw new FrostglassError("store-damaged", "The database lacks entries that its head counts.", { from, to });
    return rows;
  }

  governancePositions(): number[] {
    return this.#read.governance.all();
  }

  tile(level: number, number: number): Uint8Array | undefined {
    return this.#read.tile.get(level, number);
  }

  answers(from: number, to: number, most: number): StoredAnswer[] {
    return this.#read.answers.all(from, to, most);
  }

  findAnswer(token: Uint8Array): { position: number; sealed: Uint8Array } | undefined {
    return this.#read.answer.get(token);
  }

  report(token: Uint8Array): Uint8Array | undefined {
    return this.#read.report.get(token);
  }

  *askings(hint: number, after: number): Iterable<StoredAnswer> {
    const size = this.head()?.size ?? 0;
    for (let block = blockOf(after + 1); block <= blockOf(size); block++)
      for (const position of this.#read.askings.all(...keysOf(hint, block)).map(positionOf)) {
        const found = position > after ? this.#read.answerAt.get(position) : undefined;
        if (found !== undefined) yield found;
      }
  }

  account(name: string): string | undefined {
    return this.#read.account.get(parseBase64Url(name));
  }

  accounts(): Iterable<AccountRow> {
    return this.#read.accounts.iterate();
  }

  document(digest: Digest): Uint8Array | undefined {
    return this.#read.document.get(digest);
  }

  segments(): SegmentRow[] {
    return this.#read.segments.all();
  }

  pendingErasures(): Uint8Array[] {
    return this.#read.erasures.all();
  }

  forgetErasures(): void {
    this.#insert.forgetErasures.run();
  }

  commit(commit: Commit): void {
    this.#write(commit);
  }

  async copyTo(path: string): Promise<void> {
    await this.#database.backup(path, { progress: () => copiedPages });
  }

  close(): void {
    this.#database.close();
  }

  #writeAll(commit: Commit): void {
    this.#swapHead(commit);
    const insert = this.#insert;
    for (const [i, body] of commit.entries.entries()) insert.entry.run(commit.previousSize + i, body);
    for (const position of commit.governancePositions) insert.governance.run(position);
    for (const tile of commit.tiles) insert.tile.run(tile.level, tile.number, tile.hashes);
    for (const answer of commit.answers) this.#addAnswer(answer);
    for (const { token, sealed } of commit.reports) insert.report.run(token, sealed);
    for (const [name, { after }] of commit.accounts) insert.account.run(parseBase64Url(name), after);
    for (const [digest, body] of commit.documents) insert.document.run(digest, body);
    for (const change of commit.segments) this.#changeSegments(change);
    for (const { dataset, since } of commit.droppedSegments) insert.dropSegment.run(dataset, since);
    for (const sealed of commit.erasures) insert.erasure.run(sealed);
  }

  #addAnswer({ position, token, sealed, hint }: NewAnswer): void {
    this.#insert.answer.run(position, token, sealed);
    this.#insert.asking.run(askingKey(hint, position));
  }

  /** The compare-and-swap of SPECS "Order of writing": exactly one row must change, or two writers would fork the log. */
  #swapHead(commit: Commit): void {
    const { size, checkpoint, governanceSeal, accountsSeal } = commit.head;
    const first = commit.previousSize === 0 && this.head() === undefined;
    const changed = first
      ? this.#insert.firstHead.run(size, checkpoint, governanceSeal, accountsSeal)
      : this.#insert.head.run(size, checkpoint, governanceSeal, accountsSeal, commit.previousSize);
    if (changed.changes !== 1) throw new FrostglassError("store-conflict", "The log's head is not the one that this commit follows.");
  }

  #changeSegments({ dataset, epoch, mode }: SegmentChange): void {
    if (mode === "replace") this.#insert.endSegments.run(epoch, dataset);
    this.#insert.segment.run(dataset, epoch);
  }
}

function prepareReads(database: Database.Database) {
  return {
    head: database.prepare<[], Head>(
      "SELECT size, checkpoint, governance_seal AS governanceSeal, accounts_seal AS accountsSeal FROM head WHERE one = 1",
    ),
    entries: database
      .prepare<[number, number], Uint8Array>("SELECT body FROM entry WHERE position >= ? AND position < ? ORDER BY position")
      .pluck(),
    governance: database.prepare<[], number>("SELECT position FROM governance ORDER BY position").pluck(),
    tile: database.prepare<[number, number], Uint8Array>("SELECT hashes FROM tile WHERE level = ? AND number = ?").pluck(),
    answers: database.prepare<[number, number, number], StoredAnswer>(
      "SELECT position, token, sealed FROM answer WHERE position >= ? AND position < ? ORDER BY position LIMIT ?",
    ),
    answer: database.prepare<[Uint8Array], { position: number; sealed: Uint8Array }>("SELECT position, sealed FROM answer WHERE token = ?"),
    report: database.prepare<[Uint8Array], Uint8Array>("SELECT sealed FROM report WHERE token = ?").pluck(),
    askings: database.prepare<[number, number], number>("SELECT key FROM asking WHERE key BETWEEN ? AND ? ORDER BY key").pluck(),
    answerAt: database.prepare<[number], StoredAnswer>("SELECT position, token, sealed FROM answer WHERE position = ?"),
    account: database.prepare<[Uint8Array], string>("SELECT state FROM account WHERE name = ?").pluck(),
    accounts: database.prepare<[], AccountRow>("SELECT name, state FROM account ORDER BY name"),
    document: database.prepare<[string], Uint8Array>("SELECT body FROM document WHERE digest = ?").pluck(),
    segments: database.prepare<[], SegmentRow>("SELECT dataset, since, until FROM segment ORDER BY dataset, since"),
    erasures: database.prepare<[], Uint8Array>("SELECT sealed FROM pending_erasure ORDER BY rowid").pluck(),
  };
}

function prepareWrites(database: Database.Database) {
  return {
    firstHead: database.prepare<[number, string, Uint8Array, Uint8Array]>(
      "INSERT INTO head (one, size, checkpoint, governance_seal, accounts_seal) VALUES (1, ?, ?, ?, ?)",
    ),
    head: database.prepare<[number, string, Uint8Array, Uint8Array, number]>(
      "UPDATE head SET size = ?, checkpoint = ?, governance_seal = ?, accounts_seal = ? WHERE one = 1 AND size = ?",
    ),
    entry: database.prepare<[number, Uint8Array]>("INSERT INTO entry (position, body) VALUES (?, ?)"),
    governance: database.prepare<[number]>("INSERT INTO governance (position) VALUES (?)"),
    tile: database.prepare<[number, number, Uint8Array]>("INSERT INTO tile (level, number, hashes) VALUES (?, ?, ?)"),
    answer: database.prepare<[number, Uint8Array, Uint8Array]>("INSERT INTO answer (position, token, sealed) VALUES (?, ?, ?)"),
    report: database.prepare<[Uint8Array, Uint8Array]>("INSERT INTO report (token, sealed) VALUES (?, ?)"),
    asking: database.prepare<[number]>("INSERT INTO asking (key) VALUES (?)"),
    account: database.prepare<[Uint8Array, string]>(
      "INSERT INTO account (name, state) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET state = excluded.state",
    ),
    document: database.prepare<[string, Uint8Array]>("INSERT INTO document (digest, body) VALUES (?, ?) ON CONFLICT DO NOTHING"),
    endSegments: database.prepare<[number, string]>("UPDATE segment SET until = ? WHERE dataset = ? AND until IS NULL"),
    segment: database.prepare<[string, number]>("INSERT INTO segment (dataset, since) VALUES (?, ?)"),
    dropSegment: database.prepare<[string, number]>("DELETE FROM segment WHERE dataset = ? AND since = ?"),
    erasure: database.prepare<[Uint8Array]>("INSERT INTO pending_erasure (sealed) VALUES (?)"),
    forgetErasures: database.prepare<[]>("DELETE FROM pending_erasure"),
  };
}
