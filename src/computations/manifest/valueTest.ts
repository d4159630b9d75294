import { optional, type Values } from "../syntax/fields.js";
import type { Place, Problems } from "../syntax/problems.js";
import { list } from "../syntax/shape.js";
import { anyKind, numberKind, type Operand, operand } from "./literals.js";

/** One end of an interval; `closed` when the end itself belongs to it. */
export interface Limit {
  readonly at: Operand;
  readonly closed: boolean;
}

/** A condition on one value: an interval, or one of a list of values. A missing value passes none. */
export interface ValueTest {
  readonly lower: Limit | undefined;
  readonly upper: Limit | undefined;
  readonly oneOf: readonly Operand[] | undefined;
  readonly place: Place;
}

/** The keys of an interval; `between` holds both of its ends. */
export const intervalFields = {
  above: optional(operand(numberKind), "greater than this"),
  at_least: optional(operand(numberKind), "this or greater"),
  below: optional(operand(numberKind), "less than this"),
  at_most: optional(operand(numberKind), "this or less"),
  between: optional(list(operand(anyKind), 2, 2), "from the first to the second, both included"),
};

/** The keys of a condition on a feature's value. */
export const valueTestFields = {
  ...intervalFields,
  is: optional(operand(anyKind), "exactly this value"),
  in: optional(list(operand(anyKind), 1, 256), "one of these values"),
};

/** The interval that the keys give; undefined after a mistake was reported. Both ends undefined: none was given. */
export function intervalOf(
  values: Values<typeof intervalFields>,
  place: Place,
  problems: Problems,
): { lower: Limit | undefined; upper: Limit | undefined } | undefined {
  const { above, at_least, below, at_most, between } = values;
  const lowers = [limit(above, false), limit(at_least, true), limit(between?.[0], true)].filter((each) => each !== undefined);
  const uppers = [limit(below, false), limit(at_most, true), limit(between?.[1], true)].filter((each) => each !== undefined);
  if (lowers.length > 1 || uppers.length > 1) {
    problems.mistake(
      place,
      "An interval has two ends on one side.",
      "one of above, at_least and between; one of below, at_most and between",
    );
    return undefined;
  }
  return { lower: lowers[0], upper: uppers[0] };
}

/** The condition that the keys of a feature's test give; undefined after a mistake was reported. */
export function valueTestOf(values: Values<typeof valueTestFields>, place: Place, problems: Problems): ValueTest | undefined {
  const interval = intervalOf(values, place, problems);
  if (interval === undefined) return undefined;
  const oneOf = values.in ?? (values.is === undefined ? undefined : [values.is]);
  const ways = [interval.lower ?? interval.upper, values.is, values.in].filter((each) => each !== undefined).length;
  if (ways === 1) return { ...interval, oneOf, place };
  problems.mistake(
    place,
    ways === 0 ? "There is no condition here." : "Two conditions stand where one is wanted.",
    "an interval (above, at_least, below, at_most, between), is, or in",
  );
  return undefined;
}

function limit(at: Operand | undefined, closed: boolean): Limit | undefined {
  return at === undefined ? undefined : { at, closed };
}
