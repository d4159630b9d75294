import { createHash } from "node:crypto";
import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { equalBytes } from "../../bytes/bytes.js";
import { FrostglassError } from "../../errors/error.js";
import { blockLength, damaged, formatHeader, type Member, parseHeader, readText } from "./header.js";

/*
 * A backup is a plain tar archive (POSIX ustar), so that any tar lists and unpacks it. Ours is written in one way only, and read strictly: whatever this
 * writer could not have written is refused.
 */

const chunkLength = 1 << 20;

/** What was put into an archive or taken out of it. */
export interface Copied {
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** Writes an archive aside, mode 0600. `finish` makes it durable under its name; `abandon` leaves nothing. */
export class ArchiveWriter {
  readonly #path: string;
  readonly #partial: string;
  readonly #descriptor: number;

  constructor(path: string) {
    this.#path = path;
    this.#partial = `${path}.partial`;
    rmSync(this.#partial, { force: true });
    this.#descriptor = openSync(this.#partial, "wx", 0o600);
  }

  add(path: string, mode: number, content: Uint8Array): Copied {
    return this.#addAll({ path, mode, size: content.length }, [content]);
  }

  /** Throws `backup-disturbed` when the file changes its length meanwhile. */
  addFile(path: string, source: string): Copied {
    const descriptor = openSync(source, "r");
    try {
      const { mode, size } = fstatSync(descriptor);
      return this.#addAll({ path, mode: mode & 0o777, size }, chunksOf(descriptor));
    } finally {
      closeSync(descriptor);
    }
  }

  finish(): void {
    writeAll(this.#descriptor, new Uint8Array(2 * blockLength));
    fsyncSync(this.#descriptor);
    closeSync(this.#descriptor);
    renameSync(this.#partial, this.#path);
    syncFolder(dirname(this.#path));
  }

  abandon(): void {
    closeSync(this.#descriptor);
    rmSync(this.#partial, { force: true });
  }

  #addAll(member: Member, chunks: Iterable<Uint8Array>): Copied {
    const hash = createHash("sha256");
    let bytes = 0;
    writeAll(this.#descriptor, formatHeader(member));
    for (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
      writeAll(this.#descriptor, chunk);
    }
    if (bytes !== member.size) throw new FrostglassError("backup-disturbed", "A file changed while it was copied.", { file: member.path });
    writeAll(this.#descriptor, new Uint8Array(paddingOf(bytes)));
    return { path: member.path, bytes, sha256: hash.digest("hex") };
  }
}

/** Reads an archive from its beginning, member by member. Everything throws `backup-damaged`. */
export class ArchiveReader {
  readonly #descriptor: number;

  constructor(path: string) {
    this.#descriptor = openSync(path, "r");
  }

  /** The next member, of which `copyTo` or `content` gives the bytes; undefined at the end, after which nothing may follow. */
  next(): Member | undefined {
    const header = this.#read(blockLength);
    if (header.some((byte) => byte !== 0)) return parseHeader(header);
    const rest = new Uint8Array(blockLength + 1);
    const length = readSync(this.#descriptor, rest);
    if (length !== blockLength || !equalBytes(rest, new Uint8Array(rest.length))) throw damaged("its end is missing, or more follows");
    return undefined;
  }

  /** Writes the member's bytes to a new file, and makes them durable. */
  copyTo({ path, mode, size }: Member, target: string): Copied {
    const hash = createHash("sha256");
    const descriptor = openSync(target, "wx", mode);
    try {
      for (let left = size; left > 0; left -= chunkLength) {
        const chunk = this.#read(Math.min(left, chunkLength));
        hash.update(chunk);
        writeAll(descriptor, chunk);
      }
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    this.#skipPadding(size);
    return { path, bytes: size, sha256: hash.digest("hex") };
  }

  /** The text of a small member. */
  content({ size }: Member): string {
    if (size > chunkLength) throw damaged("a member that should be small is large");
    const content = readText(this.#read(size));
    this.#skipPadding(size);
    return content;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #skipPadding(size: number): void {
    if (this.#read(paddingOf(size)).some((byte) => byte !== 0)) throw damaged("there are bytes between two members");
  }

  #read(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const read = readSync(this.#descriptor, bytes, done, length - done, null);
      if (read === 0) throw damaged("it was cut off");
      done += read;
    }
    return bytes;
  }
}

/** Makes the names in a folder durable. */
export function syncFolder(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function paddingOf(size: number): number {
  return (blockLength - (size % blockLength)) % blockLength;
}

function* chunksOf(descriptor: number): Iterable<Uint8Array> {
  const buffer = new Uint8Array(chunkLength);
  for (let read = readSync(descriptor, buffer); read > 0; read = readSync(descriptor, buffer)) yield buffer.subarray(0, read);
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
}
