import type { PageColumns } from "../../datasets/pageColumns.js";
import type { BoundSelection, LaneTest } from "../binding/bound.js";
import { valueUnder } from "../binding/setting.js";

/** Indexes of records; only the first `count` count. */
export interface Selected {
  readonly selection: Int32Array;
  readonly count: number;
}

/** Picks the records of one selection out of those of the selection before it. The result is valid until the next call. */
export class Selector {
  private readonly test: LaneTest | undefined;
  private kept = new Int32Array(0);

  constructor({ test }: BoundSelection) {
    this.test = test;
  }

  select(page: PageColumns, from: Selected, choices: readonly number[], asOf: number): Selected {
    if (this.test === undefined) return from;
    if (this.kept.length < from.count) this.kept = new Int32Array(Math.max(1024, 2 ** Math.ceil(Math.log2(from.count))));
    return { selection: this.kept, count: keep(this.test, page, from, this.kept, choices, asOf) };
  }
}

let identity = new Int32Array(0);

/** Every record of a page. */
export function everyRecord(page: PageColumns): Selected {
  if (identity.length < page.records) identity = Int32Array.from({ length: Math.max(1024, 2 * page.records) }, (_, index) => index);
  return { selection: identity, count: page.records };
}

function keep(test: LaneTest, page: PageColumns, from: Selected, kept: Int32Array, choices: readonly number[], asOf: number): number {
  const lane = page.lane(test.column);
  switch (test.kind) {
    case "interval": {
      let [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
      for (const setting of test.windows) {
        const [first, last] = valueUnder(setting, choices)(asOf);
        if (first > low) low = first;
        if (last < high) high = last;
      }
      return keepBetween(lane, from, kept, low, high, test.missing);
    }
    case "numbers":
      return keepMembers(
        lane,
        from,
        kept,
        test.numbers.map((number) => valueUnder(number, choices)),
        test.keep,
        test.missing,
      );
    case "texts": {
      const dictionary = page.dictionary(test.column);
      return keepMembers(
        lane,
        from,
        kept,
        test.texts.map((text) => dictionary.indexOf(valueUnder(text, choices))),
        test.keep,
        test.missing,
      );
    }
    case "missing":
      return keepMissing(lane, from, kept);
  }
}

function keepBetween(
  lane: Float64Array,
  { selection, count }: Selected,
  kept: Int32Array,
  low: number,
  high: number,
  missing: boolean,
): number {
  let left = 0;
  for (let i = 0; i < count; i++) {
    const record = selection[i] as number;
    const value = lane[record] as number;
    if ((value >= low && value <= high) || (missing && Number.isNaN(value))) kept[left++] = record;
  }
  return left;
}

function keepMembers(
  lane: Float64Array,
  from: Selected,
  kept: Int32Array,
  members: readonly number[],
  keep: boolean,
  missing: boolean,
): number {
  if (members.length === 1) return keepMember(lane, from, kept, members[0] as number, keep, missing);
  const { selection, count } = from;
  let left = 0;
  for (let i = 0; i < count; i++) {
    const record = selection[i] as number;
    const value = lane[record] as number;
    if (Number.isNaN(value) ? missing : members.includes(value) === keep) kept[left++] = record;
  }
  return left;
}

function keepMember(
  lane: Float64Array,
  { selection, count }: Selected,
  kept: Int32Array,
  member: number,
  keep: boolean,
  missing: boolean,
): number {
  let left = 0;
  for (let i = 0; i < count; i++) {
    const record = selection[i] as number;
    const value = lane[record] as number;
    if (Number.isNaN(value) ? missing : (value === member) === keep) kept[left++] = record;
  }
  return left;
}

function keepMissing(lane: Float64Array, { selection, count }: Selected, kept: Int32Array): number {
  let left = 0;
  for (let i = 0; i < count; i++) {
    const record = selection[i] as number;
    if (Number.isNaN(lane[record] as number)) kept[left++] = record;
  }
  return left;
}
