import { type Cell, joined } from "./cells.js";
import { type Protection, rounded } from "./rounding.js";

/*
 * Which cells of a table may be shown. A cell below the least size never is; and where what is shown beside it would tell too much about it, more is
 * hidden (complementary suppression). Three forms of table, three rules; test/computations/testing/suppression.test.ts plays the adversary, who has
 * everything that is printed and knows these rules, against each.
 */

/**
 * The lines of a table that are not shown, where the lines and their total are (rounded). Small lines are hidden; when the total less the
 * lines that are shown leaves fewer than half of the possible values for one of them, the smallest line that is shown is hidden as well.
 */
export function hideSmall(cells: readonly Cell[], protection: Protection): readonly boolean[] {
  const hidden = cells.map(({ count }) => count < protection.least);
  if (isExposed(cells, hidden, protection)) hideSmallest(cells, hidden);
  return hidden;
}

function hideSmallest(cells: readonly Cell[], hidden: boolean[]): void {
  const shown = cells.map((_, index) => index).filter((index) => !hidden[index]);
  const smallest = shown.sort((a, b) => (cells[a]?.count ?? 0) - (cells[b]?.count ?? 0))[0];
  if (smallest !== undefined) hidden[smallest] = true;
}

/** True when the sum of the hidden cells, as far as it can be worked out, pins one of them down. All of them are known to be small. */
function isExposed(cells: readonly Cell[], hidden: readonly boolean[], protection: Protection): boolean {
  const count = hidden.filter(Boolean).length;
  if (count === 0) return false;
  const most = protection.least - 1;
  const [low, high] = sumOfHidden(cells, hidden, protection);
  const from = Math.max(0, low - (count - 1) * most);
  const to = Math.min(most, high);
  return to - from + 1 < protection.least / 2;
}

function sumOfHidden(cells: readonly Cell[], hidden: readonly boolean[], protection: Protection): readonly [number, number] {
  const total = possible(joined(cells), protection);
  const shown = cells.filter((_, index) => !hidden[index]).map((cell) => possible(cell, protection));
  const sum = (end: 0 | 1) => shown.reduce((all, range) => all + range[end], 0);
  return [total[0] - sum(1), total[1] - sum(0)];
}

/** The counts that a shown one may stand for. */
function possible(cell: Cell, protection: Protection): readonly [number, number] {
  const shown = rounded(cell, protection);
  return [Math.max(protection.least, shown - protection.base + 1), shown + protection.base - 1];
}

/** Lines whose division into classes is hidden, and how all of these lines together divide. */
export interface Division {
  readonly hidden: readonly boolean[];
  /** By class; undefined when no line is hidden. */
  readonly together: readonly Cell[] | undefined;
}

/**
 * A table of lines and classes (bins by good and bad, say) whose line totals and class totals are known. A line is hidden unless every class of
 * it has the least size; so are the smallest other lines, until the hidden ones are two or more that together have the least size in every
 * class. Then each hidden cell could be off by the least size without anything shown being another. Undefined: that hides every line.
 * `already`: lines whose totals are hidden, so that their divisions must be too.
 */
export function hideDivided(lines: readonly (readonly Cell[])[], least: number, already: readonly boolean[] = []): Division | undefined {
  const totals = lines.map(joined);
  const hidden = lines.map((line, index) => already[index] === true || line.some(({ count }) => count < least));
  for (;;) {
    const group = lines.filter((_, index) => hidden[index]);
    if (group.length === 0) return { hidden, together: undefined };
    const together = byClass(group);
    if (hidden.every(Boolean)) return undefined;
    if (group.length > 1 && together.every(({ count }) => count >= least)) return { hidden, together };
    hideSmallest(totals, hidden);
  }
}

/** Neighbouring lines taken together: from one position to another, both included. */
export interface Group {
  readonly first: number;
  readonly last: number;
  readonly cells: readonly Cell[];
}

/**
 * Joins neighbouring lines, in order, until each group has the least size in every class; what is left over at the end joins the last group.
 * Undefined when all lines together do not have it.
 */
export function joinNeighbours(lines: readonly (readonly Cell[])[], least: number): readonly Group[] | undefined {
  const groups: Group[] = [];
  let first = 0;
  for (let last = 0; last < lines.length; last++) {
    const cells = byClass(lines.slice(first, last + 1));
    if (cells.some(({ count }) => count < least)) continue;
    groups.push({ first, last, cells });
    first = last + 1;
  }
  const before = groups.at(-1);
  if (before === undefined) return undefined;
  if (first === lines.length) return groups;
  return [...groups.slice(0, -1), { first: before.first, last: lines.length - 1, cells: byClass(lines.slice(before.first)) }];
}

function byClass(lines: readonly (readonly Cell[])[]): readonly Cell[] {
  const classes = lines[0]?.length ?? 0;
  return Array.from({ length: classes }, (_, index) => joined(lines.map((line) => line[index] as Cell)));
}
