import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkConsistency,
  checkInclusion,
  completeSubtrees,
  emptyRoot,
  type HashSource,
  inclusionRanges,
  leafHash,
  proveConsistency,
  proveInclusion,
  rootOf,
  treeRoot,
} from "../../src/tlog/merkle.js";
import { codeOf } from "../note/codeOf.js";
import { consistencyProofs, entries, flip, hex, inclusionProofs, leafHashes, leavesOf, naiveRoot, roots, unhex } from "./referenceTree.js";

const leaves = leavesOf(300);
const naiveRoots = Array.from({ length: 301 }, (_, size) => naiveRoot(leaves.slice(0, size)));

/** A hash source over leaf hashes in memory that remembers what it made. */
function sourceOver(all: readonly Uint8Array[]): HashSource {
  const made = new Map<string, Uint8Array>();
  return ({ level, index }) => {
    const place = `${level}/${index}`;
    const hash = made.get(place) ?? naiveRoot(all.slice(index * 2 ** level, (index + 1) * 2 ** level));
    made.set(place, hash);
    return hash;
  };
}
const read = sourceOver(leaves);
const tree = (size: number) => ({ size, root: naiveRoots[size] ?? emptyRoot() });

describe("the reference tree", () => {
  const reference = sourceOver(leafHashes.map(unhex));

  it("has the published leaf hashes and roots", () => {
    expect(entries.map((entry) => hex(leafHash(unhex(entry))))).toEqual(leafHashes);
    for (const [size, root] of roots.entries()) {
      expect(hex(rootOf(leafHashes.slice(0, size).map(unhex)))).toBe(root);
      expect(hex(treeRoot(size, reference))).toBe(root);
    }
  });

  it.each(inclusionProofs)("has the published inclusion proof of %i in %i", (index, size, proof) => {
    expect(proveInclusion(index, size, reference).map(hex)).toEqual(proof);
    const published = { size, root: unhex(roots[size] ?? "") };
    checkInclusion(unhex(leafHashes[index] ?? ""), index, published, proof.map(unhex));
  });

  it.each(consistencyProofs)("has the published consistency proof from %i to %i", (oldSize, size, proof) => {
    expect(proveConsistency(oldSize, size, reference).map(hex)).toEqual(proof);
    checkConsistency({ size: oldSize, root: unhex(roots[oldSize] ?? "") }, { size, root: unhex(roots[size] ?? "") }, proof.map(unhex));
  });
});

describe("all trees up to 300 leaves", () => {
  it("have the root of the definition", () => {
    for (const [size, root] of naiveRoots.entries()) {
      expect(hex(treeRoot(size, read))).toBe(hex(root));
      expect(hex(rootOf(leaves.slice(0, size)))).toBe(hex(root));
    }
  });

  it("prove the inclusion of every leaf, in every size up to 70 and a few beyond", () => {
    for (const size of [...Array.from({ length: 70 }, (_, i) => i + 1), 127, 128, 129, 255, 256, 257, 300])
      for (let index = 0; index < size; index++)
        checkInclusion(leaves[index] ?? emptyRoot(), index, tree(size), proveInclusion(index, size, read));
  });

  it("prove their consistency with every smaller tree", () => {
    for (let size = 0; size <= 300; size += size < 70 ? 1 : 23)
      for (let old = 0; old <= size; old++) checkConsistency(tree(old), tree(size), proveConsistency(old, size, read));
  });
});

describe("checkInclusion refuses", () => {
  const anyProof = fc
    .integer({ min: 1, max: 300 })
    .chain((size) => fc.record({ size: fc.constant(size), index: fc.nat(size - 1), bit: fc.nat(255), at: fc.nat(8) }));

  it("every change of one bit, in the leaf, a hash or the root", () => {
    fc.assert(
      fc.property(anyProof, ({ size, index, bit, at }) => {
        const leaf = leaves[index] ?? emptyRoot();
        const proof = proveInclusion(index, size, read);
        const changed = proof.map((hash, i) => (i === at % proof.length ? flip(hash, bit) : hash));
        expect(codeOf(() => checkInclusion(flip(leaf, bit), index, tree(size), proof))).toBe("inclusion-proof-invalid");
        expect(codeOf(() => checkInclusion(leaf, index, { size, root: flip(tree(size).root, bit) }, proof))).toBe(
          "inclusion-proof-invalid",
        );
        if (proof.length > 0) expect(codeOf(() => checkInclusion(leaf, index, tree(size), changed))).toBe("inclusion-proof-invalid");
      }),
      { numRuns: 300 },
    );
  });

  it("another index, a proof too short or too long, and hashes in another order", () => {
    fc.assert(
      fc.property(anyProof, fc.nat(299), ({ size, index }, other) => {
        const leaf = leaves[index] ?? emptyRoot();
        const proof = proveInclusion(index, size, read);
        const refusedProofs = [proof.slice(1), proof.slice(0, -1), [...proof, leaf], [leaf, ...proof], [...proof].reverse()];
        for (const bad of refusedProofs.filter((each) => each.map(hex).join() !== proof.map(hex).join()))
          expect(codeOf(() => checkInclusion(leaf, index, tree(size), bad))).toBe("inclusion-proof-invalid");
        if (other !== index) expect(codeOf(() => checkInclusion(leaf, other, tree(size), proof))).toBe("inclusion-proof-invalid");
      }),
      { numRuns: 200 },
    );
  });

  it.each([-1, 8, 1.5, Number.NaN, 2 ** 53])("index %d", (index) => {
    expect(codeOf(() => checkInclusion(leaves[0] ?? emptyRoot(), index, tree(8), proveInclusion(0, 8, read)))).toBe(
      "inclusion-proof-invalid",
    );
    expect(codeOf(() => proveInclusion(index, 8, read))).toBe("tree-index-out-of-range");
  });

  it("hashes of another length", () => {
    const proof = proveInclusion(0, 8, read);
    expect(codeOf(() => checkInclusion(new Uint8Array(31), 0, tree(8), proof))).toBe("inclusion-proof-invalid");
    expect(codeOf(() => checkInclusion(leaves[0] ?? emptyRoot(), 0, tree(8), [new Uint8Array(64), ...proof.slice(1)]))).toBe(
      "inclusion-proof-invalid",
    );
  });

  it("the proof of a deeper tree under the size of a shallower one, though its hashes lead to the root", () => {
    const deeper = { size: 2, root: tree(4).root };
    const proof = [leaves[2] ?? emptyRoot(), tree(2).root];
    expect(codeOf(() => checkInclusion(leaves[3] ?? emptyRoot(), 1, deeper, proof))).toBe("inclusion-proof-invalid");
    checkInclusion(leaves[3] ?? emptyRoot(), 3, tree(4), proof);
  });

  it("an inner node passed off as a leaf", () => {
    // RFC 6962 §2.1: the two prefixes keep a node from being an entry. The proof of a subtree is one hash short.
    const inner = read({ level: 1, index: 0 });
    expect(codeOf(() => checkInclusion(inner, 0, tree(8), proveInclusion(0, 8, read).slice(1)))).toBe("inclusion-proof-invalid");
  });
});

describe("checkConsistency refuses", () => {
  const anySizes = fc.integer({ min: 2, max: 300 }).chain((size) => fc.tuple(fc.integer({ min: 1, max: size - 1 }), fc.constant(size)));

  it("every change of one bit, in a hash or in either root", () => {
    fc.assert(
      fc.property(anySizes, fc.nat(255), fc.nat(9), ([old, size], bit, at) => {
        const proof = proveConsistency(old, size, read);
        const changed = proof.map((hash, i) => (i === at % proof.length ? flip(hash, bit) : hash));
        const bad = (tree: { size: number; root: Uint8Array }) => ({ ...tree, root: flip(tree.root, bit) });
        expect(codeOf(() => checkConsistency(tree(old), tree(size), changed))).toBe("consistency-proof-invalid");
        expect(codeOf(() => checkConsistency(bad(tree(old)), tree(size), proof))).toBe("consistency-proof-invalid");
        expect(codeOf(() => checkConsistency(tree(old), bad(tree(size)), proof))).toBe("consistency-proof-invalid");
      }),
      { numRuns: 300 },
    );
  });

  it("a tree in which one old entry was written anew, with the honest proof of that tree", () => {
    fc.assert(
      fc.property(anySizes, fc.nat(299), ([old, size], at) => {
        const rewritten = leaves.slice(0, size).map((leaf, i) => (i === at % old ? flip(leaf, 0) : leaf));
        const forged = proveConsistency(old, size, sourceOver(rewritten));
        expect(codeOf(() => checkConsistency(tree(old), { size, root: naiveRoot(rewritten) }, forged))).toBe("consistency-proof-invalid");
      }),
      { numRuns: 60 },
    );
  });

  it("a proof too short or too long, and sizes the wrong way round", () => {
    fc.assert(
      fc.property(anySizes, ([old, size]) => {
        const proof = proveConsistency(old, size, read);
        for (const bad of [proof.slice(1), proof.slice(0, -1), [...proof, tree(old).root], [tree(old).root, ...proof]])
          expect(codeOf(() => checkConsistency(tree(old), tree(size), bad))).toBe("consistency-proof-invalid");
        expect(codeOf(() => checkConsistency(tree(size), tree(old), proof))).toBe("consistency-proof-invalid");
      }),
      { numRuns: 100 },
    );
  });

  it("a proof where none is needed, another root at the same size, and an empty tree with another root", () => {
    const [root] = leaves;
    const refused = "consistency-proof-invalid";
    expect(codeOf(() => checkConsistency(tree(0), tree(5), [root ?? emptyRoot()]))).toBe(refused);
    expect(codeOf(() => checkConsistency(tree(5), tree(5), [root ?? emptyRoot()]))).toBe(refused);
    expect(codeOf(() => checkConsistency(tree(5), { size: 5, root: tree(6).root }, []))).toBe(refused);
    expect(codeOf(() => checkConsistency({ size: 0, root: tree(1).root }, tree(5), []))).toBe(refused);
    expect(codeOf(() => checkConsistency({ size: 0, root: tree(1).root }, { size: 0, root: tree(1).root }, []))).toBe(refused);
    checkConsistency(tree(0), tree(0), []);
    checkConsistency(tree(0), tree(5), []);
  });

  it("the proof of deeper trees under shallower sizes, and the other way round, though its hashes lead to both roots", () => {
    const [small, large] = [proveConsistency(3, 4, read), proveConsistency(7, 8, read)];
    const as = (size: number, real: number) => ({ size, root: tree(real).root });
    expect(codeOf(() => checkConsistency(as(3, 7), as(4, 8), large))).toBe("consistency-proof-invalid");
    expect(codeOf(() => checkConsistency(as(7, 3), as(8, 4), small))).toBe("consistency-proof-invalid");
    checkConsistency(tree(3), tree(4), small);
    checkConsistency(tree(7), tree(8), large);
  });

  it("to prove from a size past the tree", () => {
    for (const old of [6, -1, 0.5]) expect(codeOf(() => proveConsistency(old, 5, read))).toBe("tree-index-out-of-range");
  });
});

describe("sizes past 32 bits", () => {
  it("split where they should", () => {
    const size = 2 ** 52 + 2 ** 33 + 1;
    expect(completeSubtrees({ begin: 0, end: size })).toEqual([
      { level: 52, index: 0 },
      { level: 33, index: 2 ** 19 },
      { level: 0, index: size - 1 },
    ]);
    expect(inclusionRanges(size - 1, size)).toEqual([
      { begin: 2 ** 52, end: size - 1 },
      { begin: 0, end: 2 ** 52 },
    ]);
    expect(inclusionRanges(0, Number.MAX_SAFE_INTEGER)).toHaveLength(53);
  });
});
