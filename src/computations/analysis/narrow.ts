import type { Column } from "../../datasets/columnTypes/index.js";
import type { DatasetSchema } from "../../datasets/schema.js";
import type { BoundManifest, LaneTest } from "../binding/bound.js";
import type { Place } from "../syntax/problems.js";
import { laneTests } from "./observed.js";
import { stateCount, visitStates } from "./states.js";

/** A window of at most so many days is taken to hold one record. */
const fewDays = 7;
/** Any day does for measuring windows; this one has full months and years around it. */
const measuredOn = 20_000;

/**
 * The filter, among those behind a step, that by its form picks single records: named codes (an invoice number, one trading partner), a few
 * named days or a window of at most seven days, a named amount of money or a span of one within one percent. Judged by the manifest alone: whether
 * several wide filters together leave one record, only the records can tell.
 */
export function narrowFilter(bound: BoundManifest, schemas: ReadonlyMap<string, DatasetSchema>, step: number): Place | undefined {
  return selectionsBehind(bound, step)
    .map((selection) => narrowIn(bound, schemas, selection))
    .find((place) => place !== undefined);
}

/** The same of one selection. */
export function narrowIn(bound: BoundManifest, schemas: ReadonlyMap<string, DatasetSchema>, selection: number): Place | undefined {
  const schema = schemas.get(bound.datasets[bound.selections[selection]?.input ?? -1]?.name ?? "");
  return laneTests(bound, selection).find((test) => {
    const column = schema?.columns[test.column];
    return column !== undefined && isNarrow(test, column);
  })?.place;
}

/** The selections whose records a step is made of. */
export function selectionsBehind({ steps }: BoundManifest, step: number): readonly number[] {
  const found = steps[step];
  if (found === undefined || found.kind === "indicator") return [];
  return found.kind === "aggregate"
    ? [found.selection]
    : found.operands.flatMap((operand) => selectionsBehind({ steps } as BoundManifest, operand));
}

function isNarrow(test: LaneTest, { type }: Column): boolean {
  if (test.kind === "missing" || test.missing) return false;
  if (test.kind === "texts") return test.keep;
  if (test.kind === "numbers") {
    const values = test.numbers.flatMap((number) => number.values);
    return test.keep && ((type === "date" && test.numbers.length <= fewDays) || (type === "money" && values.some((value) => value !== 0)));
  }
  return (type === "date" || type === "money") && spans(test).some(([low, high]) => isShort(type, low, high));
}

function isShort(type: "date" | "money", low: number, high: number): boolean {
  if (!Number.isFinite(low) || !Number.isFinite(high) || high < low) return false;
  if (type === "date") return high - low + 1 <= fewDays;
  return (high - low) * 100 <= Math.max(Math.abs(low), Math.abs(high)) && !(low === 0 && high === 0);
}

/** What an interval can be, whatever its parameters; none when they are too many to go through. */
function spans({ windows }: LaneTest & { kind: "interval" }): readonly (readonly [number, number])[] {
  const sizes = windows.map(({ values }) => values.length);
  if (windows.length === 0 || stateCount(sizes) > 4096n) return [];
  const found: (readonly [number, number])[] = [];
  visitStates(sizes, (state) => {
    const ends = windows.map(({ values }, index) => values[state[index] as number]?.(measuredOn) ?? [Number.NaN, Number.NaN]);
    found.push([Math.max(...ends.map(([low]) => low)), Math.min(...ends.map(([, high]) => high))]);
  });
  return found;
}
