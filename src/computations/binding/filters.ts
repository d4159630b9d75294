import type { ColumnTypeName } from "../../datasets/columnTypes/index.js";
import { floor, floorNumber, isWhole, multiply, type Rational, rational } from "../../model/rational.js";
import { type InputColumn, numericTypes } from "../aggregates/aggregate.js";
import type { ColumnTest, Where } from "../manifest/columnTest.js";
import {
  anyKind,
  type Duration,
  dayKind,
  durationKind,
  type LiteralKind,
  monthKind,
  numberKind,
  type Operand,
  yearKind,
} from "../manifest/literals.js";
import type { Limit } from "../manifest/valueTest.js";
import type { Place } from "../syntax/problems.js";
import type { BoundSelection, LaneTest, Window } from "./bound.js";
import type { BoundInput, Scope } from "./scope.js";
import { bindOperand, constantOf, type Setting } from "./setting.js";
import { lastWindow, monthWindow, yearWindow } from "./windows.js";

/** Binds filters to the records of an input and gives the position of the selection. Undefined after a mistake was reported. */
export function bindWhere(scope: Scope, input: BoundInput, where: Where): number | undefined {
  const mistakes = scope.problems.mistakes;
  const tests = where.flatMap((test) => bindTest(scope, input, test).map((bound) => ({ key: `${keyOf(test)}${bound.kind}`, test: bound })));
  if (scope.problems.mistakes > mistakes) return undefined;
  if (tests.length === 0) return addSelection(scope, { input: input.index, from: undefined, test: undefined }, `${input.index}`);
  let from: number | undefined;
  for (const [index, { test }] of tests.entries()) {
    const keys = tests.slice(0, index + 1).map(({ key }) => key);
    from = addSelection(scope, { input: input.index, from, test }, `${input.index} ${keys.toSorted().join(" ")}`);
  }
  return from;
}

function addSelection(scope: Scope, selection: BoundSelection, key: string): number {
  const known = scope.selectionKeys.get(key);
  if (known !== undefined) return known;
  scope.selectionKeys.set(key, scope.selections.push(selection) - 1);
  return scope.selections.length - 1;
}

type Part = "interval" | "between" | "member" | "date";

interface Allowed {
  readonly parts: readonly Part[];
  readonly words: string;
}

const ofNumbers: Allowed = { parts: ["interval", "between", "member"], words: "above, at_least, below, at_most, between, is, in, not" };
const ofDates: Allowed = { parts: ["between", "date", "member"], words: "last, year, month, before, after, between, is, in, not" };
const ofWords: Allowed = { parts: ["member"], words: "a value, a list of values, is, in, not" };

function allowedFor(type: ColumnTypeName): Allowed {
  if (type === "date") return ofDates;
  return numericTypes.includes(type) ? ofNumbers : ofWords;
}

function bindTest(scope: Scope, input: BoundInput, test: ColumnTest): readonly LaneTest[] {
  const column = scope.column(input, test.column);
  if (column === undefined) return [];
  const { optional, type, name } = column.column;
  if (!optional && test.missing !== "no") scope.problems.warning(test.place, `The column ${name} is never missing.`, "no missing here");
  const allowed = allowedFor(type);
  if (partsOf(test).every((part) => allowed.parts.includes(part))) return laneTests(scope, column, test);
  scope.problems.mistake(test.place, `This filter does not fit the column ${name}, which is of type ${type}.`, allowed.words);
  return [];
}

function partsOf(test: ColumnTest): readonly Part[] {
  const { lower, upper, oneOf, noneOf, before, after, year, month, last } = test;
  const interval: Part = isBetween(test) ? "between" : "interval";
  return [
    ...((lower ?? upper) === undefined ? [] : [interval]),
    ...((oneOf ?? noneOf) === undefined ? [] : ["member" as const]),
    ...((before ?? after ?? year ?? month ?? last) === undefined ? [] : ["date" as const]),
  ];
}

function isBetween({ lower, upper }: ColumnTest): boolean {
  return lower !== undefined && upper !== undefined && lower.closed && upper.closed;
}

function laneTests(scope: Scope, column: InputColumn, test: ColumnTest): readonly LaneTest[] {
  const common = { column: column.index, missing: test.missing === "yes", place: test.place };
  if (test.missing === "only") return [{ ...common, kind: "missing" }];
  const windows = [...dateWindows(scope, test), ...limitWindows(scope, column, test)];
  const members = [memberTest(scope, column, test.oneOf, true, common), memberTest(scope, column, test.noneOf, false, common)].filter(
    (each) => each !== undefined,
  );
  // Without any part the test is "not missing": an interval without ends.
  return windows.length > 0 || members.length === 0 ? [{ ...common, kind: "interval", windows }, ...members] : members;
}

function memberTest(
  scope: Scope,
  column: InputColumn,
  operands: readonly Operand[] | undefined,
  keep: boolean,
  common: { column: number; missing: boolean; place: Place },
): LaneTest | undefined {
  if (operands === undefined) return undefined;
  if (column.column.type === "code") {
    const texts = operands.map((operand) => bindOperand(scope, operand, anyKind)).filter((text) => text !== undefined);
    return { ...common, kind: "texts", texts, keep };
  }
  const kind = memberKind(column);
  const numbers = operands.map((operand) => bindOperand(scope, operand, kind)).filter((number) => number !== undefined);
  return { ...common, kind: "numbers", numbers, keep };
}

/** How a cell of this column is written in a manifest, as the number in its lane. */
function memberKind({ column, unit }: InputColumn): LiteralKind<number> {
  if (column.type === "date") return dayKind;
  if (column.type === "enum" || column.type === "boolean") {
    const members = column.type === "enum" ? (column.members ?? []) : ["false", "true"];
    return { expected: "a member", words: members, read: (text) => (members.includes(text) ? members.indexOf(text) : undefined) };
  }
  const expected = `a value that the column ${column.name} can hold`;
  return { expected, read: (text) => wholeNumber(multiplied(numberKind.read(text), unit)) };
}

function multiplied(value: Rational | undefined, unit: number): Rational | undefined {
  return value === undefined ? undefined : multiply(value, rational(unit));
}

function wholeNumber(value: Rational | undefined): number | undefined {
  if (value === undefined || !isWhole(value)) return undefined;
  const number = floorNumber(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

function limitWindows(scope: Scope, column: InputColumn, { lower, upper, place }: ColumnTest): readonly Setting<Window>[] {
  const low = lower && bindLimit(scope, column, lower, (edge) => [edge, Number.POSITIVE_INFINITY]);
  const high = upper && bindLimit(scope, column, upper, (edge) => [Number.NEGATIVE_INFINITY, edge]);
  const [from, to] = [constantOf(low)?.(0)[0], constantOf(high)?.(0)[1]];
  if (from !== undefined && to !== undefined && from > to)
    scope.problems.mistake(place, "No value lies between these ends.", "the lower end first");
  return [low, high].filter((each) => each !== undefined);
}

function bindLimit(
  scope: Scope,
  column: InputColumn,
  limit: Limit,
  window: (edge: number) => readonly [number, number],
): Setting<Window> | undefined {
  const isLower = window(0)[0] === 0;
  const kind: LiteralKind<number> =
    column.column.type === "date"
      ? dayKind
      : { expected: numberKind.expected, read: (text) => edgeOf(multiplied(numberKind.read(text), column.unit), isLower, limit.closed) };
  return mapSetting(bindOperand(scope, limit.at, kind), (edge) => () => window(edge));
}

/** The first (or last) integer of the lane that passes a limit which may lie between two integers. */
function edgeOf(limit: Rational | undefined, isLower: boolean, closed: boolean): number | undefined {
  if (limit === undefined) return undefined;
  const below = floor(limit);
  const exact = isWhole(limit);
  if (isLower) return clamp(exact && closed ? below : below + 1n);
  return clamp(exact && !closed ? below - 1n : below);
}

// No cell lies past the safe integers, so an edge out there may stand at their border.
function clamp(edge: bigint): number {
  const border = 2n ** 53n;
  return Number(edge > border ? border : edge < -border ? -border : edge);
}

function dateWindows(scope: Scope, { before, after, year, month, last, until }: ColumnTest): readonly Setting<Window>[] {
  const lasts: LiteralKind<Duration> =
    until === undefined
      ? durationKind
      : {
          expected: `a length in the same unit as until`,
          read: (text) => (durationKind.read(text)?.unit === until.unit ? durationKind.read(text) : undefined),
        };
  return [
    before &&
      mapSetting(bindOperand(scope, before, dayKind), (day) => (): readonly [number, number] => [Number.NEGATIVE_INFINITY, day - 1]),
    after && mapSetting(bindOperand(scope, after, dayKind), (day) => (): readonly [number, number] => [day + 1, Number.POSITIVE_INFINITY]),
    year && mapSetting(bindOperand(scope, year, yearKind), yearWindow),
    month && mapSetting(bindOperand(scope, month, monthKind), monthWindow),
    last && mapSetting(bindOperand(scope, last, lasts), (duration) => lastWindow(duration, until?.length)),
  ].filter((each) => each !== undefined);
}

function mapSetting<T, U>(setting: Setting<T> | undefined, map: (value: T) => U): Setting<U> | undefined {
  return setting === undefined ? undefined : { parameter: setting.parameter, values: setting.values.map(map) };
}

/** One text per meaning: what is written, without where. */
function keyOf(test: ColumnTest): string {
  return JSON.stringify(test, (key, value: unknown) => (key === "place" ? undefined : value));
}
