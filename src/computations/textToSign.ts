import type { DatasetSchema } from "../datasets/schema.js";
import { analyse } from "./analysis/analyse.js";
import { leakageDigest } from "./analysis/formatLeakage.js";
import type { Computation } from "./computation.js";
import { checkLeakageLine, leakageLineOf } from "./leakageLine.js";

/**
 * The text as it is to be signed: with the line at its end. A line that is there already has to name the report that is found here: throws
 * `leakage-mismatch`. `schemas` are those that the computation was compiled with.
 */
export function textToSign(computation: Computation, schemas: ReadonlyMap<string, DatasetSchema>): string {
  const { text } = computation.manifest;
  const report = leakageDigest(analyse(computation, schemas));
  if (leakageLineOf(text) === undefined) return `${text}# leakage: ${report}\n`;
  checkLeakageLine(text, report);
  return text;
}
