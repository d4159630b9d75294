import { emptyPage, type PageColumns } from "../../datasets/pageColumns.js";
import type { SelectedRecords } from "../aggregates/aggregate.js";
import { roomFor } from "../aggregates/loops.js";
import type { BoundManifest, Step } from "../binding/bound.js";
import { inOrder, pickedFrom, type SettledSelection } from "./nesting.js";
import { select } from "./selection.js";
import { settledTest } from "./settledTest.js";

/** One selection under given choices on a given day. */
interface Settled extends SettledSelection {
  readonly index: number;
}

/** All selections of a manifest. What hangs on choices and day alone is worked out when these change, not for each subject. */
export class Selections {
  private readonly bound: BoundManifest;
  private readonly counted: readonly boolean[];
  /** Each after the one that it picks from. */
  private settled: readonly Settled[] = [];
  private choices: readonly number[] | undefined;
  private asOf = Number.NaN;

  constructor(bound: BoundManifest) {
    this.bound = bound;
    this.counted = bound.selections.map((_, index) => isCounted(bound, index));
  }

  /** The records by selection; `pages` in the order of the inputs. Valid until the next call, of any manifest. */
  select(pages: readonly (PageColumns | undefined)[], choices: readonly number[], asOf: number): readonly SelectedRecords[] {
    if (asOf !== this.asOf || !areEqual(choices, this.choices)) this.settle(choices, asOf);
    const selections = new Array<SelectedRecords>(this.settled.length);
    const room = roomFor(mostRecordsOf(pages), selections.length);
    let to = room.start;
    for (const { index, input, from, test, counted } of this.settled) {
      const page = pages[input] ?? emptyPage;
      const before = from === undefined ? { list: room.list, start: 0, count: page.records } : (selections[from] as SelectedRecords);
      const { list, start, count } = select(test, page, before, { to, counted });
      if (start === to) to += count;
      selections[index] = { page, list, start, count, asOf };
    }
    return selections;
  }

  private settle(choices: readonly number[], asOf: number): void {
    const settled = this.bound.selections.map(
      ({ input, from, test }, index): Settled => ({
        ...{ index, input, from, counted: this.counted[index] === true },
        test: test && settledTest(test, choices, asOf),
      }),
    );
    const from = pickedFrom(settled);
    this.settled = inOrder(from).map((index) => ({ ...(settled[index] as Settled), from: from[index] }));
    this.choices = choices;
    this.asOf = asOf;
  }
}

function mostRecordsOf(pages: readonly (PageColumns | undefined)[]): number {
  let most = 0;
  for (const page of pages) if (page !== undefined && page.records > most) most = page.records;
  return most;
}

/** Whether the number of a selection's records is all that is asked of it. */
function isCounted({ selections, steps }: BoundManifest, index: number): boolean {
  const isBefore = selections.some(({ from }) => from === index);
  return !isBefore && !steps.some((step) => step.kind === "aggregate" && step.selection === index && !countSuffices(step));
}

function countSuffices({ aggregate, input }: Step & { kind: "aggregate" }): boolean {
  return input.column === undefined && aggregate.countSuffices;
}

function areEqual(a: readonly number[], b: readonly number[] | undefined): boolean {
  return a === b || (a.length === b?.length && a.every((each, index) => each === b[index]));
}
