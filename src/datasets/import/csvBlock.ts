import { CsvError, parse } from "csv-parse/sync";
import { initParser, type SchemaColumn } from "udsv";
import { type ByteText, byteTextOf, encodeByteText } from "./byteText.js";
import type { Dialect } from "./mapping.js";
import { quoteInvalid } from "./recordBlocks.js";

/** The rows of a block. A row with another number of cells than the file's width is ragged; it is still here. */
export interface BlockRows {
  readonly rows: readonly (readonly ByteText[])[];
  /** The physical line on which each row begins; where absent, each row has one line. */
  readonly lines?: readonly number[];
  /** How many lines the block has. */
  readonly lineCount: number;
}

/**
 * Splits a block of whole records into cells. Nearly every block goes through udsv, which is fast but lenient: it runs a short row into the next, keeps
 * what is too much in the last cell, and drops characters after a closing quote. `isFaithful` finds every such case, and then the block goes
 * through csv-parse, which is strict. Throws `import-quote-invalid`, with the fact `line`.
 */
export function splitBlock(utf8: Buffer, dialect: Dialect, width: number, line: number): BlockRows {
  const text = byteTextOf(utf8);
  const lineCount = countOf(text, "\n");
  const rows = width < 2 ? undefined : splitFast(text, dialect, width, lineCount);
  return rows === undefined ? { ...splitStrictly(utf8, text, dialect, line), lineCount } : { rows, lineCount };
}

function splitFast(text: ByteText, dialect: Dialect, width: number, lineCount: number): ByteText[][] | undefined {
  const row = lineEnd(text, lineCount);
  const quote = dialect.quote !== "" && text.includes(dialect.quote) ? dialect.quote : "";
  if (row === undefined || (quote !== "" && !areQuotesPlain(text, quote, dialect.delimiter))) return undefined;
  const rows: ByteText[][] = [];
  const schema = { col: dialect.delimiter, row, encl: quote, esc: quote, trim: false, skip: 0, cols: columnsOf(width) };
  const parser = initParser(schema);
  parser.chunk(text, parser.stringArrs<string[]>, (cells) => {
    rows.push(cells);
  });
  return rows.length === lineCount && isFaithful(rows, text, schema, width) ? rows : undefined;
}

/** The one line end of a block; undefined where there are two, or a CR that ends no line beside CR LF. */
function lineEnd(text: ByteText, lineCount: number): string | undefined {
  const ends = text.includes("\r\n") ? countOf(text, "\r\n") : 0;
  if (ends === 0) return "\n";
  return ends === lineCount && countOf(text, "\r") === ends ? "\r\n" : undefined;
}

/** True when every quote opens a cell at its start or closes one at its end: none is doubled, stray, or followed by more of the cell. */
function areQuotesPlain(text: ByteText, quote: string, delimiter: string): boolean {
  for (let open = text.indexOf(quote); open >= 0; ) {
    if (open > 0 && text[open - 1] !== delimiter && text[open - 1] !== "\n") return false;
    const close = text.indexOf(quote, open + 1);
    const next = text[close + 1];
    if (close < 0 || (next !== delimiter && next !== "\n" && !(next === "\r" && text[close + 2] === "\n"))) return false;
    open = text.indexOf(quote, close + 1);
  }
  return true;
}

/** For udsv only the number of columns matters when cells stay texts. */
function columnsOf(width: number): SchemaColumn[] {
  return Array.from({ length: width }, () => ({ name: "", type: "s", repl: { empty: undefined, null: undefined, NaN: undefined } }));
}

/**
 * True when the rows, as many as the block has lines, are what the block says. No line end is then inside a cell (a short row would swallow
 * one), or between rows; the last cell of a row that is too long would hold a delimiter; and a row that was filled up with empty cells
 * would make the characters more than they are: each is in a cell, or a delimiter, a line end or a quote round a cell.
 */
function isFaithful(rows: readonly ByteText[][], text: ByteText, written: Written, width: number): boolean {
  let length = rows.length * (width - 1 + written.row.length) + (written.encl === "" ? 0 : countOf(text, written.encl));
  for (const cells of rows) {
    if (cells.length !== width || (cells[width - 1] as string).includes(written.col)) return false;
    for (let i = 0; i < width; i++) length += (cells[i] as string).length;
  }
  return length === text.length;
}

/** What separates cells and rows, and encloses cells. */
interface Written {
  readonly col: string;
  readonly row: string;
  readonly encl: string;
}

function splitStrictly(utf8: Buffer, text: ByteText, dialect: Dialect, line: number): { rows: ByteText[][]; lines: number[] } {
  const rows: ByteText[][] = [];
  const lines: number[] = [];
  let start = 0;
  let current = line;
  for (const { record, info } of parseStrictly(utf8, dialect, line)) {
    const end = text.indexOf("\n", info.bytes - 1) + 1;
    // An empty line is no row.
    if (record.length > 1 || record[0] !== "") {
      rows.push(record.map(encodeByteText));
      lines.push(current);
    }
    current += countOf(text.slice(start, end), "\n");
    start = end;
  }
  return { rows, lines };
}

interface StrictRecord {
  readonly record: readonly string[];
  /** `bytes`: where the record ends in the block, before or after its line end. */
  readonly info: { readonly bytes: number };
}

function parseStrictly(utf8: Buffer, dialect: Dialect, line: number): StrictRecord[] {
  const quote = dialect.quote === "" ? null : dialect.quote;
  const options = { delimiter: dialect.delimiter, quote, escape: quote, record_delimiter: ["\r\n", "\n"], trim: dialect.trim };
  try {
    return parse(utf8, { ...options, relax_column_count: true, info: true }) as unknown as StrictRecord[];
  } catch (thrown) {
    // Not kept as the cause: csv-parse puts the cell into its message.
    if (thrown instanceof CsvError) throw quoteInvalid(line + faultLine(thrown) - 1);
    throw thrown;
  }
}

function faultLine(fault: CsvError): number {
  return "lines" in fault && typeof fault.lines === "number" ? fault.lines : 1;
}

function countOf(text: string, sought: string): number {
  let count = 0;
  for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + 1)) count++;
  return count;
}
