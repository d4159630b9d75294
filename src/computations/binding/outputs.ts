import { describeType } from "../featureType.js";
import type { Output } from "../manifest/output.js";
import type { Linear } from "../manifest/scorecard.js";
import type { Name } from "../syntax/shape.js";
import type { BoundLinear, BoundOutput } from "./bound.js";
import { bindCuts } from "./cuts.js";
import { bindRule, bindTarget, neverMissing } from "./rules.js";
import type { Scope } from "./scope.js";

/** Binds the linear predictor; a term that does not bind was reported and is left out. */
export function bindLinear(scope: Scope, { intercept, terms }: Linear): BoundLinear {
  const bound = terms.map(([name, { weight, missing, place }]) => {
    const feature = scope.feature(name);
    if (feature === undefined) return undefined;
    if (feature.type.kind !== "number")
      scope.problems.mistake(
        name.place,
        `The value of ${name.text} is ${describeType(feature.type)}.`,
        "a number; make an indicator of it",
      );
    if (feature.mayBeMissing && missing === undefined)
      scope.problems.mistake(place, `The value of ${name.text} can be missing.`, "missing: and a number, or missing: no_record");
    if (!feature.mayBeMissing && missing !== undefined) neverMissing(scope, place, name.text);
    return { of: feature.step, weight, missing: missing === "no_record" ? undefined : missing };
  });
  return { intercept, terms: bound.filter((each) => each !== undefined) };
}

/** Binds the output. Undefined after a mistake was reported. */
export function bindOutput(scope: Scope, output: Output): BoundOutput | undefined {
  const { reasons } = output;
  if (output.kind === "decision") {
    const rule = bindRule(scope, output.rule);
    return rule && { kind: "decision", rule, reasons };
  }
  const of: Name = output.kind === "band" ? output.of : { text: output.of, place: output.place };
  const target = bindTarget(scope, of, "decision");
  if (target === undefined) return undefined;
  if (output.kind === "score") return { kind: "score", of: output.of, min: output.min, max: output.max, step: output.step, reasons };
  const bands = bindCuts(scope, { name: of, type: target.type, mayBeMissing: target.mayBeMissing }, output.bands);
  return bands && { kind: "band", of: target.of, bands, reasons };
}
