import { FrostglassError } from "../errors/error.js";

/** One subject's records in one dataset, by column. Records keep the order in which they were imported. */
export interface PageColumns {
  readonly records: number;
  /**
   * The values of one column (by its position in the schema), one a record: safe integers, NaN where the value is missing. For a text
   * column each value is an index into `dictionary`. Do not write into the array.
   */
  lane(column: number): Float64Array;
  /** The distinct texts of a text column, in the order of their first use; empty for a number column. */
  dictionary(column: number): readonly string[];
}

/** The most records that one page holds. */
export const mostRecords = 1_048_576;

/** The page of a subject that has no record. */
export const emptyPage: PageColumns = { records: 0, lane: () => new Float64Array(0), dictionary: () => [] };

/** Refuses more records than a page holds. Throws `page-full`. */
export function checkRoom(records: number): void {
  if (records > mostRecords) throw new FrostglassError("page-full", `A page holds at most ${mostRecords} records.`, { most: mostRecords });
}
