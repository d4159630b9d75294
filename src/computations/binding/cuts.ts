import type { FeatureType } from "../featureType.js";
import type { Cut } from "../manifest/cuts.js";
import type { Place } from "../syntax/problems.js";
import type { BoundCut } from "./bound.js";
import { Remaining } from "./coverage.js";
import { neverMissing } from "./rules.js";
import type { Scope } from "./scope.js";
import { bindValueTest } from "./valueTests.js";

/**
 * Binds the lines that cut a value into bins or bands, and checks that each can be reached, that every value has a line, and that a missing
 * one does where it can occur. Undefined after a mistake was reported.
 */
export function bindCuts<T>(
  scope: Scope,
  name: string,
  place: Place,
  type: FeatureType,
  mayBeMissing: boolean,
  cuts: readonly Cut<T>[],
): readonly BoundCut<T>[] | undefined {
  const mistakes = scope.problems.mistakes;
  const remaining = new Remaining(type);
  let otherwise = false;
  const bound = cuts.map((cut): BoundCut<T> | undefined => {
    const reason = cut.reason?.text;
    if (cut.reason !== undefined) scope.reasonCodes.set(cut.reason.text, cut.reason);
    if (cut.when === "missing") return { when: "missing", gives: cut.gives, reason };
    if (otherwise) scope.problems.mistake(cut.place, "This line stands after otherwise and is never reached.", "otherwise last");
    if (cut.when === "otherwise") {
      if (!otherwise && remaining.isEmpty)
        scope.problems.warning(cut.place, "The lines before leave nothing for otherwise.", "no otherwise");
      otherwise = true;
      return { when: "otherwise", gives: cut.gives, reason };
    }
    const test = bindValueTest(scope, cut.when, type);
    if (test !== undefined && !remaining.take(test))
      scope.problems.mistake(cut.place, "No value is left for this line: it is never reached.", "the narrower line first");
    return test && { when: test, gives: cut.gives, reason };
  });
  if (scope.problems.mistakes === mistakes) checkEnds(scope, name, place, cuts, otherwise || remaining.isEmpty, mayBeMissing);
  return scope.problems.mistakes === mistakes ? bound.filter((cut) => cut !== undefined) : undefined;
}

function checkEnds<T>(scope: Scope, name: string, place: Place, cuts: readonly Cut<T>[], complete: boolean, mayBeMissing: boolean): void {
  const { problems } = scope;
  const missing = cuts.filter((cut) => cut.when === "missing");
  if (!complete) problems.mistake(place, `Some values of ${name} have no line.`, "an otherwise line");
  if (mayBeMissing && missing.length === 0)
    problems.mistake(place, `The value of ${name} can be missing.`, "a missing line, with points, a band or no_record");
  if (!mayBeMissing && missing[0] !== undefined) neverMissing(scope, missing[0].place, name);
  if (missing[1] !== undefined) problems.mistake(missing[1].place, "There are two missing lines.", "one");
}
