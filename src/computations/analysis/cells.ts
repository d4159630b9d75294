import { add, compareRational, floor, isWhole, multiply, type Rational, rational } from "../../model/rational.js";
import type { Value } from "../aggregates/aggregate.js";
import type { BoundTest } from "../binding/bound.js";
import { type Setting, valueUnder } from "../binding/setting.js";
import type { FeatureType } from "../featureType.js";

/** A border between values: just before `at` (which then belongs above it), or just after it. */
export interface Border {
  readonly at: Rational;
  readonly after: boolean;
}

/**
 * Values of a feature that no outcome tells apart: between two borders, some of its words, or no value at all. `sample` is one of them, so what
 * holds of it holds of all.
 */
export type Cell = { readonly sample: Value } & (
  | { readonly kind: "interval"; readonly low: Border | undefined; readonly high: Border | undefined }
  | { readonly kind: "texts"; readonly texts: readonly string[] }
  | { readonly kind: "other" }
  | { readonly kind: "missing" }
);

/** One choice of each parameter (by position), or undefined: all of them at once. */
export type Choices = readonly number[] | undefined;

/** Where the tests cut a number, in order, each border once; none outside what the type can be. */
export function bordersOf(tests: readonly BoundTest[], type: FeatureType & { kind: "number" }, choices: Choices): readonly Border[] {
  return orderedBorders(tests.flatMap((test) => testBorders(test, choices)).flatMap((border) => placed(border, type)));
}

/** The cells that the tests make of a value of this type. */
export function cellsOf(tests: readonly BoundTest[], type: FeatureType, mayBeMissing: boolean, choices: Choices): readonly Cell[] {
  const cells = type.kind === "number" ? numberCells(bordersOf(tests, type, choices), type) : textCells(tests, type, choices);
  return mayBeMissing ? [...cells, { kind: "missing", sample: undefined }] : cells;
}

/** The cells between borders that are in order. */
export function numberCells(borders: readonly Border[], type: FeatureType & { kind: "number" }): readonly Cell[] {
  return [undefined, ...borders].map((low, index) => {
    const high = borders[index];
    return { kind: "interval", low, high, sample: type.whole ? wholeSample(low, high, type.least ?? 0) : sampleOf(low, high) };
  });
}

function testBorders({ lower, upper, numbers }: BoundTest, choices: Choices): readonly Border[] {
  const at = (setting: Setting<Rational> | undefined, after: boolean): readonly Border[] =>
    settingValues(setting, choices).map((value) => ({ at: value, after }));
  return [
    ...at(lower?.at, lower?.closed === false),
    ...at(upper?.at, upper?.closed === true),
    ...(numbers ?? []).flatMap((number) => [...at(number, false), ...at(number, true)]),
  ];
}

function settingValues<T>(setting: Setting<T> | undefined, choices: Choices): readonly T[] {
  if (setting === undefined) return [];
  return choices === undefined ? setting.values : [valueUnder(setting, choices)];
}

/** A border of whole numbers stands before one of them; one that nothing lies beyond is none. */
function placed(border: Border, type: FeatureType & { kind: "number" }): readonly Border[] {
  if (!type.whole) return [border];
  const below = floor(border.at);
  const first = border.after || !isWhole(border.at) ? below + 1n : below;
  if (type.least !== undefined && first <= BigInt(type.least)) return [];
  return type.most !== undefined && first > BigInt(type.most) ? [] : [{ at: rational(first), after: false }];
}

function orderedBorders(borders: readonly Border[]): readonly Border[] {
  const sorted = borders.toSorted(compareBorders);
  return sorted.filter((border, index) => index === 0 || compareBorders(sorted[index - 1] as Border, border) !== 0);
}

function compareBorders(a: Border, b: Border): number {
  return compareRational(a.at, b.at) || Number(a.after) - Number(b.after);
}

function wholeSample(low: Border | undefined, high: Border | undefined, usual: number): Rational {
  return low?.at ?? (high === undefined ? rational(usual) : add(high.at, rational(-1)));
}

function sampleOf(low: Border | undefined, high: Border | undefined): Rational {
  if (low !== undefined && !low.after) return low.at;
  if (high?.after) return high.at;
  if (low !== undefined && high !== undefined) return multiply(add(low.at, high.at), rational(1, 2));
  return add(low?.at ?? high?.at ?? rational(0), rational(low === undefined ? -1 : 1));
}

/** Stands for every code that the manifest does not name: no code has a control character. */
const stranger = "\u0000";

function textCells(tests: readonly BoundTest[], type: FeatureType, choices: Choices): readonly Cell[] {
  const sets = tests.flatMap(({ texts = [] }) => textSets(texts, choices));
  const named = type.kind === "member" ? type.members : [...new Set(sets.flatMap((set) => [...set]))];
  const groups = new Map<string, string[]>();
  for (const text of named) {
    const mark = sets.map((set) => (set.has(text) ? "1" : "0")).join("");
    groups.set(mark, [...(groups.get(mark) ?? []), text]);
  }
  const cells = [...groups.values()].map((texts): Cell => ({ kind: "texts", texts, sample: texts[0] }));
  return type.kind === "member" ? cells : [...cells, { kind: "other", sample: stranger }];
}

/** What a list of texts holds for certain, and what each choice of a parameter adds, apart: finer than need be, never coarser. */
function textSets(texts: readonly Setting<string>[], choices: Choices): readonly ReadonlySet<string>[] {
  if (choices !== undefined) return [new Set(texts.map((text) => valueUnder(text, choices)))];
  const moved = texts.filter(({ parameter }) => parameter >= 0).flatMap(({ values }) => values.map((value) => new Set([value])));
  return [new Set(texts.filter(({ parameter }) => parameter < 0).flatMap(({ values }) => values)), ...moved];
}
