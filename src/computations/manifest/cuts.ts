import { fields, needed, optional } from "../syntax/fields.js";
import type { Place } from "../syntax/problems.js";
import { either, made, type Name, type Shape, word } from "../syntax/shape.js";
import type { Tree } from "../syntax/tree.js";
import { reasonCode } from "./literals.js";
import { type ValueTest, valueTestFields, valueTestOf } from "./valueTest.js";

/**
 * One line of a list that cuts a value into bins or bands; the first line that fits wins. `otherwise` takes what no line before it took, but
 * never a missing value: that is for `missing`. `gives` is undefined for no_record.
 */
export interface Cut<T> {
  readonly when: ValueTest | "otherwise" | "missing";
  readonly gives: T | undefined;
  readonly reason: Name | undefined;
  readonly place: Place;
}

const reason = optional(reasonCode, "the reason code given for this line");

/** The shape of one line whose result stands under `key`: `{ at_least: 18, points: 60 }`, `{ otherwise: 0 }`, `{ missing: no_record }`. */
export function cutShape<T>(key: "points" | "band", result: Shape<T>): Shape<Cut<T>> {
  const given = made(result, (value): { value: T | undefined } => ({ value }));
  const noRecord = made(word("no_record"), (): { value: T | undefined } => ({ value: undefined }));
  const givenOrNot = either((tree: Tree) => (tree.kind === "scalar" && tree.text === "no_record" ? 1 : 0), given, noRecord);
  const tested = made(
    fields("a line", { ...valueTestFields, [key]: needed(result, `the ${key} for such a value`), reason }),
    (values, place, problems) => {
      const when = valueTestOf(values, place, problems);
      return when && { when, gives: (values as Record<string, unknown>)[key] as T, reason: values.reason, place };
    },
  );
  const otherwise = made(
    fields("a line", { otherwise: needed(givenOrNot, `the ${key} for every other value, or no_record`), reason }),
    (values, place) => ({
      when: "otherwise" as const,
      gives: values.otherwise.value,
      reason: values.reason,
      place,
    }),
  );
  const missing = made(
    fields("a line", { missing: needed(givenOrNot, `the ${key} for a missing value, or no_record`), reason }),
    (values, place) => ({
      when: "missing" as const,
      gives: values.missing.value,
      reason: values.reason,
      place,
    }),
  );
  return either<Cut<T>>(kindOf, tested, otherwise, missing);
}

function kindOf(tree: Tree): number {
  if (tree.kind !== "map") return 0;
  if (tree.entries.some((entry) => entry.key === "otherwise")) return 1;
  return tree.entries.some((entry) => entry.key === "missing") ? 2 : 0;
}
