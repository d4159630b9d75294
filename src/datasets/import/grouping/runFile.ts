import { closeSync, openSync, readdirSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { randomBytes } from "#crypto";
import { formatHex } from "../../../bytes/hex.js";
import { encodeUtf8 } from "../../../bytes/utf8.js";
import { open, seal } from "../../../crypto/seal.js";
import { FrostglassError } from "../../../errors/error.js";
import { copyRow, Room } from "./rowBytes.js";
import type { RowSink, RunCursor } from "./run.js";

const namePattern = /^import-[0-9a-f]{16}\.rows$/;

/** Removes what an import that was killed may have left in `folder`: an empty name at most, since a run's file loses its name at once. */
export function removeLeftRuns(folder: string): void {
  orFailed(() => {
    for (const name of readdirSync(folder)) if (namePattern.test(name)) rmSync(join(folder, name), { force: true });
  });
}

/**
 * A run on the disk, in chunks sealed under a key that is in memory only. The file has no name in its folder, so the system frees it when the process
 * ends, however it ends. Throws `import-spill-failed` when the disk does not do what it is asked.
 */
class RunFile {
  readonly #descriptor: number;
  readonly #key: Uint8Array;
  readonly #ends: number[] = [];

  private constructor(descriptor: number, key: Uint8Array) {
    this.#descriptor = descriptor;
    this.#key = key;
  }

  static create(folder: string): RunFile {
    const path = join(folder, `import-${formatHex(randomBytes(8))}.rows`);
    const descriptor = orFailed(() => openSync(path, "wx+", 0o600));
    try {
      rmSync(path, { force: true });
    } catch (cause) {
      closeSync(descriptor);
      failed(cause);
    }
    return new RunFile(descriptor, randomBytes(32));
  }

  get chunks(): number {
    return this.#ends.length;
  }

  append(plaintext: Uint8Array): void {
    const sealed = seal(this.#key, plaintext, placeOf(this.#ends.length));
    const start = this.#ends.at(-1) ?? 0;
    const written = orFailed(() => writeSync(this.#descriptor, sealed, 0, sealed.length, start));
    if (written !== sealed.length) failed(new Error("short write"));
    this.#ends.push(start + sealed.length);
  }

  read(chunk: number): Uint8Array {
    const start = this.#ends[chunk - 1] ?? 0;
    const sealed = Buffer.allocUnsafeSlow((this.#ends[chunk] ?? start) - start);
    const read = orFailed(() => readSync(this.#descriptor, sealed, 0, sealed.length, start));
    if (read !== sealed.length) failed(new Error("short read"));
    return open(this.#key, sealed, placeOf(chunk));
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** A chunk opens in its place only; another run has another key. */
function placeOf(chunk: number): Uint8Array {
  return encodeUtf8(`frostglass import rows/1 ${chunk}`);
}

function orFailed<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (cause) {
    return failed(cause);
  }
}

function failed(cause: unknown): never {
  const why = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
  throw new FrostglassError(
    "import-spill-failed",
    `The temporary file of the import could not be written or read (${why}).`,
    { why },
    { cause },
  );
}

const wordsBeforeRows = 2;

/**
 * Writes one run. The chunks are pieces one after another, each of one subject:
 *
 *     rows       4 bytes   how many rows the piece has
 *     length     4 bytes   of the rows together
 *     pseudonym  padded to a multiple of four bytes
 *     rows       rowBytes.ts
 */
export class RunWriter implements RowSink {
  readonly #file: RunFile;
  readonly #room: Room;
  #pseudonym: Uint8Array = new Uint8Array(0);
  /** Where the present piece begins, and where the next row goes. */
  #piece = 0;
  #end = 0;

  private constructor(file: RunFile, chunkLength: number) {
    this.#file = file;
    this.#room = new Room(chunkLength);
  }

  static create(folder: string, chunkLength: number): RunWriter {
    return new RunWriter(RunFile.create(folder), chunkLength);
  }

  begin(pseudonym: Uint8Array): void {
    this.#pseudonym = pseudonym;
    this.#openPiece();
  }

  #openPiece(): void {
    if (this.#end + this.#headLength() > this.#room.length) this.#turnOver();
    this.#piece = this.#end;
    this.#room.words[this.#piece >> 2] = 0;
    this.#room.words[(this.#piece >> 2) + 1] = 0;
    this.#room.bytes.set(this.#pseudonym, this.#piece + 4 * wordsBeforeRows);
    this.#end += this.#headLength();
  }

  #headLength(): number {
    return (4 * wordsBeforeRows + this.#pseudonym.length + 3) & ~3;
  }

  row(room: Room, offset: number): void {
    const length = room.words[(offset >> 2) + 1] as number;
    if (this.#end + length > this.#room.length) this.#continue(length);
    copyRow(room, offset, this.#room, this.#end, length);
    this.#end += length;
    const { words } = this.#room;
    words[this.#piece >> 2] = (words[this.#piece >> 2] as number) + 1;
    words[(this.#piece >> 2) + 1] = (words[(this.#piece >> 2) + 1] as number) + length;
  }

  /** Goes on with the present subject in another chunk. */
  #continue(length: number): void {
    if (this.#headLength() + length > this.#room.length) throw new RangeError("A row is longer than a chunk.");
    this.#turnOver();
    this.#openPiece();
  }

  #turnOver(): void {
    this.#file.append(this.#room.bytes.subarray(0, this.#end));
    this.#end = 0;
  }

  /** Writes what is left. The run is then complete; close it when it has been read. */
  finish(): StoredRun {
    if (this.#end > 0) this.#turnOver();
    return new StoredRun(this.#file, this.#room.length, this.#pseudonym.length);
  }

  /** Gives the file up after a failure. */
  abandon(): void {
    this.#file.close();
  }
}

/** A complete run on the disk. */
export class StoredRun {
  readonly #file: RunFile;
  readonly #chunkLength: number;
  readonly #pseudonymLength: number;

  constructor(file: RunFile, chunkLength: number, pseudonymLength: number) {
    this.#file = file;
    this.#chunkLength = chunkLength;
    this.#pseudonymLength = pseudonymLength;
  }

  /** A cursor at the first row. Throws `import-spill-failed`, and `seal-broken` when the file was tampered with. */
  cursor(): RunCursor {
    const cursor = new StoredCursor(this.#file, this.#chunkLength, this.#pseudonymLength);
    cursor.load();
    return cursor;
  }

  close(): void {
    this.#file.close();
  }
}

class StoredCursor implements RunCursor {
  readonly #file: RunFile;
  readonly #room: Room;
  readonly #pseudonymLength: number;
  #chunk = 0;
  #piece = 0;
  #end = 0;

  constructor(file: RunFile, chunkLength: number, pseudonymLength: number) {
    this.#file = file;
    this.#room = new Room(chunkLength);
    this.#pseudonymLength = pseudonymLength;
  }

  load(): void {
    this.#piece = 0;
    this.#end = 0;
    if (this.#chunk === this.#file.chunks) return;
    const plaintext = this.#file.read(this.#chunk++);
    this.#room.bytes.set(plaintext);
    this.#end = plaintext.length;
  }

  get pseudonym(): Uint8Array | undefined {
    if (this.#piece === this.#end) return undefined;
    const start = this.#piece + 4 * wordsBeforeRows;
    return this.#room.bytes.subarray(start, start + this.#pseudonymLength);
  }

  #rowsStart(): number {
    return (this.#piece + 4 * wordsBeforeRows + this.#pseudonymLength + 3) & ~3;
  }

  #rowsEnd(): number {
    return this.#rowsStart() + (this.#room.words[(this.#piece >> 2) + 1] as number);
  }

  deliver(sink: RowSink): void {
    const { words } = this.#room;
    const end = this.#rowsEnd();
    for (let offset = this.#rowsStart(); offset < end; offset += words[(offset >> 2) + 1] as number) sink.row(this.#room, offset);
  }

  advance(): void {
    this.#piece = this.#rowsEnd();
    if (this.#piece === this.#end) this.load();
  }
}
