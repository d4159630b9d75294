import { type Aggregate, numericTypes, type SelectedRecords } from "./aggregate.js";
import { exact, neededLane } from "./lanes.js";

export const min: Aggregate = {
  keyword: "min",
  meaning: "the least value of a column; missing when there is none",
  over: { records: false, columns: numericTypes },
  by: undefined,
  gives: "column",
  mayBeMissing: true,
  withinCount: false,
  stepsPerRecord: 1,
  run(records, { column }) {
    const least = leastOf(records, neededLane(records, column));
    return least === undefined ? undefined : exact(least, column);
  },
};

export const max: Aggregate = {
  keyword: "max",
  meaning: "the greatest value of a column; missing when there is none",
  over: { records: false, columns: numericTypes },
  by: undefined,
  gives: "column",
  mayBeMissing: true,
  withinCount: false,
  stepsPerRecord: 1,
  run(records, { column }) {
    const greatest = greatestOf(records, neededLane(records, column));
    return greatest === undefined ? undefined : exact(greatest, column);
  },
};

/** The least present value of a lane, or undefined. */
export function leastOf({ selection, count }: SelectedRecords, lane: Float64Array): number | undefined {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const value = lane[selection[i] as number] as number;
    if (value < least) least = value;
  }
  return least === Number.POSITIVE_INFINITY ? undefined : least;
}

/** The greatest present value of a lane, or undefined. */
export function greatestOf({ selection, count }: SelectedRecords, lane: Float64Array): number | undefined {
  let greatest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const value = lane[selection[i] as number] as number;
    if (value > greatest) greatest = value;
  }
  return greatest === Number.NEGATIVE_INFINITY ? undefined : greatest;
}
