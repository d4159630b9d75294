import { compareBytes } from "../../../bytes/bytes.js";
import type { Room } from "./rowBytes.js";

/** Rows in ascending order of their subjects' pseudonyms; rows of one subject in the order in which they were imported. Read once. */
export interface RunCursor {
  /** Whose rows come next; undefined at the end. Valid until `advance`. One subject's rows may come in several pieces. */
  readonly pseudonym: Uint8Array | undefined;
  /** Gives the rows of the present piece to `sink.row`. */
  deliver(sink: RowSink): void;
  /** Goes on to the next piece. */
  advance(): void;
}

/** Takes the rows of runs. */
export interface RowSink {
  /** Rows of this subject follow. */
  begin(pseudonym: Uint8Array): void;
  /** A row lies at `offset`; it is only there during the call. */
  row(room: Room, offset: number): void;
}

/**
 * Gives the rows of several runs to `sink`, subject by subject in ascending order of pseudonym; of each subject first those of the first run. Yields each
 * pseudonym once, when the sink has all rows of its subject.
 */
export function* mergeRuns(cursors: readonly RunCursor[], sink: RowSink): Generator<Uint8Array> {
  for (;;) {
    const first = leastPseudonym(cursors);
    if (first === undefined) return;
    const least = new Uint8Array(first); // a copy: the cursor's own bytes change when it goes on
    for (const cursor of cursors) {
      while (cursor.pseudonym !== undefined && compareBytes(cursor.pseudonym, least) === 0) {
        sink.begin(least);
        cursor.deliver(sink);
        cursor.advance();
      }
    }
    yield least;
  }
}

function leastPseudonym(cursors: readonly RunCursor[]): Uint8Array | undefined {
  let least: Uint8Array | undefined;
  for (const { pseudonym } of cursors)
    if (pseudonym !== undefined && (least === undefined || compareBytes(pseudonym, least) < 0)) least = pseudonym;
  return least;
}
