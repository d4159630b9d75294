import { expect, it } from "vitest";
import { compileManifest } from "../../src/computations/computation.js";
import { runExamples } from "../../src/computations/examples.js";
import { parseManifest } from "../../src/computations/manifest/manifest.js";
import { FrostglassError } from "../../src/errors/error.js";
import { computations, manifestOf, schemas } from "./shelves.js";

/*
 * The examples of a manifest are what a reviewer believes. So each threshold moved by one, each floor moved by one and each rule for a missing
 * value turned round must make an example fail. The scorecard's are held by the oracle on real records instead.
 */

/**
 * Rules for a missing value that nothing reaches: the columns are never missing, the floor comes before, or (gap and since_latest) each stands in for
 * the other. The language wants them said all the same.
 */
const unreachable: Readonly<Record<string, readonly string[]>> = {
  "registration-age": ["age"],
  "tax-continuity": ["in_time_share", "gap", "since_latest"],
  "payment-delay": ["missing: no_record"],
  "void-ratio": ["void_share"],
  "rating-and-line": ["age"],
};

interface Mutant {
  readonly ofMissing: boolean;
  readonly line: string;
  readonly text: string;
}

function mutantsOf(text: string): readonly Mutant[] {
  const rules = text.slice(0, text.indexOf("\nexamples:"));
  const found = [...rules.matchAll(/\b(at_least|at_most|is|fewer_than): (-?\d+)(%?)|\bmissing: (yes|no|no_record|only)\b/g)];
  return found.flatMap((match) => {
    const [whole, keyword, number, percent, missing] = match;
    const line = rules.slice(rules.lastIndexOf("\n", match.index) + 1).split("\n")[0] ?? "";
    // No record at all is no-record whatever the floor, so a floor of one cannot be moved down.
    const replacements =
      missing === undefined
        ? (keyword === "fewer_than" && number === "1" ? [1] : [-1, 1]).map((by) => `${keyword}: ${Number(number) + by}${percent}`)
        : otherWords(missing);
    return replacements.map((word) => ({
      ofMissing: missing !== undefined,
      line: `${line.trim()}  →  ${word}`,
      text: text.slice(0, match.index) + word + text.slice(match.index + whole.length),
    }));
  });
}

function otherWords(missing: string): readonly string[] {
  const words = missing === "only" ? ["no", "yes"] : ["yes", "no", "no_record", "prompt", "growing", "spread", "ample"];
  return words.filter((word) => word !== missing).map((word) => `missing: ${word}`);
}

/** True when the mutant is no manifest at all, or an example of it fails. */
function isFound({ text }: Mutant): boolean {
  try {
    return runExamples(compileManifest(parseManifest(text), schemas), schemas).some(({ differences }) => differences.length > 0);
  } catch (thrown) {
    if (thrown instanceof FrostglassError) return true;
    throw thrown;
  }
}

it.each(computations.filter((id) => id !== "sme-scorecard"))("the examples of %s hold each threshold and floor where it is", (id) => {
  const isReachable = ({ ofMissing, line }: Mutant) => !(ofMissing && unreachable[id]?.some((each) => line.includes(each)));
  const mutants = mutantsOf(manifestOf(id)).filter(isReachable);
  expect(mutants.length).toBeGreaterThan(2);
  expect(mutants.filter((mutant) => !isFound(mutant)).map(({ line }) => line)).toEqual([]);
});
