import type { PageColumns } from "../../datasets/pageColumns.js";
import type { BoundSelection, LaneTest } from "../binding/bound.js";
import { valueUnder } from "../binding/setting.js";
import { keepBetween, keepMembers, keepMissing, keepOthers, type Selected } from "./keeping.js";

const none: Selected = { selection: new Int32Array(0), count: 0 };

/** Picks the records of one selection out of those of the selection before it. The result is valid until the next call. */
export class Selector {
  readonly input: number;
  /** The position of the selection before it; undefined where that is all records. */
  readonly from: number | undefined;
  private readonly test: LaneTest | undefined;
  private kept = new Int32Array(0);

  constructor({ input, from, test }: BoundSelection) {
    this.input = input;
    this.from = from;
    this.test = test;
  }

  select(page: PageColumns, from: Selected, choices: readonly number[], asOf: number): Selected {
    if (this.test === undefined || from.count === 0) return from;
    if (this.kept.length < from.count) this.kept = new Int32Array(Math.max(1024, 2 ** Math.ceil(Math.log2(from.count))));
    return keep(this.test, page, from, this.kept, choices, asOf);
  }
}

let identity = new Int32Array(0);

/** Every record of a page. */
export function everyRecord(page: PageColumns): Selected {
  if (identity.length < page.records) identity = Int32Array.from({ length: Math.max(1024, 2 * page.records) }, (_, index) => index);
  return { selection: identity, count: page.records };
}

function keep(test: LaneTest, page: PageColumns, from: Selected, kept: Int32Array, choices: readonly number[], asOf: number): Selected {
  switch (test.kind) {
    case "interval":
      return interval(test, page, from, kept, choices, asOf);
    case "numbers":
      return members(
        test,
        page,
        from,
        kept,
        test.numbers.map((number) => valueUnder(number, choices)),
      );
    case "texts": {
      const dictionary = page.dictionary(test.column);
      return members(
        test,
        page,
        from,
        kept,
        test.texts.map((text) => dictionary.indexOf(valueUnder(text, choices))),
      );
    }
    case "missing":
      if (!page.range(test.column).gaps) return none;
      return { selection: kept, count: keepMissing(page.lane(test.column), from, kept) };
  }
}

/** What lies between the latest start and the earliest end of the windows. The lane's range tells when that is all records, or none. */
function interval(
  { windows, column, missing }: LaneTest & { kind: "interval" },
  page: PageColumns,
  from: Selected,
  kept: Int32Array,
  choices: readonly number[],
  asOf: number,
): Selected {
  let [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const setting of windows) {
    const [first, last] = valueUnder(setting, choices)(asOf);
    if (first > low) low = first;
    if (last < high) high = last;
  }
  const { least, most, gaps } = page.range(column);
  if (least >= low && most <= high && (missing || !gaps)) return from;
  if ((least > high || most < low) && !(missing && gaps)) return none;
  return { selection: kept, count: keepBetween(page.lane(column), from, kept, low, high, missing && gaps) };
}

function members(
  { column, keep, missing }: LaneTest & { kind: "numbers" | "texts" },
  page: PageColumns,
  from: Selected,
  kept: Int32Array,
  wanted: readonly number[],
): Selected {
  const lane = page.lane(column);
  if (wanted.length > 1 || (missing && page.range(column).gaps))
    return { selection: kept, count: keepMembers(lane, from, kept, wanted, keep, missing) };
  const member = wanted[0] as number;
  const count = keep ? keepBetween(lane, from, kept, member, member, false) : keepOthers(lane, from, kept, member);
  return { selection: kept, count };
}
