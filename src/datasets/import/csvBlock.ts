import { CsvError, parse } from "csv-parse/sync";
import type { Dialect } from "./mapping.js";
import { quoteInvalid } from "./recordBlocks.js";

/** The rows of a block: the bytes that its cells lie in, and where they lie. Valid until the next block is split. */
export interface BlockRows {
  readonly text: Buffer;
  readonly rows: number;
  /** Cell by cell, row by row: where it starts and where it ends. A row of another width has −1 as the start of its first cell. */
  readonly bounds: Int32Array;
  /** The physical line on which each row begins; where absent, each row has one line. */
  readonly lines?: readonly number[];
  /** How many lines the block has. */
  readonly lineCount: number;
}

const ragged = -1;
const newline = 10;
const carriageReturn = 13;

/**
 * Splits blocks of whole records into cells. Nearly every block is split where it lies: in rows that have no quote but the two around a cell, and no
 * newline inside one, only delimiters and line ends count. Every other block goes through csv-parse, which knows all of RFC 4180 and is strict.
 */
export class BlockSplitter {
  readonly #dialect: Dialect;
  readonly #width: number;
  /** By byte: what ends a run of ordinary bytes. */
  readonly #isMark = new Uint8Array(256);
  readonly #delimiter: number;
  readonly #quote: number;
  #bounds: Int32Array;

  /** `width`: how many cells a row has. */
  constructor(dialect: Dialect, width: number) {
    this.#dialect = dialect;
    this.#width = width;
    this.#delimiter = dialect.delimiter.charCodeAt(0);
    this.#quote = dialect.quote === "" ? -1 : dialect.quote.charCodeAt(0);
    for (const mark of [this.#delimiter, newline, this.#quote]) if (mark >= 0) this.#isMark[mark] = 1;
    this.#bounds = new Int32Array(2 * width * 1024);
  }

  /** `line`: the number of the block's first. Throws `import-quote-invalid`, with the fact `line`. */
  split(text: Buffer, line: number): BlockRows {
    const rows = this.#splitPlain(text);
    if (rows >= 0) return { text, rows, bounds: this.#bounds, lineCount: rows };
    return joinCells(splitStrictly(text, this.#dialect, line), this.#width);
  }

  /** How many rows the block has, a line each, whose cells are then in `#bounds`; −1 where quotes or empty lines need more than this. */
  #splitPlain(text: Buffer): number {
    let row = 0;
    for (let next = 0; next < text.length; row++) {
      const start = row * 2 * this.#width;
      if (start + 2 * this.#width > this.#bounds.length) this.#widen();
      next = this.#splitRow(text, next, start);
      if (next < 0) return -1;
    }
    return row;
  }

  /** Splits the row that starts at `at` into the bounds from `first` on; gives the start of the next row, or −1. */
  #splitRow(text: Buffer, at: number, first: number): number {
    const bounds = this.#bounds;
    const last = first + 2 * this.#width;
    let bound = first;
    for (let start = at; ; ) {
      const quoted = text[start] === this.#quote;
      const end = quoted ? this.#closingQuote(text, start + 1) : this.#endOfRun(text, start);
      if (end < 0) return -1;
      const next = quoted ? end + 1 : end;
      const isLast = text[next] === newline || (quoted && text[next] === carriageReturn && text[next + 1] === newline);
      if (!isLast && text[next] !== this.#delimiter) return -1;
      if (bound < last) {
        bounds[bound] = quoted ? start + 1 : start;
        bounds[bound + 1] = isLast && !quoted && end > start && text[end - 1] === carriageReturn ? end - 1 : end;
      }
      bound += 2;
      if (!isLast) {
        start = next + 1;
        continue;
      }
      // csv-parse takes an empty line for no row.
      if (bound === first + 2 && bounds[first] === bounds[first + 1]) return -1;
      if (bound !== last) bounds[first] = ragged;
      return text[next] === newline ? next + 1 : next + 2;
    }
  }

  /** Where the next delimiter, newline or quote stands. */
  #endOfRun(text: Buffer, start: number): number {
    const isMark = this.#isMark;
    let end = start;
    while (isMark[text[end] as number] === 0) end++;
    return end;
  }

  /** Where the quote that closes a cell stands; −1 where a newline comes before it. */
  #closingQuote(text: Buffer, start: number): number {
    for (let end = start; end < text.length && text[end] !== newline; end++) if (text[end] === this.#quote) return end;
    return -1;
  }

  #widen(): void {
    const wider = new Int32Array(2 * this.#bounds.length);
    wider.set(this.#bounds);
    this.#bounds = wider;
  }
}

/** Rows as csv-parse gives them, and the physical line on which each begins. */
export interface StrictRows {
  readonly rows: readonly (readonly string[])[];
  readonly lines: readonly number[];
  readonly lineCount: number;
}

/** Splits a block of whole records of any width. Throws `import-quote-invalid`, with the fact `line`. */
export function splitStrictly(text: Buffer, dialect: Dialect, line: number): StrictRows {
  const rows: string[][] = [];
  const lines: number[] = [];
  let start = 0;
  let current = line;
  for (const { record, info } of parseStrictly(text, dialect, line)) {
    const end = text.indexOf(newline, info.bytes - 1) + 1;
    // An empty line is no row.
    if (record.length > 1 || record[0] !== "") {
      rows.push(record);
      lines.push(current);
    }
    current += countNewlines(text, start, end);
    start = end;
  }
  return { rows, lines, lineCount: countNewlines(text, 0, text.length) };
}

interface StrictRecord {
  readonly record: string[];
  /** `bytes`: where the record ends in the block, before or after its line end. */
  readonly info: { readonly bytes: number };
}

function parseStrictly(text: Buffer, dialect: Dialect, line: number): StrictRecord[] {
  const quote = dialect.quote === "" ? null : dialect.quote;
  const options = { delimiter: dialect.delimiter, quote, escape: quote, record_delimiter: ["\r\n", "\n"], trim: dialect.trim };
  try {
    return parse(text, { ...options, relax_column_count: true, info: true }) as unknown as StrictRecord[];
  } catch (thrown) {
    // Not kept as the cause: csv-parse puts the cell into its message.
    if (thrown instanceof CsvError) throw quoteInvalid(line + faultLine(thrown) - 1);
    throw thrown;
  }
}

function faultLine(fault: CsvError): number {
  return "lines" in fault && typeof fault.lines === "number" ? fault.lines : 1;
}

function countNewlines(text: Buffer, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf(newline, start); at >= 0 && at < end; at = text.indexOf(newline, at + 1)) count++;
  return count;
}

function joinCells({ rows, lines, lineCount }: StrictRows, width: number): BlockRows {
  const bounds = new Int32Array(2 * width * rows.length);
  const cells: Buffer[] = [];
  let length = 0;
  for (const [row, record] of rows.entries()) {
    const first = 2 * width * row;
    if (record.length !== width) bounds[first] = ragged;
    else
      for (const [i, cell] of record.entries()) {
        const bytes = Buffer.from(cell, "utf8");
        cells.push(bytes);
        bounds[first + 2 * i] = length;
        length += bytes.length;
        bounds[first + 2 * i + 1] = length;
      }
  }
  return { text: Buffer.concat(cells), rows: rows.length, bounds, lines, lineCount };
}
