import { rational } from "../../model/rational.js";
import { type Aggregate, everyType } from "./aggregate.js";
import { distinctUnits } from "./distinct.js";

export const countDistinct: Aggregate = {
  keyword: "count_distinct",
  meaning: "how many different values, or (of dates) different days, calendar months or calendar years there are",
  over: { records: false, columns: everyType },
  by: { kind: "unit", units: ["value", "day", "month", "year"], meaning: "what is counted; value where nothing is said" },
  gives: "count",
  mayBeMissing: false,
  withinCount: true,
  countSuffices: false,
  stepsPerRecord: 25,
  run: (records, input) => rational(distinctUnits(records, input).count),
};
