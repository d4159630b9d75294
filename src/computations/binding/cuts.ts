import type { FeatureType } from "../featureType.js";
import type { Cut } from "../manifest/cuts.js";
import type { Name } from "../syntax/shape.js";
import type { BoundCut, BoundTest } from "./bound.js";
import { Remaining } from "./coverage.js";
import { neverMissing } from "./rules.js";
import type { Scope } from "./scope.js";
import { bindValueTest } from "./valueTests.js";

/** What is being cut: its name and place in the manifest, its type, and whether it can be missing. */
export interface CutValue {
  readonly name: Name;
  readonly type: FeatureType;
  readonly mayBeMissing: boolean;
}

/**
 * Binds the lines that cut a value into bins or bands, and checks that each can be reached, that every value has a line, and that a missing
 * one does where it can occur. Undefined after a mistake was reported.
 */
export function bindCuts<T>(scope: Scope, value: CutValue, cuts: readonly Cut<T>[]): readonly BoundCut<T>[] | undefined {
  const mistakes = scope.problems.mistakes;
  const remaining = new Remaining(value.type);
  const bound = cuts.map((cut, index): BoundCut<T> | undefined => {
    if (cut.reason !== undefined) scope.reasonCodes.set(cut.reason.text, cut.reason);
    const when = typeof cut.when === "string" ? cut.when : bindValueTest(scope, cut.when, value.type);
    if (when === undefined) return undefined;
    if (when !== "missing") checkReached(scope, cut, when, remaining, cuts.slice(0, index));
    return { when, gives: cut.gives, reason: cut.reason?.text };
  });
  if (scope.problems.mistakes === mistakes)
    checkEnds(scope, value, cuts, remaining.isEmpty || cuts.some((cut) => cut.when === "otherwise"));
  return scope.problems.mistakes === mistakes ? bound.filter((cut) => cut !== undefined) : undefined;
}

function checkReached<T>(
  { problems }: Scope,
  { place }: Cut<T>,
  when: BoundTest | "otherwise",
  remaining: Remaining,
  before: readonly Cut<T>[],
): void {
  if (before.some((cut) => cut.when === "otherwise"))
    problems.mistake(place, "This line stands after otherwise and is never reached.", "otherwise last");
  else if (when === "otherwise" && remaining.isEmpty)
    problems.warning(place, "The lines before leave nothing for otherwise.", "no otherwise");
  else if (when !== "otherwise" && !remaining.take(when))
    problems.mistake(place, "No value is left for this line: it is never reached.", "the narrower line first");
}

function checkEnds<T>(scope: Scope, { name, mayBeMissing }: CutValue, cuts: readonly Cut<T>[], complete: boolean): void {
  const { problems } = scope;
  const [missing, second] = cuts.filter((cut) => cut.when === "missing");
  if (!complete) problems.mistake(name.place, `Some values of ${name.text} have no line.`, "an otherwise line");
  if (mayBeMissing && missing === undefined)
    problems.mistake(name.place, `The value of ${name.text} can be missing.`, "a missing line, with points, a band or no_record");
  if (!mayBeMissing && missing !== undefined) neverMissing(scope, missing.place, name.text);
  if (second !== undefined) problems.mistake(second.place, "There are two missing lines.", "one");
}
