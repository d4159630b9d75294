import { fields, headed, needed, optional } from "../syntax/fields.js";
import type { Place } from "../syntax/problems.js";
import { list, made, type Name, named, type Shape, table, word } from "../syntax/shape.js";
import { identifier, reasonCode } from "./literals.js";
import { type ValueTest, valueTestFields, valueTestOf } from "./valueTest.js";

/** What a condition comes to when the feature's value is missing. */
export type WhenMissing = "yes" | "no" | "no_record";

/**
 * A condition, or several joined by all, any and not. A reason code is given when the answer is no and this part leaned towards it: the part
 * did not hold (or, within an odd number of nots, did hold).
 */
export type Rule =
  | { readonly kind: "all" | "any"; readonly rules: readonly Rule[]; readonly reason: Name | undefined; readonly place: Place }
  | { readonly kind: "not"; readonly rule: Rule; readonly reason: Name | undefined; readonly place: Place }
  | TestRule;

export interface TestRule {
  readonly kind: "test";
  /** A feature, or `score`, or `linear`. */
  readonly of: Name;
  readonly test: ValueTest;
  readonly missing: WhenMissing | undefined;
  readonly reason: Name | undefined;
  readonly place: Place;
}

const reason = optional(reasonCode, "the reason code given when this part leads to a no");

const testShape = made(
  fields("a condition", {
    ...valueTestFields,
    missing: optional(word("yes", "no", "no_record"), "what a missing value comes to"),
    reason,
  }),
  (values, place, problems) => {
    const test = valueTestOf(values, place, problems);
    return test && { test, missing: values.missing, reason: values.reason, place };
  },
);

const featureRule: Shape<Rule> = made(table(identifier, testShape, 1, 1), (entries) => {
  const [entry] = entries;
  return entry && { kind: "test" as const, of: entry[0], ...entry[1] };
});

/** `{ all: [ { active_months: { at_least: 12 } }, { not: { void_share: { above: 10%, missing: no } } } ] }` */
export const ruleShape: Shape<Rule> = named("rule", () =>
  headed<Rule>(
    "rule",
    {
      all: made(fields("all", { all: needed(list(ruleShape, 1, 64), "holds when each of these holds"), reason }), (values, place) => ({
        kind: "all" as const,
        rules: values.all,
        reason: values.reason,
        place,
      })),
      any: made(
        fields("any", { any: needed(list(ruleShape, 1, 64), "holds when at least one of these holds"), reason }),
        (values, place) => ({ kind: "any" as const, rules: values.any, reason: values.reason, place }),
      ),
      not: made(fields("not", { not: needed(ruleShape, "holds when this does not"), reason }), (values, place) => ({
        kind: "not" as const,
        rule: values.not,
        reason: values.reason,
        place,
      })),
    },
    featureRule,
  ),
);
