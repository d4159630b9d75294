import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeHashes,
  edgeTiles,
  formatTilePath,
  parseTilePath,
  partialWidth,
  subtreeHash,
  type Tile,
  tileAt,
  tileOf,
} from "../../src/tlog/tile.js";
import { codeOf } from "../note/codeOf.js";
import { hex, leavesOf, naiveRoot } from "./referenceTree.js";

describe("a tile path", () => {
  it.each<[string, Tile]>([
    // C2SP tlog-tiles, Merkle Tree: the index 1234067
    ["tile/0/x001/x234/067", { level: 0, index: 1234067, width: 256 }],
    ["tile/0/000", { level: 0, index: 0, width: 256 }],
    ["tile/63/999", { level: 63, index: 999, width: 256 }],
    ["tile/1/x001/000.p/17", { level: 1, index: 1000, width: 17 }],
    ["tile/0/273.p/112", { level: 0, index: 273, width: 112 }],
    ["tile/entries/x999/999.p/255", { level: "entries", index: 999999, width: 255 }],
    ["tile/entries/x001/x000/000", { level: "entries", index: 1000000, width: 256 }],
  ])("%s", (path, tile) => {
    expect(formatTilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual(tile);
  });

  it("round-trips every tile", () => {
    const tiles = fc.record({
      level: fc.oneof(fc.nat(63), fc.constant("entries" as const)),
      index: fc.maxSafeNat(),
      width: fc.integer({ min: 1, max: 256 }),
    });
    fc.assert(
      fc.property(tiles, (tile) => {
        expect(parseTilePath(formatTilePath(tile))).toEqual(tile);
      }),
    );
  });

  it.each([
    "",
    "tile/0",
    "/tile/0/000",
    "tile/0/000/",
    "tile/0/000\n",
    "tile/0/0",
    "tile/0/00",
    "tile/0/0000",
    "tile/0/x000/000",
    "tile/0/x000/001",
    "tile/0/001/000",
    "tile/0/x001",
    "tile/0/X001/000",
    "tile/00/000",
    "tile/01/000",
    "tile/64/000",
    "tile/-1/000",
    "tile/Entries/000",
    "tile/data/000",
    "tile/0/000.p/0",
    "tile/0/000.p/256",
    "tile/0/000.p/01",
    "tile/0/000.p/",
    "tile/0/000.p",
    "tile/0/000.p/1/",
    "tile/0/000.p/-1",
    "tile/0/../000",
    "tile/0/x009/x007/x199/x254/x740/992",
    "tile/0/x001/x000/x000/x000/x000/x000/000",
  ])("is not %j", (path) => {
    expect(codeOf(() => parseTilePath(path))).toBe("tile-path-malformed");
  });
});

describe("the tiles of a size", () => {
  it("are those of the specification for 70,000 leaves", () => {
    // C2SP tlog-tiles, Partial Tiles: 273 full level 0 tiles and .p/112, one full level 1 tile and .p/17, level 2 .p/1
    expect(edgeTiles(70_000).map(formatTilePath)).toEqual(["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]);
    expect([0, 1, 2, 3].map((level) => partialWidth(level, 70_000))).toEqual([112, 17, 1, 0]);
    expect(tileAt(0, 272, 70_000)?.width).toBe(256);
    expect(tileAt(1, 0, 70_000)?.width).toBe(256);
    expect(tileAt("entries", 273, 70_000)).toEqual({ level: "entries", index: 273, width: 112 });
  });

  it("are those of the specification for 256 leaves", () => {
    expect(edgeTiles(256).map(formatTilePath)).toEqual(["tile/1/000.p/1"]);
    expect(tileAt(0, 0, 256)?.width).toBe(256);
  });

  it("end where the tree ends, and an empty tile is none", () => {
    expect(edgeTiles(0)).toEqual([]);
    expect(edgeTiles(65_536).map(formatTilePath)).toEqual(["tile/2/000.p/1"]);
    for (const [level, index, size] of [
      [0, 0, 0],
      [0, 1, 256],
      [1, 0, 255],
      [0, 274, 70_000],
      [3, 0, 70_000],
      [0, -1, 10],
      [0, 0.5, 512],
    ] as const)
      expect(tileAt(level, index, size)).toBeUndefined();
  });

  it("reach the largest size that a number holds exactly", () => {
    expect(edgeTiles(Number.MAX_SAFE_INTEGER).map(({ width }) => width)).toEqual([255, 255, 255, 255, 255, 255, 31]);
  });
});

describe("hashes in a tile", () => {
  const leaves = leavesOf(256);
  const bytes = Buffer.concat(leaves);

  it("give the hash of every complete subtree below the tile's root", () => {
    for (let level = 0; level < 8; level++)
      for (let index = 0; index < 256 / 2 ** level; index += 7) {
        const range = leaves.slice(index * 2 ** level, (index + 1) * 2 ** level);
        expect(hex(subtreeHash({ level, index }, bytes))).toBe(hex(naiveRoot(range)));
      }
  });

  it("are looked for in the right place", () => {
    expect(tileOf({ level: 0, index: 1234 })).toEqual({ level: 0, index: 4, start: 210, count: 1 });
    expect(tileOf({ level: 7, index: 3 })).toEqual({ level: 0, index: 1, start: 128, count: 128 });
    expect(tileOf({ level: 8, index: 3 })).toEqual({ level: 1, index: 0, start: 3, count: 1 });
    expect(tileOf({ level: 52, index: 1 })).toEqual({ level: 6, index: 0, start: 16, count: 16 });
  });

  it("must fill it exactly", () => {
    expect(decodeHashes(bytes.subarray(0, 64), 2).map(hex)).toEqual(leaves.slice(0, 2).map(hex));
    for (const length of [0, 31, 33, 63, 65, 96]) expect(codeOf(() => decodeHashes(new Uint8Array(length), 2))).toBe("tile-malformed");
    expect(codeOf(() => subtreeHash({ level: 1, index: 1 }, bytes.subarray(0, 96)))).toBe("tile-malformed");
  });
});
