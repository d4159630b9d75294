import { FrostglassError } from "../errors/error.js";

/** One subject's records in one dataset, by column. Records keep the order in which they were imported. */
export interface PageColumns {
  readonly records: number;
  /**
   * The values of one column (by its position in the schema), one a record: safe integers, NaN where the value is missing. For a text
   * column each value is an index into `dictionary`. Do not write into the array.
   */
  lane(column: number): Float64Array;
  /** Where the values of that lane lie: tight, and known without going through it again. */
  range(column: number): LaneRange;
  /** The distinct texts of a text column, in the order of their first use; empty for a number column. */
  dictionary(column: number): readonly string[];
}

/** The least and the most of a lane (infinities where it holds no value), and whether a record lacks a value. */
export interface LaneRange {
  readonly least: number;
  readonly most: number;
  readonly gaps: boolean;
}

/** The most records that one page holds. */
export const mostRecords = 1_048_576;

/** The page of a subject that has no record. */
export const emptyPage: PageColumns = columnsOf(0, [], []);

/** A page of these lanes and dictionaries, by the column's position. Valid as long as their content. */
export function columnsOf(records: number, lanes: readonly Float64Array[], dictionaries: readonly (readonly string[])[]): PageColumns {
  const none = new Float64Array(0);
  const lane = (column: number) => lanes[column] ?? none;
  return { records, lane, range: (column) => rangeOf(lane(column)), dictionary: (column) => dictionaries[column] ?? [] };
}

function rangeOf(lane: Float64Array): LaneRange {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  let gaps = false;
  for (let i = 0; i < lane.length; i++) {
    const value = lane[i] as number;
    if (value < least) least = value;
    if (value > most) most = value;
    if (Number.isNaN(value)) gaps = true;
  }
  return { least, most, gaps };
}

/** Refuses more records than a page holds. Throws `page-full`. */
export function checkRoom(records: number): void {
  if (records > mostRecords) throw new FrostglassError("page-full", `A page holds at most ${mostRecords} records.`, { most: mostRecords });
}
