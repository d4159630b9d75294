import type { Rational } from "../../model/rational.js";
import { parseDecimal } from "../../model/rational.js";
import { tidy } from "../binding/pieces.js";
import type { Cut } from "../manifest/cuts.js";
import { numberKind } from "../manifest/literals.js";
import type { Limit, ValueTest } from "../manifest/valueTest.js";
import { quote } from "../syntax/nearest.js";
import type { Problems } from "../syntax/problems.js";
import type { Name } from "../syntax/shape.js";
import { anyOf, either, every, isNone, type Kind, minus, none, only, type ValueSet } from "./valueSet.js";

/** Reports lines of a variable that nothing can reach because the lines before take all their values. */
export function checkReached(name: Name, lines: readonly Cut<Rational>[], problems: Problems): void {
  const kind = kindOf(lines);
  let taken = none(kind);
  let missing = false;
  for (const { when, place } of lines) {
    const own = when === "missing" ? none(kind) : when === "otherwise" ? every(kind) : setOf(when, kind);
    const reached = when === "missing" ? !missing : !isNone(minus(own, taken));
    if (when !== "missing" && isNone(own)) problems.mistake(place, "No value lies between these ends.", "the lower end first");
    else if (!reached)
      problems.mistake(place, `This bin of ${quote(name.text)} is never reached: those before it take all its values.`, "no such bin");
    missing ||= when === "missing";
    taken = either(taken, own);
  }
}

/** Numbers, where a bin is an interval or every listed value can be read as one. */
export function kindOf(lines: readonly Cut<Rational>[]): Kind {
  const tests = lines.flatMap(({ when }) => (typeof when === "string" ? [] : [when]));
  const numeric = tests.every(({ oneOf }) => oneOf === undefined || oneOf.every(({ text }) => numberKind.read(text) !== undefined));
  return tests.some(({ lower, upper }) => lower ?? upper) || (tests.length > 0 && numeric) ? "numbers" : "texts";
}

function setOf({ lower, upper, oneOf }: ValueTest, kind: Kind): ValueSet {
  if (kind === "texts") return { kind, but: false, texts: (oneOf ?? []).map(({ text }) => text) };
  if (oneOf !== undefined)
    return anyOf(
      kind,
      oneOf.map(({ text }) => single(text)),
    );
  return { kind, pieces: tidy({ low: lower && end(lower), high: upper && end(upper) }, false) };
}

/** A word among intervals takes no number: the check of the manifest reports it, with the feature's type. */
function single(text: string): ValueSet {
  const at = numberKind.read(text);
  return at === undefined ? none("numbers") : only(at);
}

function end({ at, closed }: Limit): { readonly at: Rational; readonly closed: boolean } {
  return { at: parseDecimal(at.text), closed };
}
