import { describe, expect, it } from "vitest";
import { uscc } from "../../src/model/schemes/uscc.js";
import { inventCode } from "../../src/sample/organisationCode.js";
import { SampleRandom } from "../../src/sample/random.js";

/** The weights as table 2 of GB 32100-2015 and GB 11714 print them; the check character has weight 1 in both sums. */
const codeWeights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1];
const organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2, 1];
const characters = [..."0123456789ABCDEFGHJKLMNPQRTUWXY"];
const letters = [..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"];

/** Both check characters, by the congruences that they complete. */
function remainders(code: string): readonly [number, number] {
  const whole = [...code].reduce((sum, character, i) => sum + characters.indexOf(character) * (codeWeights[i] ?? 0), 0);
  const organisation = [...code.slice(8, 17)].map((character, i) => (i === 8 && character === "X" ? 10 : letters.indexOf(character)));
  return [whole % 31, organisation.reduce((sum, value, i) => sum + value * (organisationWeights[i] ?? 0), 0) % 11];
}

describe("invented organisation codes", () => {
  it("are judged here by sums that hold for the example of the standard", () => {
    expect(remainders("91350100M000100Y43")).toEqual([0, 0]);
  });

  it("have both check characters right, and nobody's division", () => {
    const random = new SampleRandom("codes");
    for (let i = 0; i < 2000; i++) {
      const code = inventCode(random);
      expect(remainders(code)).toEqual([0, 0]);
      expect(code).toMatch(/^9199/);
      expect(uscc.parse(code)).toBe(code);
    }
  });
});
