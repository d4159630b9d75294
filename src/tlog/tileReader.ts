import { equalBytes } from "../bytes/bytes.js";
import { FrostglassError } from "../errors/error.js";
import { decodeEntryBundle, encodeEntryBundle } from "./entryBundle.js";
import {
  completeSubtrees,
  consistencyRanges,
  type HashSource,
  hashLength,
  inclusionRanges,
  type LeafRange,
  leafHash,
  rangeHash,
  type Tree,
  treeRoot,
} from "./merkle.js";
import { checkTileLength, edgeTiles, formatTilePath, fullWidth, type Tile, tileAt, tileHeight, tileOf } from "./tile.js";
import { TileTree } from "./tileTree.js";

/**
 * Fetches `<prefix>/<path>` of a log. "Not there" is undefined; anything else that goes wrong is thrown, and may be asked again. A partial
 * tile may be gone once the full one exists: the reader then asks for the full one.
 */
export type FetchTile = (path: string) => Promise<Uint8Array | undefined>;

/** Takes a tile or bundle, as wide as the tree has it, under its path, once it was traced to the root. */
export type KeepTile = (path: string, bytes: Uint8Array) => Promise<void>;

/**
 * Reads one tree of a log from its tiles (C2SP tlog-tiles). No hash and no entry leaves it before it was traced to the root that it was
 * opened with: the partial tiles give the root, and every full tile is one hash of a tile above.
 *
 * Throws `tile-missing`, `tile-malformed` and `tile-not-authentic`; for entries also `entry-bundle-malformed`. Tiles above level 0 are kept
 * in memory (16 KiB for 65,536 leaves).
 */
export class TileReader {
  readonly tree: Tree;
  readonly #fetch: FetchTile;
  readonly #keep: KeepTile | undefined;
  readonly #known = new Map<string, Promise<TileTree>>();

  private constructor(tree: Tree, fetch: FetchTile, keep: KeepTile | undefined) {
    this.tree = tree;
    this.#fetch = fetch;
    this.#keep = keep;
  }

  /**
   * Fetches the partial tiles of `tree`, which comes from a checkpoint whose signatures were checked, and checks them against its root. `keep` is given
   * whatever was found authentic, each time it was fetched.
   */
  static async open(tree: Tree, fetch: FetchTile, keep?: KeepTile): Promise<TileReader> {
    const reader = new TileReader(tree, fetch, keep);
    const tiles = edgeTiles(tree.size);
    const edge = tiles.map((tile) => [placeOf(tile), reader.#fetchHashes(tile)] as const);
    for (const [place, tile] of edge) reader.#known.set(place, tile);
    const root = treeRoot(tree.size, await sourceFrom(edge));
    if (!equalBytes(root, tree.root)) throw notAuthentic("the partial tiles do not give the root of the checkpoint");
    for (const [i, [, tile]] of edge.entries()) await keep?.(formatTilePath(tiles[i] as Tile), (await tile).bytes);
    return reader;
  }

  /** The root that this log had at a former size. Throws `tree-index-out-of-range` past the tree. */
  async rootAt(size: number): Promise<Uint8Array> {
    consistencyRanges(size, this.tree.size); // refuses a size that this tree does not reach
    const range = { begin: 0, end: size };
    const read = await this.#sourceFor([range]);
    return treeRoot(size, read);
  }

  /** The inclusion proof of an entry in this tree, the leaf's sibling first. Throws `tree-index-out-of-range`. */
  async proveInclusion(index: number): Promise<readonly Uint8Array[]> {
    return this.#hashesOf(inclusionRanges(index, this.tree.size));
  }

  /** The proof that this tree begins with the one of `oldSize` leaves. Throws `tree-index-out-of-range`. */
  async proveConsistency(oldSize: number): Promise<readonly Uint8Array[]> {
    return this.#hashesOf(consistencyRanges(oldSize, this.tree.size));
  }

  /** The leaf hash of entry `index`. Throws `tree-index-out-of-range`. */
  async leafHash(index: number): Promise<Uint8Array> {
    inclusionRanges(index, this.tree.size); // refuses an index that this tree does not have
    const read = await this.#sourceFor([{ begin: index, end: index + 1 }]);
    return read({ level: 0, index });
  }

  /** The entries `256 · bundle` to `256 · bundle + 255`, or fewer in the last bundle. Throws `tree-index-out-of-range` past the tree. */
  async entries(bundle: number): Promise<readonly Uint8Array[]> {
    inclusionRanges(bundle * fullWidth, this.tree.size);
    const tile = this.#tileAt("entries", bundle);
    const [bytes, leaves] = await Promise.all([this.#fetchEither(tile), this.#tile(0, bundle)]);
    const entries = decodeEntryBundle(bytes.content, bytes.width).slice(0, tile.width);
    if (!entries.every((entry, i) => equalBytes(leafHash(entry), leaves.at(0, i))))
      throw notAuthentic("an entry does not have the leaf hash that the tree has in its place");
    await this.#keep?.(formatTilePath(tile), bytes.width === tile.width ? bytes.content : encodeEntryBundle(entries));
    return entries;
  }

  /** The hashes of a tile, as wide as this tree has it, one after the other. Throws `tree-index-out-of-range` past the tree. */
  async hashes(level: number, index: number): Promise<Uint8Array> {
    this.#tileAt(level, index);
    return (await this.#tile(level, index)).bytes;
  }

  async #hashesOf(ranges: readonly LeafRange[]): Promise<readonly Uint8Array[]> {
    const read = await this.#sourceFor(ranges);
    return ranges.map((range) => rangeHash(range, read));
  }

  /** Fetches every tile that the ranges need, all at once, and gives a source that answers from them. */
  async #sourceFor(ranges: readonly LeafRange[]): Promise<HashSource> {
    const places = new Map(ranges.flatMap(completeSubtrees).map((subtree) => [placeOf(tileOf(subtree)), tileOf(subtree)]));
    return sourceFrom([...places].map(([place, { level, index }]) => [place, this.#tile(level, index)] as const));
  }

  /** An authentic tile. Those above level 0 are kept; one that could not be read is forgotten, so that it may be asked for again. */
  async #tile(level: number, index: number): Promise<TileTree> {
    const place = placeOf({ level, index });
    const known = this.#known.get(place);
    if (known !== undefined) return known;
    const read = this.#readFullTile(level, index);
    if (level > 0) {
      this.#known.set(place, read);
      read.catch(() => this.#known.delete(place));
    }
    return read;
  }

  /** A full tile is hash `index mod 256` of the tile above, which is checked first; the partial ones were all checked by `open`. */
  async #readFullTile(level: number, index: number): Promise<TileTree> {
    const place = this.#tileAt(level, index);
    const [tile, above] = await Promise.all([this.#fetchHashes(place), this.#tile(level + 1, Math.floor(index / fullWidth))]);
    if (!equalBytes(tile.at(tileHeight, 0), above.at(0, index % fullWidth)))
      throw notAuthentic(`${formatTilePath(place)} is not the tile that the one above names`);
    await this.#keep?.(formatTilePath(place), tile.bytes);
    return tile;
  }

  #tileAt(level: number | "entries", index: number): Tile {
    const tile = tileAt(level, index, this.tree.size);
    if (tile === undefined) throw new FrostglassError("tree-index-out-of-range", "The tree does not reach this tile.", { level, index });
    return tile;
  }

  async #fetchHashes(tile: Tile): Promise<TileTree> {
    const { content, width } = await this.#fetchEither(tile);
    checkTileLength(content, width);
    return new TileTree(content.subarray(0, tile.width * hashLength), tile.width);
  }

  /** The tile as wide as asked, or the full one when that one is gone (C2SP tlog-tiles, Partial Tiles). */
  async #fetchEither(tile: Tile): Promise<{ content: Uint8Array; width: number }> {
    const content = await this.#fetch(formatTilePath(tile));
    if (content !== undefined) return { content, width: tile.width };
    const full = tile.width < fullWidth ? await this.#fetch(formatTilePath({ ...tile, width: fullWidth })) : undefined;
    if (full !== undefined) return { content: full, width: fullWidth };
    throw new FrostglassError("tile-missing", "The log does not serve a tile of its own tree.", { path: formatTilePath(tile) });
  }
}

/** Waits for all tiles, then answers from them. */
async function sourceFrom(tiles: readonly (readonly [string, Promise<TileTree>])[]): Promise<HashSource> {
  const known = new Map(await Promise.all(tiles.map(async ([place, tile]) => [place, await tile] as const)));
  return (subtree) => (known.get(placeOf(tileOf(subtree))) ?? noTile).hashOf(subtree);
}

const noTile = new TileTree(new Uint8Array(0), 0);

function placeOf({ level, index }: { readonly level: number | "entries"; readonly index: number }): string {
  return `${level}/${index}`;
}

function notAuthentic(why: string): FrostglassError {
  return new FrostglassError("tile-not-authentic", `The log's tiles are not those of its checkpoint: ${why}.`);
}
