import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TreeAppender } from "../../src/tlog/appender.js";
import { emptyRoot } from "../../src/tlog/merkle.js";
import { formatTilePath, type TileBytes } from "../../src/tlog/tile.js";
import { codeOf } from "../note/codeOf.js";
import { hex, leavesOf, naiveRoot } from "./referenceTree.js";

const leaves = leavesOf(600);
const pathsOf = (tiles: readonly TileBytes[]): string[] => tiles.map(({ tile }) => formatTilePath(tile));

/** What a store would hold after each state in turn: the new tiles by their paths. A path may be written once only, with one content. */
class Shelf {
  readonly tiles = new Map<string, Uint8Array>();

  put(appender: TreeAppender): void {
    for (const { tile, bytes } of appender.newTiles) {
      const path = formatTilePath(tile);
      expect(hex(this.tiles.get(path) ?? bytes)).toBe(hex(bytes));
      this.tiles.set(path, bytes.slice());
    }
  }

  restored(tree: { size: number; root: Uint8Array }): TreeAppender {
    return TreeAppender.restored(tree, (tile) => this.tiles.get(formatTilePath(tile)) ?? new Uint8Array(0));
  }
}

describe("TreeAppender", () => {
  it("has the root of the definition after every leaf", () => {
    let tree = TreeAppender.empty();
    expect(hex(tree.root)).toBe(hex(emptyRoot()));
    for (const [i, leaf] of leaves.slice(0, 300).entries()) {
      tree = tree.appended([leaf]);
      expect(tree.size).toBe(i + 1);
      expect(hex(tree.root)).toBe(hex(naiveRoot(leaves.slice(0, i + 1))));
    }
  });

  it("has the same root and tiles however the leaves come in, and after any restart", () => {
    const batches = fc.array(fc.nat(120), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(batches, fc.nat(7), (sizes, restartAt) => {
        const shelf = new Shelf();
        let tree = TreeAppender.empty();
        for (const [i, count] of sizes.entries()) {
          if (i === restartAt) tree = shelf.restored(tree);
          tree = tree.appended(leaves.slice(tree.size, tree.size + count));
          shelf.put(tree);
        }
        const atOnce = TreeAppender.empty().appended(leaves.slice(0, tree.size));
        expect(hex(tree.root)).toBe(hex(naiveRoot(leaves.slice(0, tree.size))));
        expect(tree.partialTiles).toEqual(atOnce.partialTiles);
        for (const { tile, bytes } of atOnce.newTiles)
          expect(hex(shelf.tiles.get(formatTilePath(tile)) ?? leaves[0] ?? bytes)).toBe(hex(bytes));
      }),
      { numRuns: 60 },
    );
  });

  it("fills tiles with the leaf hashes, and the level above with their roots", () => {
    const tree = TreeAppender.empty().appended(leaves.slice(0, 515));
    expect(pathsOf(tree.fullTiles)).toEqual(["tile/0/000", "tile/0/001"]);
    expect(pathsOf(tree.partialTiles)).toEqual(["tile/0/002.p/3", "tile/1/000.p/2"]);
    expect(hex(tree.fullTiles[1]?.bytes ?? emptyRoot())).toBe(leaves.slice(256, 512).map(hex).join(""));
    expect(hex(tree.partialTiles[0]?.bytes ?? emptyRoot())).toBe(leaves.slice(512, 515).map(hex).join(""));
    expect(hex(tree.partialTiles[1]?.bytes ?? emptyRoot())).toBe(
      [naiveRoot(leaves.slice(0, 256)), naiveRoot(leaves.slice(256, 512))].map(hex).join(""),
    );
  });

  it("names only what the state before did not have", () => {
    const before = TreeAppender.empty().appended(leaves.slice(0, 250));
    const filling = before.appended(leaves.slice(250, 260));
    expect(pathsOf(filling.newTiles)).toEqual(["tile/0/000", "tile/0/001.p/4", "tile/1/000.p/1"]);
    expect(pathsOf(filling.appended(leaves.slice(260, 263)).newTiles)).toEqual(["tile/0/001.p/7"]);
    expect(pathsOf(filling.appended([]).newTiles)).toEqual([]);
    expect(pathsOf(before.appended(leaves.slice(250, 256)).newTiles)).toEqual(["tile/0/000", "tile/1/000.p/1"]);
    // Exactly one tile further on: the widths are the same, the tiles are not.
    expect(pathsOf(filling.appended(leaves.slice(260, 516)).newTiles)).toEqual(["tile/0/001", "tile/0/002.p/4", "tile/1/000.p/2"]);
  });

  it("leaves the state before as it was, so that two futures may branch from it", () => {
    const base = TreeAppender.empty().appended(leaves.slice(0, 255));
    const rootBefore = hex(base.root);
    const tilesBefore = base.partialTiles.map(({ bytes }) => hex(bytes));
    const failed = base.appended(leaves.slice(300, 520));
    const good = base.appended(leaves.slice(255, 259));
    expect(failed.size).toBe(475);
    expect(hex(good.root)).toBe(hex(naiveRoot(leaves.slice(0, 259))));
    expect([hex(base.root), base.partialTiles.map(({ bytes }) => hex(bytes))]).toEqual([rootBefore, tilesBefore]);
  });

  it("does not see later changes of the tiles and hashes that it was given, though they are Node Buffers", () => {
    const tree = TreeAppender.empty().appended(leaves.slice(0, 101));
    const stored = Buffer.from(tree.partialTiles[0]?.bytes ?? []);
    const restored = TreeAppender.restored(tree, () => stored);
    stored.fill(0);
    const given = leaves.slice(101, 103).map((leaf) => Buffer.from(leaf));
    const next = restored.appended(given);
    for (const leaf of given) leaf.fill(0);
    expect(hex(next.appended(leaves.slice(103, 104)).root)).toBe(hex(naiveRoot(leaves.slice(0, 104))));
    expect(hex(next.partialTiles[0]?.bytes ?? emptyRoot())).toBe(leaves.slice(0, 103).map(hex).join(""));
  });

  it("grows past one tile of level 1", () => {
    // One leaf hash 65,536 times: each level of the tree has one hash, so the root is 17 hashes of the definition away.
    const [leaf = emptyRoot(), last = emptyRoot()] = leaves;
    const tree = TreeAppender.empty().appended(Array.from({ length: 65_536 }, () => leaf));
    expect(pathsOf(tree.partialTiles)).toEqual(["tile/2/000.p/1"]);
    expect(pathsOf(tree.fullTiles).slice(-2)).toEqual(["tile/0/255", "tile/1/000"]);
    const doubled = Array.from({ length: 16 }).reduce<Uint8Array>((hash) => naiveRoot([hash, hash]), leaf);
    expect(hex(tree.root)).toBe(hex(doubled));
    expect(hex(tree.appended([last]).root)).toBe(hex(naiveRoot([doubled, last])));
  });

  it("refuses to be restored from tiles that are not those of the checkpoint", () => {
    const tree = TreeAppender.empty().appended(leaves.slice(0, 300));
    const older = TreeAppender.empty().appended(leaves.slice(1, 301));
    const from = (source: TreeAppender) => (tile: { level: number }) =>
      source.partialTiles.find((each) => each.tile.level === tile.level)?.bytes ?? new Uint8Array(0);
    expect(hex(TreeAppender.restored(tree, from(tree)).root)).toBe(hex(tree.root));
    expect(codeOf(() => TreeAppender.restored(tree, from(older)))).toBe("tree-root-mismatch");
    expect(codeOf(() => TreeAppender.restored({ ...tree, size: 299 }, from(tree)))).toBe("tile-malformed");
    expect(codeOf(() => TreeAppender.restored(tree, () => new Uint8Array(0)))).toBe("tile-malformed");
    expect(codeOf(() => TreeAppender.restored({ size: 0, root: tree.root }, from(tree)))).toBe("tree-root-mismatch");
  });

  it("refuses a hash of another length and keeps the state", () => {
    const tree = TreeAppender.empty().appended(leaves.slice(0, 3));
    expect(codeOf(() => tree.appended([...leaves.slice(3, 5), new Uint8Array(31)]))).toBe("tree-hash-malformed");
    expect(hex(tree.appended(leaves.slice(3, 5)).root)).toBe(hex(naiveRoot(leaves.slice(0, 5))));
  });
});
