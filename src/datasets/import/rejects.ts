/** A row that an import did not take. It says where and why, and never what the cells held. */
export interface Reject {
  /** Which of the import's files, counted from 1. */
  readonly file: number;
  /** The physical line on which the row begins, counted from 1. */
  readonly line: number;
  /** The schema's name of the column, `subject`, or empty where the row as a whole is at fault. */
  readonly column: string;
  /**
   * `row-ragged` (another number of cells than the first row), `subject-missing`, `subject-malformed`, `subject-check-digit`,
   * `cell-missing`, `cell-value-unknown` (an enum or boolean), or `cell-not-a-` and the column's type.
   */
  readonly reason: string;
}

/** The first line of a file of rejects. */
export const rejectHeader = "file,line,column,reason\n";

/** One line of a file of rejects. No part of it ever needs quotes. */
export function formatReject({ file, line, column, reason }: Reject): string {
  return `${file},${line},${column},${reason}\n`;
}
