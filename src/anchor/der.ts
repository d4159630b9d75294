import { concat } from "../bytes/bytes.js";
import { FrostglassError } from "../errors/error.js";

/* The little of DER (ITU-T X.690) that time-stamps need: definite lengths in their shortest form, tags of one byte. Everything else is refused. */

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  octets: 0x04,
  empty: 0x05,
  oid: 0x06,
  time: 0x18,
  sequence: 0x30,
  set: 0x31,
  explicit0: 0xa0,
} as const;

/** One element: tag, length and contents. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = concat(...contents);
  return concat(new Uint8Array([tag, ...lengthOf(content.length)]), content);
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff];
  return [0x80 | bytes.length, ...bytes];
}

/** Reads elements one after another. Everything throws `anchor-reply-malformed`. */
export class DerReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The contents of the next element, which has to have this tag. */
  take(tag: number): Uint8Array {
    const content = this.skip(tag);
    if (content === undefined) throw malformed("an element is missing");
    return content;
  }

  /** The contents of the next element if it has this tag, or, where none is named, whatever it has; otherwise undefined. */
  skip(tag?: number): Uint8Array | undefined {
    if (this.isAtEnd || (tag !== undefined && this.#bytes[this.#at] !== tag)) return undefined;
    this.#at++;
    const length = this.#length();
    const content = this.#bytes.subarray(this.#at, this.#at + length);
    if (content.length !== length) throw malformed("it was cut off");
    this.#at += length;
    return content;
  }

  inside(tag: number): DerReader {
    return new DerReader(this.take(tag));
  }

  /** Nothing may follow. */
  end(): void {
    if (!this.isAtEnd) throw malformed("something follows its end");
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw malformed("it was cut off");
    return byte;
  }

  #length(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    const count = first & 0x7f;
    if (count < 1 || count > 3) throw malformed("a length is indefinite or too large");
    let length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + this.#byte();
    if (length < 0x80 || length < 256 ** (count - 1)) throw malformed("a length is longer than it need be");
    return length;
  }
}

export function malformed(why: string): FrostglassError {
  return new FrostglassError("anchor-reply-malformed", `The reply is not of the form of RFC 3161: ${why}.`);
}
