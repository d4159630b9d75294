import { compareRational, type Rational, rational } from "../../model/rational.js";
import { describeType, type FeatureType } from "../featureType.js";
import { anyKind, type LiteralKind, numberKind, type Operand } from "../manifest/literals.js";
import type { Limit, ValueTest } from "../manifest/valueTest.js";
import type { BoundLimit, BoundTest } from "./bound.js";
import type { Scope } from "./scope.js";
import { bindOperand, constantOf } from "./setting.js";

/** Binds a condition on a value of this type. Undefined after a mistake was reported. */
export function bindValueTest(scope: Scope, test: ValueTest, type: FeatureType): BoundTest | undefined {
  const { place, oneOf } = test;
  if (type.kind !== "number") {
    if (oneOf !== undefined) return bindTexts(scope, test, oneOf, type.kind === "member" ? memberKind(type.members) : anyKind);
    scope.problems.mistake(place, `The value is ${describeType(type)}, which has no order.`, "is or in");
    return undefined;
  }
  const kind = numberOf(type);
  const lower = test.lower && bindLimit(scope, test.lower, kind);
  const upper = test.upper && bindLimit(scope, test.upper, kind);
  const numbers = oneOf?.map((operand) => bindOperand(scope, operand, kind)).filter((each) => each !== undefined);
  if ((test.lower && !lower) || (test.upper && !upper) || numbers?.length !== oneOf?.length) return undefined;
  if (isEmpty(lower, upper)) {
    scope.problems.mistake(place, "No value lies between these ends.", "the lower end first");
    return undefined;
  }
  return { lower, upper, numbers, texts: undefined, place };
}

function bindTexts(scope: Scope, { place }: ValueTest, oneOf: readonly Operand[], kind: LiteralKind<string>): BoundTest | undefined {
  const texts = oneOf.map((operand) => bindOperand(scope, operand, kind)).filter((each) => each !== undefined);
  return texts.length === oneOf.length ? { lower: undefined, upper: undefined, numbers: undefined, texts, place } : undefined;
}

function bindLimit(scope: Scope, { at, closed }: Limit, kind: LiteralKind<Rational>): BoundLimit | undefined {
  const setting = bindOperand(scope, at, kind);
  return setting && { at: setting, closed };
}

function memberKind(members: readonly string[]): LiteralKind<string> {
  return { expected: "a member", words: members, read: (text) => (members.includes(text) ? text : undefined) };
}

/** Numbers as this type takes them: no percentage of money; `yes` and `no` for a truth. */
function numberOf(type: FeatureType & { kind: "number" }): LiteralKind<Rational> {
  if (type.most === 1)
    return {
      expected: "yes or no (or 1 or 0)",
      read: (text) => (text === "yes" ? rational(1) : text === "no" ? rational(0) : numberKind.read(text)),
    };
  if (type.currency === undefined) return numberKind;
  return {
    expected: `an amount in ${type.currency}, such as 100000 or 0.01`,
    read: (text) => (text.endsWith("%") ? undefined : numberKind.read(text)),
  };
}

function isEmpty(lower: BoundLimit | undefined, upper: BoundLimit | undefined): boolean {
  const [low, high] = [constantOf(lower?.at), constantOf(upper?.at)];
  if (low === undefined || high === undefined) return false;
  const order = compareRational(low, high);
  return order > 0 || (order === 0 && !(lower?.closed && upper?.closed));
}
