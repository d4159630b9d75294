import { rational } from "../../model/rational.js";
import { type Aggregate, everyType } from "./aggregate.js";
import { countPresent } from "./lanes.js";

export const present: Aggregate = {
  keyword: "present",
  meaning: "1 when there is a record (over a column: a value), else 0",
  over: { records: true, columns: everyType },
  by: undefined,
  gives: "truth",
  mayBeMissing: false,
  withinCount: true,
  countSuffices: true,
  stepsPerRecord: 1,
  run: (records, { column }) => rational(countPresent(records, column) > 0 ? 1 : 0),
};
