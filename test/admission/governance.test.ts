import { describe, expect, it } from "vitest";
import { applyEntry, emptyGovernance, grantKey } from "../../src/admission/governance.js";
import type { Entry } from "../../src/wire/entry.js";

const added = { entry: "requester-added/1", at: 1, requester: "bank.example", keys: ["A".repeat(43)] } as const satisfies Entry;
const cutOff = { entry: "requester-cut-off/1", at: 2, requester: "bank.example" } as const satisfies Entry;
const granted: Entry = {
  entry: "requester-granted/1",
  ...{ at: 3, requester: "bank.example", computation: "total-above", purposes: ["supervision"], from: 0, until: 100 },
};

function grantsAfter(...entries: readonly Entry[]): number {
  const state = emptyGovernance();
  for (const [position, entry] of entries.entries()) applyEntry(state, position, entry);
  return state.grants.get(grantKey("bank.example", "total-above"))?.length ?? 0;
}

describe("the administration folded from a log", () => {
  it("ends all grants of a requester that is cut off, and begins with none when it is added again", () => {
    expect(grantsAfter(added, granted)).toBe(1);
    expect(grantsAfter(added, granted, cutOff, added)).toBe(0);
  });

  it("takes no grant to a requester that is cut off, not even from a log whose holder let it in", () => {
    expect(grantsAfter(added, cutOff, granted, added)).toBe(0);
  });

  it("ends a key at once for good, whatever the clock says later, and one with an overlap by the clock", () => {
    const untilOf = (until: number) => {
      const state = emptyGovernance();
      const [key = ""] = added.keys;
      applyEntry(state, 0, added);
      applyEntry(state, 1, { entry: "requester-key-retired/1", at: 5, requester: "bank.example", key, until });
      return state.requesters.get("bank.example")?.keys[0]?.until;
    };
    expect([untilOf(5), untilOf(6)]).toEqual([0, 6]);
  });
});
