import type { PageColumns } from "../../pageColumns.js";
import type { DatasetSchema } from "../../schema.js";
import type { TextValue } from "../cells.js";
import type { KnownSubject } from "../subjects.js";
import { PageSink } from "./pageSink.js";
import { RowArena } from "./rowArena.js";
import { type RowForm, rowForm } from "./rowBytes.js";
import { mergeRuns, type RunCursor } from "./run.js";
import { RunWriter, type StoredRun } from "./runFile.js";

/** The records of one subject that an import brings, under its pseudonym. */
export interface SubjectRecords {
  readonly pseudonym: Uint8Array;
  /** In the order of the files and their rows. Valid until the next subject is asked for. */
  readonly columns: PageColumns;
}

export interface GroupingOptions {
  /** Where rows may be put by for a while, sealed. */
  readonly folder: string;
  /** The bytes of memory for rows before they go to the disk. */
  readonly memory: number;
  /** For tests: the length of a sealed chunk, and how many runs are merged into one. */
  readonly chunkLength?: number;
  readonly fanIn?: number;
}

export const defaultMemory = 50_331_648;
// With 64 runs of 48 MiB a second pass over the rows begins at 3 GiB of them; 64 chunks are 4 MiB.
const defaultChunkLength = 65_536;
const defaultFanIn = 64;

/**
 * Groups rows by subject in bounded memory, however many there are: an external merge sort by pseudonym. Rows are gathered in memory; when that
 * is full they are sorted and put by as a run; at the end the runs are merged. Runs of one level are merged into one of the next when there
 * are `fanIn` of them, so that few are open at a time.
 */
export class Grouping {
  readonly #form: RowForm;
  readonly #options: GroupingOptions;
  readonly #arena: RowArena;
  /** In the order of import; levels never rise from one to the next. */
  readonly #runs: { readonly level: number; readonly run: StoredRun }[] = [];

  constructor(schema: DatasetSchema, options: GroupingOptions) {
    this.#form = rowForm(schema);
    this.#options = options;
    this.#arena = new RowArena(this.#form, options.memory);
  }

  /** Adds a row; false when memory is full: then `putBy`, and add it again. Both lists go by the position of the schema's column. */
  add(subject: KnownSubject, numbers: Float64Array, texts: readonly TextValue[]): boolean {
    return this.#arena.add(subject, numbers, texts);
  }

  /** Puts the rows in memory by on the disk. Throws `import-spill-failed`. */
  putBy(): void {
    if (this.#arena.rows === 0) throw new RangeError("The memory given to an import holds no row.");
    this.#runs.push({ level: 0, run: this.#store([this.#arena.sorted()]) });
    this.#arena.clear();
    this.#mergeFullLevels();
  }

  #mergeFullLevels(): void {
    const fanIn = this.#options.fanIn ?? defaultFanIn;
    for (;;) {
      const level = this.#runs.at(-1)?.level ?? 0;
      const full = this.#runs.slice(-fanIn);
      if (full.length < fanIn || full.some((run) => run.level !== level)) return;
      const merged = this.#store(full.map(({ run }) => run.cursor()));
      this.#runs.splice(-fanIn, fanIn, { level: level + 1, run: merged });
      for (const { run } of full) run.close();
    }
  }

  #store(cursors: readonly RunCursor[]): StoredRun {
    const writer = RunWriter.create(this.#options.folder, this.#options.chunkLength ?? defaultChunkLength);
    try {
      for (const _pseudonym of mergeRuns(cursors, writer));
      return writer.finish();
    } catch (cause) {
      writer.abandon();
      throw cause;
    }
  }

  /** The subjects in ascending order of pseudonym, once. Throws `page-full`, `import-spill-failed`, `seal-broken`. */
  *groups(): Generator<SubjectRecords> {
    const cursors = [...this.#runs.map(({ run }) => run.cursor()), this.#arena.sorted()];
    const pages = new PageSink(this.#form);
    for (const pseudonym of mergeRuns(cursors, pages)) yield { pseudonym, columns: pages.takePage() };
  }

  /** Gives memory and disk back. */
  close(): void {
    for (const { run } of this.#runs.splice(0)) run.close();
    this.#arena.clear();
  }
}
