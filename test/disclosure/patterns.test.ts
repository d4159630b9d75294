import { expect, test } from "vitest";
import { type AskedCounts, patternsOf } from "../../src/disclosure/patterns.js";

const counts = (more: Partial<AskedCounts> = {}): AskedCounts => ({ cutoffs: 0, computations: 0, unknownInRow: 0, ...more });

test("each pattern is told when its mark is reached, and not with each question after it", () => {
  for (const [member, mark, pattern] of [
    ["cutoffs", 4, "probing-cutoffs"],
    ["computations", 7, "probing-computations"],
    ["unknownInRow", 25, "probing-subjects"],
  ] as const) {
    for (let n = 1; n < 2 * mark; n++)
      expect(patternsOf(counts({ [member]: n }), counts({ [member]: n - 1 }))).toEqual(n === mark ? [pattern] : []);
  }
});

test("a walk that goes on is told again, and standing still is not", () => {
  expect(patternsOf(counts({ unknownInRow: 50 }), counts({ unknownInRow: 49 }))).toEqual(["probing-subjects"]);
  expect(patternsOf(counts({ unknownInRow: 25 }), counts({ unknownInRow: 25 }))).toEqual([]);
});
