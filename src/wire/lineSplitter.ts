import { concat } from "../bytes/bytes.js";
import { decodeUtf8 } from "../bytes/utf8.js";
import { FrostglassError } from "../errors/error.js";

const lineFeed = 0x0a;

/**
 * Cuts a stream of bytes into lines of UTF-8. A line may come in many chunks, and a chunk may hold many lines. Once `push` has thrown, the
 * stream has no known state any more: close it.
 */
export class LineSplitter {
  readonly #maxLength: number;
  #held: Uint8Array[] = [];
  #heldLength = 0;

  /** `maxLength`: the most bytes of one line, line feed not counted. */
  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  /**
   * The lines that this chunk completes, without their line feeds. The chunk may be used again afterwards. Throws `door-line-too-long` as soon
   * as a line is too long, whole or not, and `utf8-invalid`.
   */
  push(chunk: Uint8Array): string[] {
    this.#checkLengths(chunk);
    const end = chunk.lastIndexOf(lineFeed);
    if (end < 0) {
      this.#hold(chunk);
      return [];
    }
    // A line feed byte is never part of another character in UTF-8, so everything up to the last one decodes in one pass.
    const text = decodeUtf8(this.#heldLength === 0 ? chunk.subarray(0, end) : concat(...this.#held, chunk.subarray(0, end)));
    this.#held = [];
    this.#heldLength = 0;
    this.#hold(chunk.subarray(end + 1));
    return text.split("\n");
  }

  #checkLengths(chunk: Uint8Array): void {
    let start = -this.#heldLength;
    for (let next = chunk.indexOf(lineFeed); next >= 0; next = chunk.indexOf(lineFeed, start)) {
      this.#checkLength(next - start);
      start = next + 1;
    }
    this.#checkLength(chunk.length - start);
  }

  #checkLength(length: number): void {
    if (length > this.#maxLength) {
      throw new FrostglassError("door-line-too-long", "A line at the door is too long.", { maxLength: this.#maxLength });
    }
  }

  #hold(rest: Uint8Array): void {
    if (rest.length === 0) return;
    this.#held.push(rest.slice());
    this.#heldLength += rest.length;
  }
}
