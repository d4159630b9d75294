import { FrostglassError } from "../../errors/error.js";

/** The longest record, with its line end, in bytes. */
export const longestRecord = 1_048_576;

const newline = 10;

/** Where reading stands in a file: the physical line, counted from 1, on which the next record begins. Kept by whoever takes the blocks. */
export interface LinePosition {
  line: number;
}

/**
 * Cuts a file's bytes into blocks of whole records, each record ended by a newline (one is added at the end of the file where it lacks). The
 * first block holds the first record alone. Bytes below 0x30 are never part of a longer character in UTF-8 or GB18030, so newlines and quotes
 * are found before decoding. A newline is inside a quoted cell exactly when the quotes before it are odd in number (RFC 4180 §2: inside
 * a quoted cell they come in pairs); what else is wrong with quotes shows when the block is parsed.
 *
 * A block lies in memory that the next one takes. Throws `import-row-too-long` and, where a quoted cell has no end, `import-quote-invalid`, with the fact `line`.
 */
export async function* cutRecords(chunks: AsyncIterable<Buffer>, quote: string, position: LinePosition): AsyncGenerator<Buffer> {
  const memory = new JoinMemory();
  let rest: Buffer = Buffer.alloc(0);
  let isFirst = true;
  for await (const chunk of chunks) {
    rest = memory.join(rest, chunk);
    if (isFirst) {
      const end = firstRecordEnd(rest, quote);
      if (end > 0) {
        isFirst = false;
        yield rest.subarray(0, end);
        rest = rest.subarray(end);
      }
    }
    const end = isFirst ? 0 : lastRecordEnd(rest, quote);
    if (end > 0) yield rest.subarray(0, end);
    rest = rest.subarray(end);
    if (rest.length > longestRecord) throw tooLong(rest, quote, position);
  }
  if (rest.length === 0) return;
  if (countOf(rest, quote, rest.length) % 2 === 1) throw quoteInvalid(position.line);
  yield Buffer.concat([rest, Buffer.of(newline)]);
}

/** Joins what is left of one chunk and the next chunk, again and again in the same memory. */
class JoinMemory {
  #bytes = Buffer.alloc(0);

  /** `rest` may lie in this memory. */
  join(rest: Buffer, chunk: Buffer): Buffer {
    const length = rest.length + chunk.length;
    const bytes = length <= this.#bytes.length ? this.#bytes : Buffer.allocUnsafeSlow(2 * length);
    rest.copy(bytes, 0);
    chunk.copy(bytes, rest.length);
    this.#bytes = bytes;
    return bytes.subarray(0, length);
  }
}

/** The end of the first record, or 0 when it is not complete. */
function firstRecordEnd(bytes: Buffer, quote: string): number {
  let end = bytes.indexOf(newline) + 1;
  while (end > 0 && countOf(bytes, quote, end) % 2 === 1) end = bytes.indexOf(newline, end) + 1;
  return end;
}

/** The end of the last complete record, or 0 when there is none. */
function lastRecordEnd(bytes: Buffer, quote: string): number {
  let end = bytes.lastIndexOf(newline) + 1;
  let odd = countOf(bytes, quote, end) % 2 === 1;
  while (odd && end > 0) {
    const earlier = end < 2 ? 0 : bytes.lastIndexOf(newline, end - 2) + 1;
    if (countOf(bytes.subarray(earlier), quote, end - earlier) % 2 === 1) odd = false;
    end = earlier;
  }
  return end;
}

function countOf(bytes: Buffer, quote: string, end: number): number {
  const byte = quote === "" ? -1 : quote.charCodeAt(0);
  let at = byte < 0 ? -1 : bytes.indexOf(byte);
  if (at < 0) return 0;
  let count = 0;
  for (; at < end; at++) if (bytes[at] === byte) count++;
  return count;
}

function tooLong(rest: Buffer, quote: string, { line }: LinePosition): FrostglassError {
  if (countOf(rest, quote, rest.length) % 2 === 1) return quoteInvalid(line);
  return new FrostglassError("import-row-too-long", `The row on line ${line} is longer than ${longestRecord} bytes.`, { line });
}

/** The fault of a quote that stands in a wrong place, or of a quoted cell without an end. */
export function quoteInvalid(line: number): FrostglassError {
  return new FrostglassError(
    "import-quote-invalid",
    `The quotes of the row on line ${line} do not fit together, so it is not known where the row ends.`,
    { line },
  );
}
