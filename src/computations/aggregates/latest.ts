import type { Aggregate } from "./aggregate.js";
import { cellValue, neededLane } from "./lanes.js";

export const latest: Aggregate = {
  keyword: "latest",
  meaning: "the value of a column in the records of the latest date; missing when there is none, or when those records differ",
  over: { records: false, columns: ["money", "integer", "decimal", "enum", "boolean", "code"] },
  by: { kind: "column", types: ["date"], meaning: "the date column that tells which is the latest" },
  gives: "column",
  mayBeMissing: true,
  withinCount: false,
  countSuffices: false,
  stepsPerRecord: 2,
  run(records, { column, by }) {
    const { list, start, count } = records;
    const values = neededLane(records, column);
    const days = neededLane(records, by);
    let day = Number.NEGATIVE_INFINITY;
    let found = Number.NaN;
    for (let i = start; i < start + count; i++) {
      const record = list[i] as number;
      const value = values[record] as number;
      const here = days[record] as number;
      if (Number.isNaN(value) || !(here >= day)) continue;
      found = here > day || found === value ? value : Number.NaN;
      day = here;
    }
    return column === undefined || Number.isNaN(found) ? undefined : cellValue(records, column, found);
  },
};
