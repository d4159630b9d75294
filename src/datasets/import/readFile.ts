import { FrostglassError } from "../../errors/error.js";
import type { DatasetSchema } from "../schema.js";
import type { ByteSource } from "./byteSource.js";
import { type BlockRows, splitBlock } from "./csvBlock.js";
import { type Columns, findColumns } from "./header.js";
import type { Mapping } from "./mapping.js";
import { cutRecords, type LinePosition } from "./recordBlocks.js";
import { RowReader } from "./rowReader.js";
import type { SubjectFinder } from "./subjects.js";
import { toUtf8 } from "./transcode.js";

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

/** Reads a file's rows, block by block: bytes → whole records → UTF-8 → cells. Throws the faults of a file that `importRows` names. */
export async function* readFile(source: ByteSource, reading: Reading): AsyncGenerator<FileBlock> {
  const position: LinePosition = { line: 1 };
  let columns: Columns | undefined;
  let reader: RowReader | undefined;
  let rows = 0;
  for await (const bytes of cutRecords(source.chunks(), reading.mapping.quote, position)) {
    const utf8 = toUtf8(bytes, reading.mapping.encoding, position.line);
    const block = splitBlock(utf8, reading.mapping, columns?.width ?? 0, position.line);
    const isHeader = columns === undefined && reading.mapping.header;
    columns ??= findColumns(block.rows[0] ?? [], reading.mapping, reading.schema);
    reader ??= new RowReader(reading.schema, reading.mapping, columns, reading.subjects);
    if (!isHeader) {
      rows += block.rows.length;
      yield { ...block, reader, columns, line: position.line };
    }
    position.line += block.lineCount;
  }
  if (columns === undefined) throw new FrostglassError("import-file-empty", "The file is empty.");
  if (rows === 0) throw new FrostglassError("import-no-rows", "The file has a header and no row.");
}
