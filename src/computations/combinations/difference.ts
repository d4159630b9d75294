import { subtract } from "../../model/rational.js";
import type { Combination } from "./combination.js";

export const difference: Combination = {
  keyword: "difference",
  meaning: "the first less the second",
  expected: "two numbers, or two amounts in one currency",
  mayBeMissing: false,
  type(a, b) {
    if (a.kind !== "number" || b.kind !== "number" || a.currency !== b.currency) return undefined;
    return { kind: "number", whole: a.whole && b.whole, ...(a.currency === undefined ? {} : { currency: a.currency }) };
  },
  combine: subtract,
};
