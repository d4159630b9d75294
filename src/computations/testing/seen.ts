import { type Cell, joined } from "./cells.js";
import { type Protection, rounded } from "./rounding.js";
import { type Division, hideDivided, hideSmall } from "./suppression.js";

/** A count as a reviewer may see it: rounded, with its share of the whole; or why it is not shown. */
export type Seen =
  | { readonly firms: number; readonly share: number }
  /** Below the least size. */
  | "few"
  /** All of the whole, or all but fewer than the least size. */
  | "nearly all"
  /** Below the least size, or hidden so that another such count cannot be worked out. */
  | "hidden";

/** One set out of a whole that is known as well. */
export function seenOf(cell: Cell, whole: Cell, protection: Protection): Seen {
  if (cell.count < protection.least) return "few";
  if (whole.count - cell.count < protection.least) return "nearly all";
  return shown(cell, whole, protection);
}

/** The parts of a whole. */
export function partsSeen(cells: readonly Cell[], protection: Protection): readonly Seen[] {
  const hidden = hideSmall(cells, protection);
  return cells.map((cell, index) => (hidden[index] ? "hidden" : shown(cell, joined(cells), protection)));
}

function shown(cell: Cell, whole: Cell, protection: Protection): Seen {
  const [firms, all] = [rounded(cell, protection), rounded(whole, protection)];
  return { firms, share: shareOf(firms, all, protection) };
}

/** A share of rounded counts, to the decimals that the rounding leaves true. */
export function shareOf(part: number, whole: number, { base }: Protection): number {
  const digits = Math.min(4, Math.max(2, Math.ceil(Math.log10(whole / base))));
  return Number(Math.min(1, part / whole).toFixed(digits));
}

/** A line of a table by two classes, or, where `line` is undefined, the hidden lines together. */
export interface DividedLine {
  readonly line: number | undefined;
  readonly counts: readonly [number, number];
}

/**
 * The lines of a table by two classes that may be seen, rounded; the hidden lines together come last. Undefined: none may. `parts` are the lines
 * as `partsSeen` shows them: what is hidden there is hidden here.
 */
export function dividedSeen(
  lines: readonly (readonly [Cell, Cell])[],
  parts: readonly Cell[],
  protection: Protection,
): readonly DividedLine[] | undefined {
  const division = lines.length === 0 ? undefined : hideDivided(lines, protection.least, hideSmall(parts, protection));
  return division && [...shownLines(lines, division, protection), ...togetherLine(division, protection)];
}

function shownLines(lines: readonly (readonly Cell[])[], { hidden }: Division, protection: Protection): readonly DividedLine[] {
  return lines.flatMap((cells, line) => (hidden[line] ? [] : [{ line, counts: pair(cells, protection) }]));
}

function togetherLine({ together }: Division, protection: Protection): readonly DividedLine[] {
  return together === undefined ? [] : [{ line: undefined, counts: pair(together, protection) }];
}

export function pair(cells: readonly Cell[], protection: Protection): readonly [number, number] {
  const [a, b] = cells.map((cell) => rounded(cell, protection));
  return [a ?? 0, b ?? 0];
}
