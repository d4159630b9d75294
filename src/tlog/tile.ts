import { FrostglassError } from "../errors/error.js";
import { parseDecimal } from "./decimal.js";
import { hashLength, rootOf, type Subtree } from "./merkle.js";

/** How many hashes a full tile has, and how many entries a full bundle. */
export const fullWidth = 256;
/** How many levels of the tree lie between a tile and the one above it: a full tile has 2^8 hashes. */
export const tileHeight = 8;
const maxLevel = 63;

/** One resource of a log: a tile of hashes at a level from 0 to 63, or a bundle of entries, which has the places of level 0. */
export interface Tile {
  readonly level: number | "entries";
  readonly index: number;
  /** 1 to 256; below 256 the tile is partial. */
  readonly width: number;
}

/** A tile that holds hashes. */
export interface HashTile extends Tile {
  readonly level: number;
}

/** A tile and its content, as it is stored and served. */
export interface TileBytes<T extends Tile = Tile> {
  readonly tile: T;
  readonly bytes: Uint8Array;
}

/*
 * tile/0/x001/x234/067          full tile 1234067 at level 0
 * tile/1/000.p/17               the first tile at level 1, while it has 17 hashes
 * tile/entries/x001/000.p/112   the first 112 entries of bundle 1000
 */

/** The path of a tile below a log's prefix (C2SP tlog-tiles, Merkle Tree and Log entries), without a slash before it. */
export function formatTilePath({ level, index, width }: Tile): string {
  const digits = String(index);
  const groups = digits.padStart(3 * Math.ceil(digits.length / 3), "0").match(/\d{3}/g) ?? [];
  const number = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join("/");
  return `tile/${level}/${number}${width < fullWidth ? `.p/${width}` : ""}`;
}

/** Parses such a path, in its one canonical form. Throws `tile-path-malformed`. */
export function parseTilePath(path: string): Tile {
  const parts = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/.exec(path);
  const [, levelText = "", number = "", widthText] = parts ?? [];
  const level = levelText === "entries" ? levelText : (parseDecimal(levelText) ?? -1);
  const width = widthText === undefined ? fullWidth : parseDecimal(widthText);
  const tile: Tile = { level, index: Number(number.replace(/[x/]/g, "")), width: width ?? 0 };
  // Formatting again must give the same text: that refuses spare groups, leading zeros and a width of 256 in one step.
  if (parts === null || !isTile(tile) || formatTilePath(tile) !== path)
    throw new FrostglassError("tile-path-malformed", "The path is not that of a tile or of an entry bundle.");
  return tile;
}

function isTile({ level, index, width }: Tile): boolean {
  return (level === "entries" || (0 <= level && level <= maxLevel)) && Number.isSafeInteger(index) && 1 <= width && width <= fullWidth;
}

/** How many hashes the last tile of a level has in a tree of `size` leaves when it is partial: 0 to 255, and at 0 there is none. */
export function partialWidth(level: number, size: number): number {
  return hashesAt(level, size) % fullWidth;
}

/** The tile at this place in a tree of `size` leaves, as wide as it is there; undefined when the tree does not reach it. */
export function tileAt<L extends number | "entries">(level: L, index: number, size: number): (Tile & { level: L }) | undefined {
  if (!Number.isSafeInteger(index) || index < 0) return undefined;
  const width = Math.min(hashesAt(level === "entries" ? 0 : level, size) - index * fullWidth, fullWidth);
  return width > 0 ? { level, index, width } : undefined;
}

/** The partial tiles of a tree, lowest level first. Their hashes alone give the root: everything to their left is hashed into them. */
export function edgeTiles(size: number): readonly HashTile[] {
  const tiles: HashTile[] = [];
  for (let level = 0; hashesAt(level, size) > 0; level++) {
    const width = partialWidth(level, size);
    if (width > 0) tiles.push({ level, index: Math.floor(hashesAt(level, size) / fullWidth), width });
  }
  return tiles;
}

/** Where a complete subtree's hash comes from: `count` hashes from `start` on, in a tile at `level` and `index`. */
export function tileOf(subtree: Subtree): { level: number; index: number; start: number; count: number } {
  const level = Math.floor(subtree.level / tileHeight);
  const count = 2 ** (subtree.level % tileHeight);
  const first = subtree.index * count;
  return { level, index: Math.floor(first / fullWidth), start: first % fullWidth, count };
}

/** The hash of a complete subtree, out of the tile that `tileOf` names. Throws `tile-malformed` when the tile is too narrow for it. */
export function subtreeHash(subtree: Subtree, tileBytes: Uint8Array): Uint8Array {
  const { start, count } = tileOf(subtree);
  return rootOf(decodeHashes(tileBytes.subarray(start * hashLength, (start + count) * hashLength), count));
}

/** Decodes a tile of hashes that must have exactly `width` of them. Throws `tile-malformed`. */
export function decodeHashes(bytes: Uint8Array, width: number): readonly Uint8Array[] {
  checkTileLength(bytes, width);
  return Array.from({ length: width }, (_, i) => bytes.subarray(i * hashLength, (i + 1) * hashLength));
}

/** Throws `tile-malformed` unless the bytes are exactly `width` hashes. */
export function checkTileLength(bytes: Uint8Array, width: number): void {
  if (bytes.length !== width * hashLength)
    throw new FrostglassError("tile-malformed", "The tile does not have the length of its width.", { length: bytes.length, width });
}

function hashesAt(level: number, size: number): number {
  return Math.floor(size / fullWidth ** level);
}
