import type { Cut } from "../manifest/cuts.js";
import type { Operand } from "../manifest/literals.js";
import type { Limit, ValueTest } from "../manifest/valueTest.js";

/** A bin in the words of its manifest: `at_least 18`, `above 25%, at_most 50%`, `is A`, `otherwise`. */
export function binText({ when }: Cut<unknown>): string {
  if (typeof when === "string") return when;
  return testText(when);
}

function testText({ lower, upper, oneOf }: ValueTest): string {
  if (oneOf !== undefined) return `${oneOf.length === 1 ? "is" : "in"} ${oneOf.map(literal).join(", ")}`;
  return [limitText(lower, "at_least", "above"), limitText(upper, "at_most", "below")].filter((text) => text !== "").join(", ");
}

function limitText(limit: Limit | undefined, closed: string, open: string): string {
  return limit === undefined ? "" : `${limit.closed ? closed : open} ${literal(limit.at)}`;
}

function literal({ text }: Operand): string {
  return text;
}
