import { divide, signOf } from "../../model/rational.js";
import { plainNumber } from "../featureType.js";
import type { Combination } from "./combination.js";

export const ratio: Combination = {
  keyword: "ratio",
  meaning: "the first over the second, exactly; missing when the second is zero",
  expected: "two numbers, two amounts in one currency, or an amount over a number",
  mayBeMissing: true,
  type(a, b) {
    if (a.kind !== "number" || b.kind !== "number") return undefined;
    if (a.currency === b.currency) return plainNumber;
    return b.currency === undefined ? { ...plainNumber, currency: a.currency ?? "" } : undefined;
  },
  combine: (a, b) => (signOf(b) === 0 ? undefined : divide(a, b)),
};
