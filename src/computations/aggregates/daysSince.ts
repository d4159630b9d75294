import { rational } from "../../model/rational.js";
import type { Aggregate } from "./aggregate.js";
import { greatestOf, leastOf } from "./extremes.js";
import { neededLane } from "./lanes.js";

export const daysSinceLatest: Aggregate = {
  keyword: "days_since_latest",
  meaning: "days from the latest date to the as-of day, negative when that date lies ahead; missing when there is no date",
  over: { records: false, columns: ["date"] },
  by: undefined,
  gives: "whole",
  mayBeMissing: true,
  withinCount: false,
  stepsPerRecord: 1,
  run(records, { column }) {
    const day = greatestOf(records, neededLane(records, column));
    return day === undefined ? undefined : rational(records.asOf - day);
  },
};

export const daysSinceFirst: Aggregate = {
  keyword: "days_since_first",
  meaning: "days from the earliest date to the as-of day, negative when that date lies ahead; missing when there is no date",
  over: { records: false, columns: ["date"] },
  by: undefined,
  gives: "whole",
  mayBeMissing: true,
  withinCount: false,
  stepsPerRecord: 1,
  run(records, { column }) {
    const day = leastOf(records, neededLane(records, column));
    return day === undefined ? undefined : rational(records.asOf - day);
  },
};
