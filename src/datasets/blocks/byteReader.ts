import { FrostglassError } from "../../errors/error.js";

/** Takes the parts of a block in order; a part that the block has no room for throws `page-malformed`. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The next `length` bytes: a view, not a copy. */
  take(length: number): Uint8Array {
    const end = this.#offset + length;
    if (end > this.#bytes.length) throw malformed("a block is too short");
    const part = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return part;
  }

  takeByte(): number {
    const [byte] = this.take(1);
    return byte ?? 0;
  }

  /** Everything that is left. */
  takeRest(): Uint8Array {
    return this.take(this.#bytes.length - this.#offset);
  }

  /** Refuses bytes that no part has taken. */
  end(): void {
    if (this.#offset !== this.#bytes.length) throw malformed("a block is too long");
  }
}

/** The error for page bytes that no encoder wrote. */
export function malformed(why: string, cause?: unknown): FrostglassError {
  return new FrostglassError("page-malformed", `The bytes are not a page: ${why}.`, {}, cause === undefined ? {} : { cause });
}
