import type { Rational } from "../../model/rational.js";
import type { Cut } from "../manifest/cuts.js";
import type { Operand } from "../manifest/literals.js";

/** The literals and parameters of a line. */
export function operandsOf({ when }: Cut<Rational>): readonly Operand[] {
  if (typeof when === "string") return [];
  return [when.lower?.at, when.upper?.at, ...(when.oneOf ?? [])].filter((each) => each !== undefined);
}
