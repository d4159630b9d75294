import { expect, it } from "vitest";
import { nodeHash } from "../../src/tlog/merkle.js";
import { TileTree } from "../../src/tlog/tileTree.js";
import { codeOf } from "../note/codeOf.js";
import { hex, leavesOf, naiveRoot } from "./referenceTree.js";

const leaves = leavesOf(256);
const tileOf = (width: number) => Buffer.concat(leaves.slice(0, width));

it("has every complete subtree of a tile of any width, and no other", () => {
  for (const width of [0, 1, 2, 3, 7, 128, 150, 255, 256]) {
    const tree = new TileTree(tileOf(width), width);
    for (let height = 0; height <= 8; height++) {
      const count = Math.floor(width / 2 ** height);
      for (let place = 0; place < count; place++)
        expect(hex(tree.at(height, place))).toBe(hex(naiveRoot(leaves.slice(place * 2 ** height, (place + 1) * 2 ** height))));
      expect(codeOf(() => tree.at(height, count))).toBe("tile-malformed");
    }
  }
});

it("finds in a tile the subtree of the whole log that is there", () => {
  const tree = new TileTree(tileOf(256), 256);
  expect(hex(tree.hashOf({ level: 8 + 3, index: 32 * 5 + 2 }))).toBe(hex(naiveRoot(leaves.slice(16, 24))));
});

it("keeps what it was made of, whatever becomes of the bytes", () => {
  const bytes = new Uint8Array(tileOf(2));
  const tree = new TileTree(bytes, 2);
  bytes.fill(0);
  expect(hex(tree.at(0, 1))).toBe(hex(leaves[1] as Uint8Array));
});

it("takes no tile of another length, and a node no hash of another length", () => {
  for (const length of [0, 63, 65]) expect(codeOf(() => new TileTree(new Uint8Array(length), 2))).toBe("tile-malformed");
  for (const length of [0, 31, 33]) {
    expect(codeOf(() => nodeHash(new Uint8Array(length), leaves[0] as Uint8Array))).toBe("tree-hash-malformed");
    expect(codeOf(() => nodeHash(leaves[0] as Uint8Array, new Uint8Array(length)))).toBe("tree-hash-malformed");
  }
});
