import { FrostglassError } from "../../errors/error.js";
import type { SubjectScheme } from "./scheme.js";

const visibleAscii = /^[!-~]{1,64}$/;

/** A holder's own identifiers: 1 to 64 visible ASCII characters and, where the holder gave one, its pattern. No check digit. */
export const opaque: SubjectScheme = {
  name: "opaque",
  parse(id, options = {}) {
    if (!visibleAscii.test(id))
      throw new FrostglassError("subject-malformed", "An opaque identifier has 1 to 64 visible ASCII characters and no space.");
    if (options.pattern !== undefined && !options.pattern.test(id))
      throw new FrostglassError("subject-malformed", "The identifier does not fit the pattern that the holder gave for its subjects.");
    return id;
  },
};

/**
 * Compiles a holder's pattern, which must match the whole identifier (anchors are added). At most 200 characters; a repeated group and a back
 * reference are refused, since they can make matching slow for hostile identifiers. Throws `subject-pattern-invalid`.
 */
export function compilePattern(source: string): RegExp {
  if (source.length > 200) throw invalid("it is longer than 200 characters");
  if (/\)[*+{]|\\[1-9k]/.test(source)) throw invalid("it repeats a group or refers back to one");
  try {
    new RegExp(source, "u"); // alone first: `a)(?:b` would become well-formed inside the anchors
    return new RegExp(`^(?:${source})$`, "u");
  } catch (cause) {
    throw invalid("it is not a regular expression", cause);
  }
}

function invalid(why: string, cause?: unknown): FrostglassError {
  return new FrostglassError("subject-pattern-invalid", `The pattern for opaque subjects was refused: ${why}.`, {}, { cause });
}
