import type { ReadStream } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { asFrostglassError, FrostglassError } from "../../errors/error.js";

const chunkLength = 65536;

/** One file of an import, read once from its start; a gzip file is known by its first two bytes (RFC 1952 §2.3.1) and unpacked. */
export class ByteSource {
  /** The file's length on the disk, packed where it is packed. */
  readonly size: number;
  readonly #file: ReadStream;
  readonly #packed: boolean;

  private constructor(file: ReadStream, size: number, packed: boolean) {
    this.#file = file;
    this.size = size;
    this.#packed = packed;
  }

  /** Opens a regular file. Throws `import-file-unreadable`. Close it, whatever happens. */
  static async open(path: string): Promise<ByteSource> {
    const handle = await open(path, "r").catch(unreadable);
    try {
      const status = await handle.stat();
      if (!status.isFile()) throw new FrostglassError("import-file-unreadable", "It is not a regular file.");
      const packed = await isPacked(handle);
      return new ByteSource(handle.createReadStream({ start: 0, highWaterMark: chunkLength }), status.size, packed);
    } catch (cause) {
      await handle.close();
      throw cause;
    }
  }

  /** The length of a file on the disk. Throws `import-file-unreadable`. */
  static async measure(path: string): Promise<number> {
    return (await stat(path).catch(unreadable)).size;
  }

  /** The bytes read from the disk so far. */
  get bytesRead(): number {
    return this.#file.bytesRead;
  }

  /** The file's bytes, unpacked, once. Throws `import-file-unreadable` and `import-gzip-broken`. */
  async *chunks(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of this.#packed ? this.#unpack() : this.#file) yield chunk as Buffer;
    } catch (cause) {
      if (asFrostglassError(cause) !== undefined) throw cause;
      if (this.#packed && isZlibFault(cause))
        throw new FrostglassError("import-gzip-broken", "The gzip file is damaged or cut short.", { size: this.size }, { cause });
      unreadable(cause);
    }
  }

  #unpack(): AsyncIterable<Buffer> {
    const unpacked = createGunzip({ chunkSize: chunkLength });
    this.#file.on("error", (fault) => unpacked.destroy(fault));
    return this.#file.pipe(unpacked);
  }

  close(): void {
    this.#file.destroy();
  }
}

async function isPacked(handle: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
  return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
}

function isZlibFault(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" && cause.code.startsWith("Z_");
}

function unreadable(cause: unknown): never {
  const why = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
  throw new FrostglassError("import-file-unreadable", `The file could not be read (${why}).`, { why }, { cause });
}
