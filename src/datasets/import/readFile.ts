import { FrostglassError } from "../../errors/error.js";
import type { DatasetSchema } from "../schema.js";
import type { ByteSource } from "./byteSource.js";
import { type BlockRows, BlockSplitter, splitStrictly } from "./csvBlock.js";
import { type Columns, findColumns } from "./header.js";
import type { Mapping } from "./mapping.js";
import { cutRecords, type LinePosition } from "./recordBlocks.js";
import { RowReader } from "./rowReader.js";
import type { SubjectFinder } from "./subjects.js";
import { toUtf8 } from "./transcode.js";

const newline = 10;

/** How the rows of a file are to be read. */
export interface Reading {
  readonly schema: DatasetSchema;
  readonly mapping: Mapping;
  readonly subjects: SubjectFinder;
}

/** Some rows of a file, in its order, and the reader that makes records of them. */
export interface FileBlock extends BlockRows {
  readonly reader: RowReader;
  readonly columns: Columns;
  /** The physical line on which the first row begins. */
  readonly line: number;
}

/** What the first record of a file settles for all that follow. */
interface Layout {
  readonly columns: Columns;
  readonly splitter: BlockSplitter;
  readonly reader: RowReader;
}

function layOut(firstRow: readonly string[], { schema, mapping, subjects }: Reading): Layout {
  const columns = findColumns(firstRow, mapping, schema);
  return { columns, splitter: new BlockSplitter(mapping, columns.width), reader: new RowReader(schema, mapping, columns, subjects) };
}

/** What follows the first `count` lines. */
async function* withoutLines(chunks: AsyncIterable<Buffer>, count: number): AsyncGenerator<Buffer> {
  let left = count;
  for await (const chunk of chunks) {
    let from = 0;
    while (left > 0 && from < chunk.length) {
      const end = chunk.indexOf(newline, from) + 1;
      if (end > 0) left--;
      from = end > 0 ? end : chunk.length;
    }
    if (from < chunk.length) yield chunk.subarray(from);
  }
}

/** Reads a file's rows, block by block: bytes → whole records → UTF-8 → cells. Throws the faults of a file that `importRows` names. */
export async function* readFile(source: ByteSource, reading: Reading): AsyncGenerator<FileBlock> {
  const { titleLines } = reading.mapping;
  const position: LinePosition = { line: 1 + titleLines };
  let layout: Layout | undefined;
  let rows = 0;
  for await (const bytes of cutRecords(withoutLines(source.chunks(), titleLines), reading.mapping.quote, position)) {
    const utf8 = toUtf8(bytes, reading.mapping.encoding, position.line);
    const first = layout === undefined ? splitStrictly(utf8, reading.mapping, position.line) : undefined;
    layout ??= layOut(first?.rows[0] ?? [], reading);
    if (first !== undefined && reading.mapping.header) {
      position.line += first.lineCount;
      continue;
    }
    const block = layout.splitter.split(utf8, position.line);
    rows += block.rows;
    yield { ...block, ...layout, line: position.line };
    position.line += block.lineCount;
  }
  if (layout === undefined) throw new FrostglassError("import-file-empty", "The file is empty.");
  if (rows === 0) throw new FrostglassError("import-no-rows", "The file has a header and no row.");
}
