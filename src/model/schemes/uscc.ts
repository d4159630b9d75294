import { FrostglassError } from "../../errors/error.js";
import type { SubjectScheme } from "./scheme.js";

// GB 32100-2015 table 1: digits and capitals without I, O, S, V and Z.
const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const form = /^[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}$/;

/** Unified social credit code of a Chinese organisation, GB 32100-2015: 18 characters with two check characters, one inside the other. */
export const uscc: SubjectScheme = {
  name: "uscc",
  parse(id) {
    if (!form.test(id))
      throw new FrostglassError(
        "subject-malformed",
        "A unified social credit code has 18 characters of 0-9 and A-Y without I, O, S and V.",
      );
    if (organisationCheck(id) !== id[16] || codeCheck(id) !== id[17])
      throw new FrostglassError("subject-check-digit", "A check character of the unified social credit code is wrong.");
    return id;
  },
};

/** GB 32100-2015 §A: weights 3^i mod 31 over the first 17 characters. */
function codeCheck(id: string): string | undefined {
  let sum = 0;
  let weight = 1;
  for (let i = 0; i < 17; i++) {
    sum += weight * alphabet.indexOf(id.charAt(i));
    weight = (weight * 3) % 31;
  }
  return alphabet[(31 - (sum % 31)) % 31];
}

const organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2];

/** GB 11714: the organisation code stands at positions 9 to 17; its letters count 10 (A) to 35 (Z). */
function organisationCheck(id: string): string {
  let sum = 0;
  for (const [i, weight] of organisationWeights.entries()) sum += weight * Number.parseInt(id.charAt(8 + i), 36);
  const check = 11 - (sum % 11);
  return check === 11 ? "0" : check === 10 ? "X" : String(check);
}
