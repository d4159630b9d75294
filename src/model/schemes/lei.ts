import { FrostglassError } from "../../errors/error.js";
import type { SubjectScheme } from "./scheme.js";

/** Legal entity identifier, ISO 17442: 18 characters and two check digits by ISO/IEC 7064 MOD 97-10. */
export const lei: SubjectScheme = {
  name: "lei",
  parse(id) {
    if (!/^[0-9A-Z]{18}[0-9]{2}$/.test(id))
      throw new FrostglassError("subject-malformed", "A legal entity identifier has 18 of 0-9 and A-Z and two check digits.");
    if (remainder97(id) !== 1 || !isCanonicalCheck(id.slice(18)))
      throw new FrostglassError("subject-check-digit", "The check digits of the legal entity identifier are wrong.");
    return id;
  },
};

/** Letters count 10 (A) to 35 (Z), two decimal digits each. */
function remainder97(id: string): number {
  let remainder = 0;
  for (let i = 0; i < id.length; i++) {
    const value = Number.parseInt(id.charAt(i), 36);
    remainder = (remainder * (value < 10 ? 10 : 100) + value) % 97;
  }
  return remainder;
}

/** ISO/IEC 7064 makes 02 to 98. The sum alone would take 00, 01 and 99 as well, and one firm would have two identifiers. */
function isCanonicalCheck(digits: string): boolean {
  return digits >= "02" && digits <= "98";
}
