import { rational } from "../../model/rational.js";
import { type Aggregate, everyType } from "./aggregate.js";
import { countPresent } from "./lanes.js";

export const count: Aggregate = {
  keyword: "count",
  meaning: "the number of records; over a column, of records with a value there",
  over: { records: true, columns: everyType },
  by: undefined,
  gives: "count",
  mayBeMissing: false,
  withinCount: true,
  countSuffices: true,
  stepsPerRecord: 1,
  run: (records, { column }) => rational(countPresent(records, column)),
};
