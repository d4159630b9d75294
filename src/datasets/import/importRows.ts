import { asFrostglassError, FrostglassError } from "../../errors/error.js";
import type { DatasetSchema } from "../schema.js";
import { ByteSource } from "./byteSource.js";
import { defaultMemory, Grouping, type SubjectRecords } from "./grouping/grouping.js";
import { removeLeftRuns } from "./grouping/runFile.js";
import { type Mapping, plainMapping } from "./mapping.js";
import { type FileBlock, type Reading, readFile } from "./readFile.js";
import { type Pseudonymiser, SubjectFinder } from "./subjects.js";
import { type ImportCounts, Tally } from "./tally.js";

export type { SubjectRecords } from "./grouping/grouping.js";
export type { Pseudonymiser } from "./subjects.js";
export type { ImportCounts } from "./tally.js";

/** What a dry run needs. */
export interface CheckRequest {
  readonly schema: DatasetSchema;
  /** Without one, the header names the schema's columns and `subject` (`plainMapping`). */
  readonly mapping?: Mapping | undefined;
  /** Paths of CSV files, plain or gzip, read one after another. Each has its own header. */
  readonly files: readonly string[];
  readonly pseudonymOf: Pseudonymiser;
  /** Takes whole lines of the file of rejects, its header first. Called only when there is a line to write. */
  readonly rejects?: ((lines: string) => void | Promise<void>) | undefined;
  /** Called some 200 times at most, whatever the size of the files, and once at the end. */
  readonly progress?: ((progress: ImportProgress) => void) | undefined;
}

export interface ImportRequest extends CheckRequest {
  /** A folder of this holder's own for rows that do not fit into memory. They are sealed, under a key that is never written. */
  readonly temporaryFolder: string;
  /** The bytes of memory for rows, 48 MiB where nothing is said. The process as a whole takes some 150 MB more. */
  readonly memory?: number | undefined;
  /** How many rows may be rejected before the import fails; 0 where nothing is said. */
  readonly maxRejects?: number | undefined;
}

export interface ImportProgress {
  readonly bytesRead: number;
  readonly bytesTotal: number;
  readonly rows: number;
  readonly rejected: number;
}

export interface Imported<Result> extends ImportCounts {
  readonly subjects: number;
  readonly result: Result;
}

/**
 * Reads CSV files into records grouped by subject, and gives the groups to `publish` in ascending order of pseudonym. Nothing is given before
 * every row has been read and checked. Whether this returns or throws, no temporary file is left.
 *
 * Throws `import-too-many-rejects` and `import-nothing-accepted`; `mapping-needed`; `import-spill-failed`; `page-full`; what `publish` throws;
 * and for a file, with the fact `file` (counted from 1) and often `line`: `import-file-unreadable`, `import-file-empty`, `import-no-rows`,
 * `import-gzip-broken`, `import-encoding-invalid`, `import-row-too-long`, `import-quote-invalid`, `import-delimiter-wrong`,
 * `import-column-missing`, `import-column-repeated`.
 */
export async function importRows<Result>(
  request: ImportRequest,
  publish: (groups: AsyncIterable<SubjectRecords>) => Promise<Result>,
): Promise<Imported<Result>> {
  removeLeftRuns(request.temporaryFolder);
  const grouping = new Grouping(request.schema, { folder: request.temporaryFolder, memory: request.memory ?? defaultMemory });
  const tally = new Tally();
  try {
    const maxRejects = request.maxRejects ?? 0;
    for await (const block of readFiles(request, tally)) {
      takeRows(block, tally, grouping);
      if (tally.rejected > maxRejects + mostListed) break;
    }
    await giveRejects(request, tally);
    checkAccepted(tally, maxRejects);
    const subjects = { count: 0 };
    const result = await publish(counted(grouping.groups(), subjects));
    return { ...tally.counts(), subjects: subjects.count, result };
  } finally {
    grouping.close();
  }
}

/** How many rejects past the most allowed are listed before a failed import stops reading. */
const mostListed = 1000;

/**
 * A dry run: reads and checks every row and keeps none. Throws the faults of a file as `importRows` does; rejected rows are counted and given to
 * `rejects`, however many there are.
 */
export async function checkRows(request: CheckRequest): Promise<ImportCounts> {
  const tally = new Tally();
  for await (const block of readFiles(request, tally)) takeRows(block, tally, undefined);
  return tally.counts();
}

/** The rows of all files. After each block, what its taker put into `tally` is passed on. */
async function* readFiles(request: CheckRequest, tally: Tally): AsyncGenerator<FileBlock> {
  const reading = readingOf(request);
  const progress = progressOf(request, tally);
  let before = 0;
  for (const [i, path] of request.files.entries()) {
    const source = ofFile(i + 1, () => ByteSource.open(path));
    try {
      for await (const block of readFile(source, reading)) {
        tally.begin(i + 1, block);
        yield block;
        tally.bytesRead = before + source.bytesRead;
        await giveRejects(request, tally);
        progress(false);
      }
    } catch (thrown) {
      faultOfFile(thrown, i + 1);
    } finally {
      source.close();
    }
    before += source.bytesRead;
  }
  tally.bytesRead = before;
  progress(true);
}

function readingOf({ schema, mapping = plainMapping(schema), pseudonymOf }: CheckRequest): Reading {
  return { schema, mapping, subjects: new SubjectFinder(schema, mapping, pseudonymOf) };
}

/** Reads the rows of a block into `grouping`, where there is one. */
function takeRows(block: FileBlock, tally: Tally, grouping: Grouping | undefined): void {
  const { reader } = block;
  tally.rows += block.rows;
  for (let i = 0; i < block.rows; i++) {
    const subject = reader.read(block, i);
    if (subject === undefined) tally.reject(i);
    else if (grouping !== undefined) while (!grouping.add(subject, reader.numbers, reader.texts)) grouping.putBy();
  }
}

async function giveRejects({ rejects }: CheckRequest, tally: Tally): Promise<void> {
  const lines = tally.takeLines();
  if (lines !== "" && rejects !== undefined) await rejects(lines);
}

const mostProgress = 200;

/** A function that reports progress, but for reports that follow the last one too closely, unless it is told that this is the end. */
function progressOf({ files, progress }: CheckRequest, tally: Tally): (isEnd: boolean) => void {
  if (progress === undefined) return () => {};
  let bytesTotal = 0;
  for (const [i, path] of files.entries()) bytesTotal += ofFile(i + 1, () => ByteSource.measure(path));
  let next = 0;
  return (isEnd) => {
    if (!isEnd && tally.bytesRead < next) return;
    next = tally.bytesRead + bytesTotal / mostProgress;
    progress({ bytesRead: tally.bytesRead, bytesTotal, rows: tally.rows, rejected: tally.rejected });
  };
}

function checkAccepted(tally: Tally, maxRejects: number): void {
  const { rows, accepted, rejected } = tally.counts();
  if (rejected > maxRejects) throw tooManyRejects(tally, maxRejects);
  if (accepted === 0) throw new FrostglassError("import-nothing-accepted", "Every row was rejected.", { rows, rejected });
}

function tooManyRejects({ rejected, firstReject }: Tally, maxRejects: number): FrostglassError {
  const { file = 0, line = 0, column = "", reason = "" } = firstReject ?? {};
  const where = `file ${file}, line ${line}${column === "" ? "" : `, column ${column}`}`;
  const message = `${rejected} rows were rejected, and at most ${maxRejects} may be. The first: ${where}: ${reason}.`;
  return new FrostglassError("import-too-many-rejects", message, { rejected, maxRejects, file, line, column, reason });
}

function ofFile<Result>(file: number, act: () => Result): Result {
  try {
    return act();
  } catch (thrown) {
    return faultOfFile(thrown, file);
  }
}

function faultOfFile(thrown: unknown, file: number): never {
  const fault = asFrostglassError(thrown);
  if (fault === undefined) throw thrown;
  throw new FrostglassError(fault.code, `File ${file}: ${fault.message}`, { ...fault.facts, file }, { cause: fault });
}

async function* counted(groups: Iterable<SubjectRecords>, subjects: { count: number }): AsyncGenerator<SubjectRecords> {
  for (const group of groups) {
    subjects.count++;
    yield group;
  }
}
