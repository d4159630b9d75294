import { closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { FrostglassError } from "../errors/error.js";

/*
 * A segment is one SQLite file: the sealed pages that one epoch wrote to one dataset, and the buckets that they changed. It is
 * written aside, made durable, renamed into place, and only then named by a commit of the store; a reader never sees a half-written one. Nothing is
 * changed in it afterwards, but that erasing a subject takes its page out.
 */

const schema = `
  CREATE TABLE page (id INTEGER PRIMARY KEY, pseudonym BLOB NOT NULL UNIQUE, sealed BLOB NOT NULL) STRICT;
  CREATE TABLE bucket (number INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
`;

// A larger database page makes the chain of a blob's overflow pages shorter, and so the read; its unused tail is most of what SQLite adds to a record.
const writePragmas = ["page_size = 4096", "journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "cache_size = -8192"];

/** Writes one segment. Call `finish` to make it durable under its name, or `abandon` to leave no trace. */
export class SegmentWriter {
  readonly #path: string;
  readonly #database: Database.Database;
  readonly #page: Database.Statement<[Uint8Array, Uint8Array]>;
  readonly #bucket: Database.Statement<[number, Uint8Array]>;

  constructor(path: string) {
    this.#path = path;
    rmSync(partialPath(path), { force: true });
    this.#database = new Database(partialPath(path));
    for (const pragma of writePragmas) this.#database.pragma(pragma);
    this.#database.exec(`${schema} BEGIN`);
    this.#page = this.#database.prepare("INSERT INTO page (pseudonym, sealed) VALUES (?, ?)");
    this.#bucket = this.#database.prepare("INSERT INTO bucket (number, body) VALUES (?, ?)");
  }

  addPage(pseudonym: Uint8Array, sealed: Uint8Array): void {
    this.#page.run(pseudonym, sealed);
  }

  addBucket(number: number, body: Uint8Array): void {
    this.#bucket.run(number, body);
  }

  /** Makes the segment durable and gives it its name. When this returns, the file survives a power cut. */
  finish(): void {
    this.#database.exec("COMMIT");
    this.#database.close();
    syncPath(partialPath(this.#path));
    renameSync(partialPath(this.#path), this.#path);
    syncPath(dirname(this.#path));
  }

  abandon(): void {
    this.#database.close();
    rmSync(partialPath(this.#path), { force: true });
  }
}

/** The name under which a segment is written before it is finished; a leftover one may be removed at any start. */
function partialPath(path: string): string {
  return `${path}.partial`;
}

function syncPath(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** An open segment, for reading. */
export class Segment {
  readonly #database: Database.Database;
  readonly #page: Database.Statement<[Uint8Array], Uint8Array>;
  readonly #bucket: Database.Statement<[number], Uint8Array>;

  /** Opens a finished segment. Throws `segment-missing` when the file is not there or is no segment. */
  constructor(path: string) {
    this.#database = openReadOnly(path);
    this.#database.pragma("mmap_size = 1099511627776");
    // The file does not change while it is open, so one read transaction lasts as long as it is open: locking and unlocking costs more than a read.
    this.#database.exec("BEGIN");
    this.#page = this.#database.prepare<[Uint8Array], Uint8Array>("SELECT sealed FROM page WHERE pseudonym = ?").pluck();
    this.#bucket = this.#database.prepare<[number], Uint8Array>("SELECT body FROM bucket WHERE number = ?").pluck();
  }

  page(pseudonym: Uint8Array): Uint8Array | undefined {
    return this.#page.get(pseudonym);
  }

  bucket(number: number): Uint8Array | undefined {
    return this.#bucket.get(number);
  }

  /** All buckets that this segment changed, ascending. */
  buckets(): IterableIterator<{ number: number; body: Uint8Array }> {
    return this.#database.prepare<[], { number: number; body: Uint8Array }>("SELECT number, body FROM bucket ORDER BY number").iterate();
  }

  close(): void {
    this.#database.close();
  }
}

/** How long an erasure waits for others who read the file. */
const erasureWaitMs = 2000;

/**
 * Takes the page of a pseudonym, if there is one, out of a segment and overwrites its bytes. Durable when it returns; a crash leaves a rollback journal,
 * and doing it again finishes it. No reader of this process may have the file open. Throws `segment-in-use` when another process reads it.
 */
export function erasePage(path: string, pseudonym: Uint8Array): void {
  const database = openToErase(path);
  try {
    for (const pragma of ["journal_mode = DELETE", "synchronous = FULL", "secure_delete = ON"]) database.pragma(pragma);
    database.prepare<[Uint8Array]>("DELETE FROM page WHERE pseudonym = ?").run(pseudonym);
  } catch (cause) {
    if ((cause as { code?: string }).code?.startsWith("SQLITE_BUSY") !== true) throw cause;
    throw new FrostglassError("segment-in-use", "Another process reads a segment from which a page has to be erased.", {}, { cause });
  } finally {
    database.close();
  }
}

function openToErase(path: string): Database.Database {
  try {
    return new Database(path, { fileMustExist: true, timeout: erasureWaitMs });
  } catch (cause) {
    throw missing(cause);
  }
}

function openReadOnly(path: string): Database.Database {
  try {
    return new Database(path, { readonly: true, fileMustExist: true });
  } catch (cause) {
    throw missing(cause);
  }
}

function missing(cause: unknown): FrostglassError {
  return new FrostglassError("segment-missing", "A segment file that the database names cannot be opened.", {}, { cause });
}
