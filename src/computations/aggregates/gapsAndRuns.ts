import { rational } from "../../model/rational.js";
import type { Aggregate, AggregateInput, SelectedRecords } from "./aggregate.js";
import { distinctUnits } from "./distinct.js";

export const longestGap: Aggregate = {
  keyword: "longest_gap",
  meaning: "the most days, months or years in a row without a record, between the first and the last record; missing when there is no date",
  over: { records: false, columns: ["date"] },
  by: { kind: "unit", units: ["day", "month", "year"], meaning: "what is counted" },
  gives: "count",
  mayBeMissing: true,
  withinCount: false,
  countSuffices: false,
  stepsPerRecord: 46,
  run(records, input) {
    const units = sortedUnits(records, input);
    let longest = 0;
    for (let i = 1; i < units.length; i++) longest = Math.max(longest, (units[i] as number) - (units[i - 1] as number) - 1);
    return units.length === 0 ? undefined : rational(longest);
  },
};

export const longestRun: Aggregate = {
  keyword: "longest_run",
  meaning: "the most days, months or years in a row that each have a record; zero when there is no date",
  over: { records: false, columns: ["date"] },
  by: { kind: "unit", units: ["day", "month", "year"], meaning: "what is counted" },
  gives: "count",
  mayBeMissing: false,
  withinCount: true,
  countSuffices: false,
  stepsPerRecord: 46,
  run(records, input) {
    const units = sortedUnits(records, input);
    let longest = 0;
    let run = 0;
    for (let i = 0; i < units.length; i++) {
      run = i > 0 && units[i] === (units[i - 1] as number) + 1 ? run + 1 : 1;
      longest = Math.max(longest, run);
    }
    return rational(longest);
  },
};

function sortedUnits(records: SelectedRecords, input: AggregateInput): Float64Array {
  const { values, count } = distinctUnits(records, input);
  return values.subarray(0, count).sort();
}
