import type { LaneTest } from "../binding/bound.js";
import { valueUnder } from "../binding/setting.js";

/** A filter on one column once the as-of day and the choices are known. `missing`: records without a value pass as well. */
export type SettledTest = { readonly column: number; readonly missing: boolean } /** A value between the two, both included. */ & (
  | { readonly kind: "window"; readonly low: number; readonly high: number }
  /** One of these numbers (`keep`), or none of them. */
  | { readonly kind: "numbers"; readonly numbers: readonly number[]; readonly keep: boolean }
  /** As `numbers`, of the texts in the page's dictionary. */
  | { readonly kind: "texts"; readonly texts: readonly string[]; readonly keep: boolean }
  | { readonly kind: "missing" }
);

/** `choices` gives for each parameter the position of its choice; `asOf` is the epoch's day. */
export function settledTest(test: LaneTest, choices: readonly number[], asOf: number): SettledTest {
  const { column, missing } = test;
  switch (test.kind) {
    case "interval": {
      const windows = test.windows.map((window) => valueUnder(window, choices)(asOf));
      const low = Math.max(Number.NEGATIVE_INFINITY, ...windows.map(([first]) => first));
      const high = Math.min(Number.POSITIVE_INFINITY, ...windows.map(([, last]) => last));
      return { kind: "window", column, missing, low, high };
    }
    case "numbers":
      return { kind: "numbers", column, missing, keep: test.keep, numbers: test.numbers.map((number) => valueUnder(number, choices)) };
    case "texts":
      return { kind: "texts", column, missing, keep: test.keep, texts: test.texts.map((text) => valueUnder(text, choices)) };
    case "missing":
      return { kind: "missing", column, missing };
  }
}
