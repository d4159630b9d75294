import { type FeatureType, plainNumber, wholeNumber } from "../featureType.js";
import type { Rule, TestRule } from "../manifest/rule.js";
import { pointsUnit } from "../manifest/scorecard.js";
import type { Place } from "../syntax/problems.js";
import type { Name } from "../syntax/shape.js";
import type { BoundRule, Target } from "./bound.js";
import type { Scope } from "./scope.js";
import { bindValueTest } from "./valueTests.js";

/** Binds the rule of a decision. Undefined after a mistake was reported. */
export function bindRule(scope: Scope, rule: Rule): BoundRule | undefined {
  return bind(scope, rule, "decision");
}

/** Binds the rule of an indicator, which knows no score, gives no reasons and always comes to a yes or no. */
export function bindIndicator(scope: Scope, rule: Rule): BoundRule | undefined {
  return bind(scope, rule, "indicator");
}

type Role = "decision" | "indicator";

function bind(scope: Scope, rule: Rule, role: Role): BoundRule | undefined {
  const reason = bindReason(scope, rule.reason, role);
  if (rule.kind === "test") return bindTest(scope, rule, reason, role);
  if (rule.kind === "not") {
    const inner = bind(scope, rule.rule, role);
    return inner && { kind: "not", rules: [inner], reason };
  }
  const rules = rule.rules.map((each) => bind(scope, each, role)).filter((each) => each !== undefined);
  return rules.length === rule.rules.length ? { kind: rule.kind, rules, reason } : undefined;
}

function bindReason(scope: Scope, reason: Name | undefined, role: Role): string | undefined {
  if (reason === undefined) return undefined;
  if (role === "indicator")
    scope.problems.mistake(reason.place, "An indicator gives no reason code.", "the reason at the bin or rule that uses the indicator");
  else scope.reasonCodes.set(reason.text, reason);
  return reason.text;
}

function bindTest(scope: Scope, { of, test, missing }: TestRule, reason: string | undefined, role: Role): BoundRule | undefined {
  const target = bindTarget(scope, of, role);
  if (target === undefined) return undefined;
  if (target.mayBeMissing && missing === undefined)
    scope.problems.mistake(test.place, `The value of ${of.text} can be missing.`, "missing: yes, missing: no or missing: no_record");
  if (!target.mayBeMissing && missing !== undefined) neverMissing(scope, test.place, of.text);
  if (role === "indicator" && missing === "no_record")
    scope.problems.mistake(test.place, "An indicator is always 1 or 0.", "missing: yes or missing: no");
  const bound = bindValueTest(scope, test, target.type);
  return bound && { kind: "test", of: target.of, test: bound, missing, reason };
}

/** Warns of a `missing` that nothing can reach. */
export function neverMissing(scope: Scope, place: Place, name: string): void {
  scope.problems.warning(place, `The value of ${name} is never missing.`, "no missing here");
}

/** What a rule or band looks at. Undefined after a mistake was reported. */
export function bindTarget(scope: Scope, name: Name, role: Role): { of: Target; type: FeatureType; mayBeMissing: boolean } | undefined {
  if (name.text !== "score" && name.text !== "linear") {
    const feature = scope.feature(name);
    return feature && { of: feature.step, type: feature.type, mayBeMissing: feature.mayBeMissing };
  }
  scope.usedFeatures.add(name.text);
  const there = name.text === "score" ? scope.manifest.scorecard : scope.manifest.linear;
  if (role === "decision" && there !== undefined) return { of: name.text, type: targetType(name.text, scope), mayBeMissing: false };
  const message =
    role === "indicator"
      ? `An indicator stands before the ${name.text}.`
      : `There is no ${name.text === "score" ? "scorecard" : "linear"}.`;
  scope.problems.mistake(
    name.place,
    message,
    role === "indicator" ? "a feature" : `a ${name.text === "score" ? "scorecard" : "linear"} section`,
  );
  return undefined;
}

/** A score is whole where all points are, which decides what is left after some bands. */
function targetType(of: Target, { manifest: { scorecard } }: Scope): FeatureType {
  return of === "score" && scorecard !== undefined && pointsUnit(scorecard) === 1 ? wholeNumber : plainNumber;
}
