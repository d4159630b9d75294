import { rational } from "../../model/rational.js";
import { type Aggregate, numericTypes } from "./aggregate.js";
import { exactSum } from "./lanes.js";

export const sum: Aggregate = {
  keyword: "sum",
  meaning: "the sum of a column; zero when there is nothing to add",
  over: { records: false, columns: numericTypes },
  by: undefined,
  gives: "column",
  mayBeMissing: false,
  withinCount: false,
  countSuffices: false,
  stepsPerRecord: 2,
  run: (records, { column }) => rational(exactSum(records, column), column?.unit),
};
