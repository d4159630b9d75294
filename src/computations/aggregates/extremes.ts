import type { Rational } from "../../model/rational.js";
import { type Aggregate, type InputColumn, numericTypes, type SelectedRecords } from "./aggregate.js";
import { exact, neededLane } from "./lanes.js";
import { extremeOf } from "./loops.js";

export const min: Aggregate = {
  keyword: "min",
  meaning: "the least value of a column; missing when there is none",
  over: { records: false, columns: numericTypes },
  by: undefined,
  gives: "column",
  mayBeMissing: true,
  withinCount: false,
  countSuffices: false,
  stepsPerRecord: 1,
  run: (records, { column }) => exactExtreme(records, column, -1),
};

export const max: Aggregate = {
  keyword: "max",
  meaning: "the greatest value of a column; missing when there is none",
  over: { records: false, columns: numericTypes },
  by: undefined,
  gives: "column",
  mayBeMissing: true,
  withinCount: false,
  countSuffices: false,
  stepsPerRecord: 1,
  run: (records, { column }) => exactExtreme(records, column, 1),
};

function exactExtreme(records: SelectedRecords, column: InputColumn | undefined, sign: 1 | -1): Rational | undefined {
  const most = extremeOf(neededLane(records, column), records, sign);
  return most === Number.NEGATIVE_INFINITY ? undefined : exact(sign * most, column);
}
