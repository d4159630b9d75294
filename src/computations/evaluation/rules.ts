import { compareRational, type Rational } from "../../model/rational.js";
import type { Value } from "../aggregates/aggregate.js";
import type { BoundCut, BoundLimit, BoundRule, BoundTest, Target } from "../binding/bound.js";
import { valueUnder } from "../binding/setting.js";

/** The values that rules and bins look at, under the choices of the parameters. */
export interface Values {
  /** By step. */
  readonly steps: readonly Value[];
  readonly score: Rational | undefined;
  readonly linear: Rational | undefined;
  readonly choices: readonly number[];
}

export function targetValue(of: Target, values: Values): Value {
  return typeof of === "number" ? values.steps[of] : values[of];
}

/** True when a value that is there passes the test. */
export function passes(test: BoundTest, value: Rational | string, choices: readonly number[]): boolean {
  if (typeof value === "string") return test.texts?.some((text) => valueUnder(text, choices) === value) ?? false;
  if (test.numbers !== undefined) return test.numbers.some((number) => compareRational(value, valueUnder(number, choices)) === 0);
  return within(test.lower, value, choices, 1) && within(test.upper, value, choices, -1);
}

/** `side` is the comparison's result for a value inside the limit: 1 above a lower one, -1 below an upper one. */
function within(limit: BoundLimit | undefined, value: Rational, choices: readonly number[], side: 1 | -1): boolean {
  if (limit === undefined) return true;
  const order = compareRational(value, valueUnder(limit.at, choices));
  return order === side || (order === 0 && limit.closed);
}

/**
 * Whether a rule holds; undefined for no-record. Every part is looked at, so that a missing value whose condition says no_record decides
 * wherever it stands.
 */
export function holds(rule: BoundRule, values: Values): boolean | undefined {
  if (rule.kind === "test") {
    const value = targetValue(rule.of, values);
    if (value !== undefined) return passes(rule.test, value, values.choices);
    return rule.missing === "no_record" ? undefined : rule.missing === "yes";
  }
  const parts = rule.rules.map((each) => holds(each, values));
  if (parts.includes(undefined)) return undefined;
  if (rule.kind === "not") return parts[0] === false;
  return rule.kind === "all" ? !parts.includes(false) : parts.includes(true);
}

/** The reason codes of the parts that leaned towards a no, in the order of the text. `wanted` is what a part had to be for a yes. */
export function reasonsOf(rule: BoundRule, values: Values, wanted = true): readonly string[] {
  const own = rule.reason !== undefined && holds(rule, values) === !wanted ? [rule.reason] : [];
  if (rule.kind === "test") return own;
  return [...own, ...rule.rules.flatMap((each) => reasonsOf(each, values, rule.kind === "not" ? !wanted : wanted))];
}

/** The first line that takes the value. The check has made sure that there is one. */
export function firstCut<T>(cuts: readonly BoundCut<T>[], value: Value, choices: readonly number[]): BoundCut<T> | undefined {
  if (value === undefined) return cuts.find((cut) => cut.when === "missing");
  for (const cut of cuts) {
    const { when } = cut;
    if (when === "otherwise" || (when !== "missing" && passes(when, value, choices))) return cut;
  }
  return undefined;
}
