import type { SampleRandom } from "./random.js";

const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/**
 * An invented unified social credit code (GB 32100-2015) with right check characters: an enterprise (`91`) in a division that does not exist
 * (`99….`), so that it is nobody's code.
 */
export function inventCode(random: SampleRandom): string {
  const division = `99${String(random.below(10_000)).padStart(4, "0")}`;
  const organisation = `MA${pick(random, alphabet, 6)}`;
  const body = `91${division}${organisation}${organisationCheck(organisation)}`;
  return body + codeCheck(body);
}

function pick(random: SampleRandom, characters: string, length: number): string {
  return Array.from({ length }, () => characters.charAt(random.below(characters.length))).join("");
}

/** GB 11714: letters count 10 (A) to 35 (Z). */
function organisationCheck(organisation: string): string {
  const weights = [3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, i) => total + weight * Number.parseInt(organisation.charAt(i), 36), 0);
  return "0X987654321".charAt(sum % 11);
}

/** GB 32100-2015: the check character makes the sum over all 18, weighted with 3^i, a multiple of 31. */
function codeCheck(body: string): string {
  let sum = 0;
  let weight = 1;
  for (const character of body) {
    sum += weight * alphabet.indexOf(character);
    weight = (weight * 3) % 31;
  }
  return alphabet.charAt((31 - (sum % 31)) % 31);
}
