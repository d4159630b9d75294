import { divide, signOf, subtract } from "../../model/rational.js";
import { plainNumber } from "../featureType.js";
import type { Combination } from "./combination.js";

/** From the value in the first window to that in the second. Stands in the language under keys of its own: `trend`, `from`, `to`. */
export const trend: Combination = {
  keyword: "trend",
  meaning: "(to - from) / from, exactly; missing unless the value in from is above zero",
  expected: "an aggregate that gives a number",
  mayBeMissing: true,
  type: (from, to) => (from.kind === "number" && to.kind === "number" ? plainNumber : undefined),
  combine: (from, to) => (signOf(from) > 0 ? divide(subtract(to, from), from) : undefined),
};
