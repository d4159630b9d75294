import { encodeUtf8 } from "../../bytes/utf8.js";
import { type Digest, digestOf } from "../../model/digest.js";
import { formatBits } from "../../wire/bits.js";
import type { Leakage } from "./leakage.js";

/**
 * The leakage report as exact text, `leakage/1`: JSON, two spaces a level, members in the order below, ended by one newline. It is a function of
 * the manifest (but for comments) and of the columns that it reads: a column that is added to a schema, or that nothing reads, does not change it.
 */
export function formatLeakage(leakage: Leakage): string {
  const { id, version, datasets, parameters, outcomes, millibits } = leakage;
  const report = {
    frostglass: "leakage/1",
    computation: { id, version },
    reads: datasets.map(({ alias, dataset, touched }) => ({ alias, dataset, columns: touched })),
    parameters,
    answers: outcomes.answers.toString(),
    bits_per_answer: formatBits(millibits),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

/** SHA-256 of the report's exact text: what reviewers sign beside the manifest. */
export function leakageDigest(leakage: Leakage): Digest {
  return digestOf(encodeUtf8(formatLeakage(leakage)));
}
