import { describe, expect, it } from "vitest";
import { applyEntry, emptyGovernance, type Governance } from "../../src/admission/governance.js";
import { bindingPolicies, prunableBelow } from "../../src/admission/pruning.js";
import type { Entry } from "../../src/wire/entry.js";

const day = 86_400;
const digest = (digit: string) => `sha256:${digit.repeat(64)}` as const;

/** A log with one act at each position, on the days given. */
function actsOn(...days: readonly number[]): Governance {
  return folded(days.map((each): Entry => ({ entry: "subject-accessed/1", at: each * day })));
}

function folded(entries: readonly Entry[]): Governance {
  const state = emptyGovernance();
  for (const [position, entry] of entries.entries()) applyEntry(state, position, entry);
  return state;
}

describe("up to where a log may be pruned", () => {
  it("is the last act that is old enough: what is before it is older, and what is after it nobody knows", () => {
    const log = actsOn(1, 2, 100, 300);
    expect([399, 401, 402, 499, 500, 700].map((today) => prunableBelow(log, [{ logDays: 400 }], today * day))).toEqual([0, 0, 1, 1, 2, 3]);
  });

  it("takes the longest of the binding policies, and is nowhere where one of them has no end", () => {
    const log = actsOn(1, 2, 100);
    expect(prunableBelow(log, [{ logDays: 400 }, { logDays: 450 }], 500 * day)).toBe(1);
    expect(prunableBelow(log, [{ logDays: 400 }, { logDays: undefined }], 5000 * day)).toBeUndefined();
    expect(prunableBelow(log, [], 5000 * day)).toBeUndefined();
  });

  it("does not believe a clock that went back", () => {
    expect(prunableBelow(actsOn(10, 300, 20), [{ logDays: 400 }], 450 * day)).toBe(0);
    expect(prunableBelow(actsOn(10, 300, 20, 301), [{ logDays: 400 }], 701 * day)).toBe(3);
  });

  it("keeps one instant a day, the last one", () => {
    const log = folded([0, 10, 20, day, day + 5].map((at): Entry => ({ entry: "subject-accessed/1", at })));
    expect(log.times).toEqual([
      { position: 2, at: 20 },
      { position: 4, at: day + 5 },
    ]);
  });
});

describe("the policies that bind a pruning", () => {
  const log = folded([
    { entry: "policy-set/1", at: 10 * day, policy: digest("a") },
    { entry: "policy-set/1", at: 100 * day, policy: digest("b") },
    { entry: "policy-set/1", at: 120 * day, policy: digest("c") },
  ]);

  it("are all that were in force in the thirty days before", () => {
    expect(bindingPolicies(log, 129 * day)).toEqual([digest("a"), digest("b"), digest("c")]);
    expect(bindingPolicies(log, 130 * day)).toEqual([digest("b"), digest("c")]);
    expect(bindingPolicies(log, 151 * day)).toEqual([digest("c")]);
  });

  it("are those that there are in a log that is younger", () => {
    expect(bindingPolicies(log, 11 * day)).toEqual([digest("a"), digest("b"), digest("c")]);
  });
});

describe("the minimum index", () => {
  const prunedTo = (...indexes: readonly number[]) =>
    folded([
      ...Array(5).fill({ entry: "subject-accessed/1", at: 1 }),
      ...indexes.map((minimumIndex) => ({ entry: "log-pruned/1", at: 2, minimumIndex })),
    ]).pruned;

  it("only grows, whatever a holder logs", () => {
    expect(prunedTo(3)).toEqual({ minimumIndex: 3, position: 5 });
    expect(prunedTo(3, 2)).toEqual({ minimumIndex: 3, position: 5 });
    expect(prunedTo(3, 4)).toEqual({ minimumIndex: 4, position: 6 });
  });

  it("never lies beyond the act that states it", () => {
    expect(prunedTo(6)).toBeUndefined();
    expect(prunedTo(5)).toEqual({ minimumIndex: 5, position: 5 });
  });
});
