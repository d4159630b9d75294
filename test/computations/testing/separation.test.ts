import { describe, expect, it } from "vitest";
import { directionOf, evidenceOf, separationOf, stabilityOf } from "../../../src/computations/testing/separation.js";
import { type Rational, roundToDecimal } from "../../../src/model/rational.js";

/*
 * Worked by hand. Ten bad and twenty good firms in three groups, score ascending:
 *
 *   group   good  bad   cumulative good  bad     gap
 *   1         2     5        2/20        5/10    0.40
 *   2         6     4        8/20        9/10    0.50   <- KS
 *   3        12     1       20/20       10/10    0
 *
 * Pairs (good above bad, ties one half): 5 bad of group 1 see 18 good above and 2 level: 5 × 19 = 95; 4 × (12 + 3) = 60; 1 × (0 + 6) = 6.
 * AUC = 161 / 200 = 0.805, Gini = 0.61.
 */
const groups = [
  { good: 2, bad: 5 },
  { good: 6, bad: 4 },
  { good: 12, bad: 1 },
];

const exactly = (value: Rational | undefined) => value && roundToDecimal(value, 6);

describe("separation", () => {
  it("is what a hand works out", () => {
    const { ks, auc, gini } = separationOf(groups) ?? {};
    expect([ks, auc, gini].map(exactly)).toEqual(["0.500000", "0.805000", "0.610000"]);
  });

  it("turns its sign with the score, and keeps KS", () => {
    const { ks, auc, gini } = separationOf(groups.toReversed()) ?? {};
    expect([ks, auc, gini].map(exactly)).toEqual(["0.500000", "0.195000", "-0.610000"]);
  });

  it("is none in one group, and all where no group is mixed", () => {
    expect(exactly(separationOf([{ good: 7, bad: 3 }])?.gini)).toBe("0.000000");
    const parted = separationOf([
      { good: 0, bad: 3 },
      { good: 7, bad: 0 },
    ]);
    expect([parted?.ks, parted?.gini].map(exactly)).toEqual(["1.000000", "1.000000"]);
  });

  it("is undefined without a good or a bad firm", () => {
    expect(separationOf([{ good: 4, bad: 0 }])).toBeUndefined();
    expect(separationOf([])).toBeUndefined();
  });

  it("says in which direction the share of bad firms goes", () => {
    expect(directionOf(groups)).toBe("falls");
    expect(directionOf(groups.toReversed())).toBe("rises");
    expect(directionOf([groups[1], groups[0], groups[2]].flatMap((each) => each ?? []))).toBe("neither");
  });
});

describe("evidence and stability", () => {
  it("are the sums that a pocket calculator gives", () => {
    // ln(0.1/0.5) = -1.609438, ln(0.3/0.4) = -0.287682, ln(0.6/0.1) = 1.791759
    const { weights, value } = evidenceOf(groups);
    expect(weights.map((weight) => weight.toFixed(6))).toEqual(["-1.609438", "-0.287682", "1.791759"]);
    // -0.4 × -1.609438 + -0.1 × -0.287682 + 0.5 × 1.791759
    expect(value.toFixed(5)).toBe("1.56842");
  });

  it("is zero for the same shares, and the textbook sum for others", () => {
    const lines = (...counts: readonly (readonly [number, number])[]) => counts.map(([current, earlier]) => ({ current, earlier }));
    expect(stabilityOf(lines([10, 100], [30, 300]))).toBeCloseTo(0, 12);
    // (0.6 - 0.5) ln(0.6/0.5) + (0.4 - 0.5) ln(0.4/0.5) = 0.0182322 + 0.0223144
    expect(stabilityOf(lines([60, 50], [40, 50])).toFixed(6)).toBe("0.040547");
  });
});
