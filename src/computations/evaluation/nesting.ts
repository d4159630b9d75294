import type { BoundSelection } from "../binding/bound.js";
import type { SettledTest } from "./settledTest.js";

/** A selection with its test settled. `counted`: nobody asks which its records are, so none can be picked out of them. */
export interface SettledSelection extends Pick<BoundSelection, "input" | "from"> {
  readonly test: SettledTest | undefined;
  readonly counted: boolean;
}

/**
 * For each selection the one that it picks its records from; undefined: from all. Of two windows over one column the narrower picks from the
 * wider: that holds all of its records and fewer others. Hangs on manifest, day and choices, and on no record.
 */
export function pickedFrom(selections: readonly SettledSelection[]): readonly (number | undefined)[] {
  return selections.map((selection, index) =>
    selections.reduce((narrowest, each, other) => {
      if (each.counted || !isWithin(selection, index, each, other)) return narrowest;
      const known = narrowest === selection.from ? undefined : selections[narrowest as number];
      return known === undefined || isWithin(each, other, known, narrowest as number) ? other : narrowest;
    }, selection.from),
  );
}

/** Whether every record of `inner` is in `outer`, for windows over one column that start from the same records. Of two equal ones the first is the outer. */
function isWithin(inner: SettledSelection, innerIndex: number, outer: SettledSelection, outerIndex: number): boolean {
  const [a, b] = [inner.test, outer.test];
  if (a?.kind !== "window" || b?.kind !== "window" || a.column !== b.column) return false;
  if (inner.input !== outer.input || inner.from !== outer.from || (a.missing && !b.missing)) return false;
  const isEqual = a.low === b.low && a.high === b.high && a.missing === b.missing;
  return isEqual ? outerIndex < innerIndex : a.low >= b.low && a.high <= b.high;
}

/** The positions of the selections, each after the one that it picks from. */
export function inOrder(from: readonly (number | undefined)[]): readonly number[] {
  const order = new Set<number>();
  const place = (index: number): void => {
    const before = from[index];
    if (before !== undefined) place(before);
    order.add(index);
  };
  for (const index of from.keys()) place(index);
  return [...order];
}
