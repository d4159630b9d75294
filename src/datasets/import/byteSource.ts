import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { createGunzip } from "node:zlib";
import { asFrostglassError, FrostglassError } from "../../errors/error.js";

const chunkLength = 262_144;

/** One file of an import, read once from its start; a gzip file is known by its first two bytes (RFC 1952 §2.3.1) and unpacked. */
export class ByteSource {
  /** The file's length on the disk, packed where it is packed. */
  readonly size: number;
  readonly #descriptor: number;
  #bytesRead = 0;
  #isClosed = false;

  private constructor(descriptor: number, size: number) {
    this.#descriptor = descriptor;
    this.size = size;
  }

  /** Opens a regular file. Throws `import-file-unreadable`. Close it, whatever happens. */
  static open(path: string): ByteSource {
    // Without waiting, since a pipe would have us wait for who writes into it before we know that it is no file.
    const descriptor = orUnreadable(() => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
    try {
      const status = orUnreadable(() => fstatSync(descriptor));
      if (!status.isFile()) throw new FrostglassError("import-file-unreadable", "It is not a regular file.");
      return new ByteSource(descriptor, status.size);
    } catch (cause) {
      closeSync(descriptor);
      throw cause;
    }
  }

  /** The length of a file on the disk. Throws `import-file-unreadable`. */
  static measure(path: string): number {
    return orUnreadable(() => statSync(path)).size;
  }

  /** The bytes read from the disk so far. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** The file's bytes, unpacked, once. A chunk is valid until the next is asked for. Throws `import-file-unreadable` and `import-gzip-broken`. */
  async *chunks(): AsyncGenerator<Buffer> {
    const isPacked = orUnreadable(() => this.#isPacked());
    try {
      yield* isPacked ? this.#unpack() : this.#read();
    } catch (cause) {
      if (asFrostglassError(cause) !== undefined) throw cause;
      if (isPacked && isZlibFault(cause))
        throw new FrostglassError("import-gzip-broken", "The gzip file is damaged or cut short.", { size: this.size }, { cause });
      unreadable(cause);
    }
  }

  #isPacked(): boolean {
    const head = Buffer.alloc(2);
    return readSync(this.#descriptor, head, 0, 2, 0) === 2 && head[0] === 0x1f && head[1] === 0x8b;
  }

  // To wait for another thread costs more than to read, so reading does not; but whatever else this process does has its turn after each chunk.
  async *#read(): AsyncGenerator<Buffer> {
    const chunk = Buffer.allocUnsafeSlow(chunkLength);
    while (!this.#isClosed) {
      const length = orUnreadable(() => readSync(this.#descriptor, chunk, 0, chunkLength, this.#bytesRead));
      if (length === 0) return;
      this.#bytesRead += length;
      yield chunk.subarray(0, length);
      await setImmediate();
    }
  }

  async *#unpack(): AsyncGenerator<Buffer> {
    const packed = Readable.from(copies(this.#read()), { highWaterMark: 1 });
    const unpacked = createGunzip({ chunkSize: chunkLength });
    packed.on("error", (fault) => unpacked.destroy(fault));
    yield* packed.pipe(unpacked);
  }

  close(): void {
    this.#isClosed = true;
    closeSync(this.#descriptor);
  }
}

async function* copies(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}

function orUnreadable<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (cause) {
    return unreadable(cause);
  }
}

function isZlibFault(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" && cause.code.startsWith("Z_");
}

function unreadable(cause: unknown): never {
  const why = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
  throw new FrostglassError("import-file-unreadable", `The file could not be read (${why}).`, { why }, { cause });
}
