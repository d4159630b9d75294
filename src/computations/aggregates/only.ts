import type { Aggregate } from "./aggregate.js";
import { cellValue, neededLane } from "./lanes.js";

export const only: Aggregate = {
  keyword: "only",
  meaning: "the value that all records share in a column; missing when there is none, or when they differ",
  over: { records: false, columns: ["money", "integer", "decimal", "enum", "boolean", "code"] },
  by: undefined,
  gives: "column",
  mayBeMissing: true,
  withinCount: false,
  countSuffices: false,
  stepsPerRecord: 1,
  run(records, { column }) {
    const { list, start, count } = records;
    const lane = neededLane(records, column);
    let found = Number.NaN;
    for (let i = start; i < start + count; i++) {
      const value = lane[list[i] as number] as number;
      if (Number.isNaN(value) || value === found) continue;
      if (!Number.isNaN(found)) return undefined;
      found = value;
    }
    return column === undefined || Number.isNaN(found) ? undefined : cellValue(records, column, found);
  },
};
