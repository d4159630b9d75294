import { type Rational, rational } from "../../model/rational.js";
import type { Aggregate, InputColumn, SelectedRecords } from "./aggregate.js";
import { neededLane } from "./lanes.js";
import { extremeOf } from "./loops.js";

export const daysSinceLatest: Aggregate = {
  keyword: "days_since_latest",
  meaning: "days from the latest date to the as-of day, negative when that date lies ahead; missing when there is no date",
  over: { records: false, columns: ["date"] },
  by: undefined,
  gives: "whole",
  mayBeMissing: true,
  withinCount: false,
  countSuffices: false,
  stepsPerRecord: 1,
  run: (records, { column }) => daysSince(records, column, 1),
};

export const daysSinceFirst: Aggregate = {
  keyword: "days_since_first",
  meaning: "days from the earliest date to the as-of day, negative when that date lies ahead; missing when there is no date",
  over: { records: false, columns: ["date"] },
  by: undefined,
  gives: "whole",
  mayBeMissing: true,
  withinCount: false,
  countSuffices: false,
  stepsPerRecord: 1,
  run: (records, { column }) => daysSince(records, column, -1),
};

function daysSince(records: SelectedRecords, column: InputColumn | undefined, sign: 1 | -1): Rational | undefined {
  const most = extremeOf(neededLane(records, column), records, sign);
  return most === Number.NEGATIVE_INFINITY ? undefined : rational(records.asOf - sign * most);
}
