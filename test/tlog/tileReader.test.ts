import { describe, expect, it } from "vitest";
import { TreeAppender } from "../../src/tlog/appender.js";
import { encodeEntryBundle } from "../../src/tlog/entryBundle.js";
import { checkConsistency, checkInclusion, emptyRoot } from "../../src/tlog/merkle.js";
import { formatTilePath } from "../../src/tlog/tile.js";
import { type FetchTile, TileReader } from "../../src/tlog/tileReader.js";
import { codeOfAsync } from "../note/codeOf.js";
import { entryOf, flip, hex, leavesOf, naiveRoot } from "./referenceTree.js";

const size = 1000;
const leaves = leavesOf(size);
const tree = TreeAppender.empty().appended(leaves);

/** The files of a log of 1,000 entries, grown in three steps. */
function filesOfLog(): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  let state = TreeAppender.empty();
  for (const end of [200, 700, size]) {
    state = state.appended(leaves.slice(state.size, end));
    for (const { tile, bytes } of state.newTiles) files.set(formatTilePath(tile), bytes);
  }
  for (let bundle = 0; bundle * 256 < size; bundle++) {
    const width = Math.min(256, size - bundle * 256);
    const entries = Array.from({ length: width }, (_, i) => entryOf(bundle * 256 + i));
    files.set(formatTilePath({ level: "entries", index: bundle, width }), encodeEntryBundle(entries));
  }
  return files;
}

const fetchFrom = (files: ReadonlyMap<string, Uint8Array>, asked: string[] = []): FetchTile => {
  return async (path) => {
    asked.push(path);
    return files.get(path);
  };
};

describe("TileReader", () => {
  it("proves the inclusion of any entry and the consistency with any former size", async () => {
    const reader = await TileReader.open(tree, fetchFrom(filesOfLog()));
    for (const index of [0, 1, 199, 255, 256, 511, 512, 700, 767, 768, 998, 999])
      checkInclusion(leaves[index] ?? emptyRoot(), index, tree, await reader.proveInclusion(index));
    for (const old of [0, 1, 2, 199, 200, 255, 256, 257, 700, 768, 999, 1000]) {
      const former = { size: old, root: await reader.rootAt(old) };
      expect(hex(former.root)).toBe(hex(naiveRoot(leaves.slice(0, old))));
      checkConsistency(former, tree, await reader.proveConsistency(old));
    }
  });

  it("reads leaf hashes and entries", async () => {
    const reader = await TileReader.open(tree, fetchFrom(filesOfLog()));
    expect(hex(await reader.leafHash(700))).toBe(hex(leaves[700] ?? emptyRoot()));
    expect((await reader.entries(0)).map(hex)).toEqual(Array.from({ length: 256 }, (_, i) => hex(entryOf(i))));
    expect((await reader.entries(3)).map(hex)).toEqual(Array.from({ length: 232 }, (_, i) => hex(entryOf(768 + i))));
  });

  it("fetches few tiles: the edge once, and then only what a proof needs", async () => {
    const asked: string[] = [];
    const reader = await TileReader.open(tree, fetchFrom(filesOfLog(), asked));
    expect(asked.splice(0).sort()).toEqual(["tile/0/003.p/232", "tile/1/000.p/3"]);
    await reader.proveInclusion(999);
    expect(asked.splice(0)).toEqual([]);
    await reader.proveInclusion(3);
    expect(asked).toEqual(["tile/0/000"]);
  });

  it("reads a log without entries", async () => {
    const reader = await TileReader.open({ size: 0, root: emptyRoot() }, fetchFrom(new Map()));
    expect(await reader.proveConsistency(0)).toEqual([]);
    expect(await codeOfAsync(reader.proveInclusion(0))).toBe("tree-index-out-of-range");
    expect(await codeOfAsync(TileReader.open({ size: 0, root: new Uint8Array(32) }, fetchFrom(new Map())))).toBe("tile-not-authentic");
  });

  it("takes the full tile or bundle when the partial one is gone, and no more of it than the tree has", async () => {
    const grown = TreeAppender.empty().appended(leavesOf(1024));
    const files = new Map(grown.newTiles.map(({ tile, bytes }) => [formatTilePath(tile), bytes]));
    files.set("tile/1/000.p/3", grown.partialTiles[0]?.bytes.subarray(0, 96) ?? emptyRoot());
    files.set("tile/entries/003", encodeEntryBundle(Array.from({ length: 256 }, (_, i) => entryOf(768 + i))));
    const asked: string[] = [];
    const reader = await TileReader.open(tree, fetchFrom(files, asked));
    expect(asked).toContain("tile/0/003.p/232");
    expect(asked).toContain("tile/0/003");
    checkInclusion(leaves[999] ?? emptyRoot(), 999, tree, await reader.proveInclusion(999));
    expect(await reader.entries(3)).toHaveLength(232);
  });

  it("refuses every tile of which one bit was turned, and forgets it: asked again, the good tile serves", async () => {
    for (const [path, bytes] of filesOfLog()) {
      const files = filesOfLog().set(path, flip(bytes, (bytes.length * 8) >> 1));
      const fetch = fetchFrom(files);
      const readAll = async (reader: TileReader): Promise<void> => {
        for (const bundle of [0, 1, 2, 3]) await reader.entries(bundle);
      };
      const usedBySize = !/^tile\/0\/(000\.p\/200|002\.p\/188)$|^tile\/1\/000\.p\/2$/.test(path);
      const outcome = codeOfAsync(TileReader.open(tree, fetch).then(readAll));
      if (path.startsWith("tile/entries")) expect(["tile-not-authentic", "entry-bundle-malformed"]).toContain(await outcome);
      else expect(await outcome, path).toBe(usedBySize ? "tile-not-authentic" : undefined);
    }
  });

  it("keeps the tiles above level 0, and asks again for one that failed", async () => {
    const [leaf = emptyRoot()] = leaves;
    const large = TreeAppender.empty().appended(Array.from({ length: 65_536 + 7 }, () => leaf));
    const files = new Map(large.newTiles.map(({ tile, bytes }) => [formatTilePath(tile), bytes]));
    const good = files.get("tile/1/000") ?? emptyRoot();
    const asked: string[] = [];
    const reader = await TileReader.open(large, fetchFrom(files, asked));
    files.set("tile/1/000", flip(good, 9));
    expect(await codeOfAsync(reader.leafHash(300))).toBe("tile-not-authentic");
    files.set("tile/1/000", good);
    expect(hex(await reader.leafHash(300))).toBe(hex(leaf));
    asked.splice(0);
    checkInclusion(leaf, 40_000, large, await reader.proveInclusion(40_000));
    expect(asked).toEqual(["tile/0/156"]);
  });

  it("says which tile is missing, cut short or too long", async () => {
    const without = filesOfLog();
    without.delete("tile/0/001");
    expect(await codeOfAsync(TileReader.open(tree, fetchFrom(without)).then((reader) => reader.leafHash(256)))).toBe("tile-missing");
    const short = filesOfLog().set("tile/0/001", new Uint8Array(8191));
    expect(await codeOfAsync(TileReader.open(tree, fetchFrom(short)).then((reader) => reader.leafHash(256)))).toBe("tile-malformed");
    const long = filesOfLog().set("tile/0/003.p/232", new Uint8Array(8192));
    expect(await codeOfAsync(TileReader.open(tree, fetchFrom(long)))).toBe("tile-malformed");
    expect(await codeOfAsync(TileReader.open(tree, fetchFrom(new Map())))).toBe("tile-missing");
  });

  it("refuses the tiles of another tree under this checkpoint", async () => {
    const other = { size, root: naiveRoot(leaves.map((leaf, i) => (i === 500 ? flip(leaf, 0) : leaf))) };
    expect(await codeOfAsync(TileReader.open(other, fetchFrom(filesOfLog())))).toBe("tile-not-authentic");
  });

  it("passes on what the source throws", async () => {
    const fetch: FetchTile = async () => {
      throw new Error("connection reset");
    };
    await expect(TileReader.open(tree, fetch)).rejects.toThrow("connection reset");
  });

  it("refuses indices and sizes past the tree", async () => {
    const reader = await TileReader.open(tree, fetchFrom(filesOfLog()));
    for (const asked of [
      reader.proveInclusion(1000),
      reader.leafHash(-1),
      reader.proveConsistency(1001),
      reader.rootAt(1001),
      reader.entries(4),
      reader.entries(0.5),
    ])
      expect(await codeOfAsync(asked)).toBe("tree-index-out-of-range");
  });
});
