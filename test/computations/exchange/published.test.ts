import { describe, expect, test } from "vitest";
import { compileManifest } from "../../../src/computations/computation.js";
import { intoManifest } from "../../../src/computations/exchange/intoManifest.js";
import { readPmml } from "../../../src/computations/exchange/pmml/readPmml.js";
import { writePmml } from "../../../src/computations/exchange/pmml/writePmml.js";
import { parseManifest } from "../../../src/computations/manifest/manifest.js";
import { type Applicant, applicantManifest, applicantSchemas, compiled, outcomeOf, publishedScorecard } from "./fixtures.js";

const manifest = applicantManifest(["department", "age", "income"], "{ score: { min: -15, max: 63, step: 1 }, reasons: 3 }");
/** An engineer of 25 with an income of 500. */
const published: Applicant = { department: "engineering", age: 25, income: 5000 };

describe("the example of the PMML specification", () => {
  test.each(["4.1", "4.2", "4.2.1", "4.3", "4.4", "4.4.1"])("in version %s gives its published score and reason codes", (version) => {
    const computation = compiled(readPmml(publishedScorecard(version)), manifest);
    expect(outcomeOf(computation, published)).toBe("score 29 [RC2 RC1]");
  });

  test("with codes at the Attributes gives the published ones", () => {
    expect(outcomeOf(compiled(readPmml(publishedScorecard("4.1", true)), manifest), published)).toBe("score 29 [RC2_3 RC1]");
  });

  // Worked out by hand: points, then 19, 18 and 10 less the points, the most first; ties in the order of the characteristics.
  test.each<[Applicant, string]>([
    [{}, "score -5 [RC1 RC2 RC3]"],
    [{ department: "marketing", age: 40, income: 10000 }, "score 63 []"],
    [{ department: "marketing", age: 39, income: 10001 }, "score 36 [RC2 RC3]"],
    [{ department: "business", age: 18, income: 25000 }, "score 8 [RC2 RC1 RC3]"],
    [{ department: "business", age: 29, income: 25001 }, "score 3 [RC2 RC1 RC3]"],
    [{ department: "business", age: 30, income: 25001 }, "score 15 [RC1 RC3 RC2]"],
  ])("%j gives %s", (applicant, expected) => {
    expect(outcomeOf(compiled(readPmml(publishedScorecard()), manifest), applicant)).toBe(expected);
  });

  test("written again and read again is the same model", () => {
    const text = intoManifest(readPmml(publishedScorecard()), manifest).text;
    const first = parseManifest(text);
    const again = writePmml(first, compileManifest(first, applicantSchemas).bound);
    expect(intoManifest(readPmml(again), manifest).text).toBe(text);
  });

  test("by points above the baselines, for a card where more points are worse", () => {
    const computation = compiled(readPmml(publishedScorecard().replace("pointsBelow", "pointsAbove")), manifest);
    // 3 - 19, 0 - 18 and 26 - 10
    expect(outcomeOf(computation, published)).toBe("score 29 [RC3]");
  });
});
