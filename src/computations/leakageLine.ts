import { FrostglassError } from "../errors/error.js";
import type { Digest } from "../model/digest.js";

/*
 * The last line of a text that reviewers sign names the leakage report that they read with it. To YAML it is a comment:
 *
 *   # leakage: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
 */

const anyLine = /^[ \t]*#[ \t]*leakage[ \t]*:.*$/gim;
const lastLine = /\n# leakage: (sha256:[0-9a-f]{64})\n$/;

/**
 * The digest of the leakage report that a text names, or undefined where it names none. Throws `leakage-mismatch` when there is such a line
 * anywhere but at the end, or more than one: a reader could take the wrong one for it.
 */
export function leakageLineOf(text: string): Digest | undefined {
  const lines = text.match(anyLine) ?? [];
  const [, digest] = lastLine.exec(text) ?? [];
  if (lines.length === 0) return undefined;
  if (lines.length > 1 || digest === undefined)
    throw new FrostglassError("leakage-mismatch", "The text has a leakage line that is not its last one, or is not `# leakage: sha256:…`.");
  return digest as Digest;
}

/** Checks that a text names the leakage report that was found for it. Throws `leakage-mismatch` where it names another, or none. */
export function checkLeakageLine(text: string, report: Digest): void {
  const named = leakageLineOf(text);
  if (named === undefined)
    throw new FrostglassError("leakage-mismatch", "The text does not name the leakage report that reviewers have to sign.");
  if (named !== report)
    throw new FrostglassError("leakage-mismatch", "The text names another leakage report than the one that is found for it here.");
}
