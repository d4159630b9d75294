import type { FileBlock } from "./readFile.js";
import { formatReject, type Reject, rejectHeader } from "./rejects.js";

export interface ImportCounts {
  readonly rows: number;
  readonly accepted: number;
  readonly rejected: number;
  /** What was wrong with the rejected rows, the most frequent first. */
  readonly reasons: readonly RejectReason[];
  /** The headers (or positions) of the columns that nothing was taken from, each once. */
  readonly ignoredColumns: readonly string[];
  /** As on the disk. */
  readonly bytesRead: number;
}

/** One column and reason for which rows were rejected, how many, and the first of them. */
export interface RejectReason extends Reject {
  readonly rows: number;
}

/** Counts what an import reads, and keeps the lines about rejected rows until they are passed on. */
export class Tally {
  rows = 0;
  rejected = 0;
  bytesRead = 0;
  /** The first rejected row, for the message of a failed import. */
  firstReject: Reject | undefined;
  readonly #ignored = new Set<string>();
  /** By column and reason, which are few: the columns of the schema times the reasons. */
  readonly #reasons = new Map<string, RejectReason>();
  #file = 0;
  #block: FileBlock | undefined;
  #lines = "";

  /** The rows that are rejected next are those of `block`, from the file of that number. */
  begin(file: number, block: FileBlock): void {
    this.#file = file;
    this.#block = block;
    for (const column of block.columns.ignored) this.#ignored.add(column);
  }

  /** Counts row `index` of the block as rejected, for the reason that its reader gives. */
  reject(index: number): void {
    if (this.#block === undefined) return;
    const { line, lines, reader } = this.#block;
    const reject = { file: this.#file, line: lines?.[index] ?? line + index, ...reader.rejection };
    if (this.rejected === 0) this.#lines = rejectHeader;
    this.firstReject ??= reject;
    this.rejected++;
    this.#count(reject);
    this.#lines += formatReject(reject);
  }

  #count(reject: Reject): void {
    const key = `${reject.column} ${reject.reason}`;
    const counted = this.#reasons.get(key);
    this.#reasons.set(key, { ...(counted ?? reject), rows: (counted?.rows ?? 0) + 1 });
  }

  /** The lines since the last call. */
  takeLines(): string {
    const lines = this.#lines;
    this.#lines = "";
    return lines;
  }

  counts(): ImportCounts {
    const { rows, rejected, bytesRead } = this;
    const reasons = [...this.#reasons.values()].sort((a, b) => b.rows - a.rows);
    return { rows, accepted: rows - rejected, rejected, reasons, ignoredColumns: [...this.#ignored], bytesRead };
  }
}
