import { divide, rational } from "../../model/rational.js";
import { type Aggregate, numericTypes } from "./aggregate.js";
import { countPresent, exactSum } from "./lanes.js";

export const mean: Aggregate = {
  keyword: "mean",
  meaning: "the sum of a column over the number of its values, exactly; missing when there is none",
  over: { records: false, columns: numericTypes },
  by: undefined,
  gives: "column",
  mayBeMissing: true,
  withinCount: false,
  countSuffices: false,
  stepsPerRecord: 3,
  run(records, { column }) {
    const present = countPresent(records, column);
    return present === 0 ? undefined : divide(rational(exactSum(records, column), column?.unit), rational(present));
  },
};
