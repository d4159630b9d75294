import type { Border, Cell } from "../../../computations/analysis/cells.js";
import type { FeatureType } from "../../../computations/featureType.js";
import { compareRational, formatDecimal, rational, subtract } from "../../../model/rational.js";
import type { Words } from "./words.js";

/** A cell for readers: `exactly 3`, `1 to 4`, `below 0.25`, `A or B`, `missing`. */
export function cellWords(cell: Cell, type: FeatureType, words: Words): string {
  if (cell.kind === "texts") return cell.texts.join(words.or);
  if (cell.kind !== "interval") return words[cell.kind];
  return type.kind === "number" && type.whole ? wholeWords(cell, type.least, words) : intervalWords(cell, words);
}

type Interval = Cell & { readonly kind: "interval" };

/** Whole numbers are told by the first and the last of them. */
function wholeWords({ low, high }: Interval, least: number | undefined, words: Words): string {
  const first = low?.at ?? (least === undefined ? undefined : rational(least));
  const last = high && subtract(high.at, rational(1));
  if (first !== undefined && last !== undefined) {
    const [from, to] = [formatDecimal(first), formatDecimal(last)];
    return from === to ? words.exactly(from) : words.between(from, to);
  }
  if (first !== undefined) return words.atLeast(formatDecimal(first));
  return last === undefined ? words.anyValue : words.atMost(formatDecimal(last));
}

function intervalWords({ low, high }: Interval, words: Words): string {
  if (low !== undefined && high !== undefined && isOne(low, high)) return words.exactly(formatDecimal(low.at));
  const from = low && (low.after ? words.above : words.atLeast)(formatDecimal(low.at));
  const to = high && (high.after ? words.atMost : words.below)(formatDecimal(high.at));
  return from !== undefined && to !== undefined ? words.both(from, to) : (from ?? to ?? words.anyValue);
}

function isOne(low: Border, high: Border): boolean {
  return !low.after && high.after && compareRational(low.at, high.at) === 0;
}
