/*
 * What looks like probing. A budget bounds what anybody learns; a pattern tells the operator that somebody tries to learn as much as it allows. The rules look
 * at counts alone, and each speaks when its count comes to the mark, not again with each question after it.
 */

/** Many cutoffs of one computation, many computations over one dataset (as windows that shift), or a walk through subjects that are not on file. */
export type Pattern = "probing-cutoffs" | "probing-computations" | "probing-subjects";

/** What was charged, repeats left out. */
export interface AskedCounts {
  /** Questions of this computation about this subject. */
  readonly cutoffs: number;
  /** Computations that read one of these datasets, about this subject: the most over its datasets. */
  readonly computations: number;
  /** Subjects in a row, each asked about for the first time, of which there was no record. */
  readonly unknownInRow: number;
}

/** A bank that wants to know one thing asks one cutoff, perhaps a second; the library has seven computations over invoices, and few want all. */
const marks = { cutoffs: 4, computations: 7, unknownInRow: 25 };

/** The patterns that a charged question completes. A walk is told again each time that as many more were walked through. */
export function patternsOf({ cutoffs, computations, unknownInRow }: AskedCounts, before: AskedCounts): readonly Pattern[] {
  const found: Pattern[] = [];
  if (cutoffs >= marks.cutoffs && before.cutoffs < marks.cutoffs) found.push("probing-cutoffs");
  if (computations >= marks.computations && before.computations < marks.computations) found.push("probing-computations");
  if (unknownInRow > before.unknownInRow && unknownInRow % marks.unknownInRow === 0) found.push("probing-subjects");
  return found;
}
