import { describe, expect, it } from "vitest";
import { cosignatureType, verifierKeyOf } from "../../src/note/verifierKey.js";
import { parsePolicy } from "../../src/tlog/policy.js";
import { quorumReached, refuseOwnerQuorum } from "../../src/tlog/quorum.js";
import { codeOf } from "../note/codeOf.js";
import { signerOf, specPolicy, witnesses } from "./federation.js";

const policy = parsePolicy(specPolicy);

describe("the quorum of the specification's example", () => {
  // C2SP tlog-policy: at least two of the X-witnesses, and at least one of the Y-witnesses
  it.each([
    ["X1 X2 Y1", true],
    ["X1 X3 Y3", true],
    ["X1 X2 X3 Y1 Y2 Y3", true],
    ["X1 X2 X3", false],
    ["Y1 Y2 Y3", false],
    ["X1 Y1 Y2 Y3", false],
    ["X1 X1 Y1", false],
    ["X1 stranger Y1", false],
    ["X-witnesses Y-witnesses", false],
    ["X-and-Y", false],
    ["", false],
  ])("given %j is %s", (names, reached) => {
    expect(quorumReached(policy, names.split(" "))).toBe(reached);
  });

  it("agrees with counting, for every set of witnesses", () => {
    for (let set = 0; set < 64; set++) {
      const names = ["X1", "X2", "X3", "Y1", "Y2", "Y3"].filter((_, i) => (set >> i) & 1);
      const count = (letter: string) => names.filter((name) => name.startsWith(letter)).length;
      expect(quorumReached(policy, names)).toBe(count("X") >= 2 && count("Y") >= 1);
    }
  });

  it("may be one witness, or none", () => {
    expect(quorumReached({ ...policy, quorum: "Y2" }, ["Y2"])).toBe(true);
    expect(quorumReached({ ...policy, quorum: "Y2" }, ["Y1", "Y3"])).toBe(false);
    expect(quorumReached({ ...policy, quorum: "none" }, [])).toBe(true);
  });
});

describe("refuseOwnerQuorum", () => {
  const keysOf = (...indices: number[]) => indices.map((i) => verifierKeyOf(witnesses[i] ?? signerOf("x", 99), cosignatureType));

  it("lets a policy pass that needs somebody else", () => {
    for (const owned of [keysOf(), keysOf(0, 1, 2), keysOf(0, 3, 4, 5), [verifierKeyOf(signerOf("stranger.example", 77), cosignatureType)]])
      refuseOwnerQuorum(policy, owned);
  });

  it("refuses one that the operator's witnesses fill", () => {
    expect(codeOf(() => refuseOwnerQuorum(policy, keysOf(0, 2, 4)))).toBe("policy-owner-quorum");
    expect(codeOf(() => refuseOwnerQuorum({ ...policy, quorum: "X1" }, keysOf(0)))).toBe("policy-owner-quorum");
  });

  it("knows a witness by its key, under whatever name and type", () => {
    const renamed = [0, 1, 3].map((i) => verifierKeyOf({ ...(witnesses[i] ?? signerOf("x", 99)), name: `alias-${i}.example` }));
    expect(codeOf(() => refuseOwnerQuorum(policy, renamed))).toBe("policy-owner-quorum");
  });

  it("refuses a policy that needs nobody", () => {
    expect(codeOf(() => refuseOwnerQuorum({ ...policy, quorum: "none" }, []))).toBe("policy-quorum-none");
  });
});
