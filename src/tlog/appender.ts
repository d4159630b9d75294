import { concat, equalBytes } from "../bytes/bytes.js";
import { FrostglassError } from "../errors/error.js";
import { emptyRoot, hashLength, nodeHash, type Tree } from "./merkle.js";
import { checkTileLength, edgeTiles, fullWidth, type HashTile, subtreeHash, type TileBytes, tileHeight } from "./tile.js";

const fullLength = fullWidth * hashLength;
const noHashes = new Uint8Array(0);

/** Everything that appending needs to know of a tree. Neither array is changed once an appender holds it. */
interface Edge {
  readonly size: number;
  /** The tree's complete subtrees: the one of 2^level leaves, where `size` has that binary digit. */
  readonly peaks: readonly (Uint8Array | undefined)[];
  /** The hashes of the partial tile of each level; no bytes when that level ends on a full tile. */
  readonly tiles: readonly Uint8Array[];
}

/**
 * The right edge of a growing tree, for the sequencer. A value: `appended` gives the next state and leaves this one as it was, so that a
 * commit that fails costs nothing but dropping the new state. Appending costs one node hash a leaf (the leaf hash comes from the caller),
 * and one root costs at most one node hash for each binary digit of the size, whatever the number of leaves.
 */
export class TreeAppender implements Tree {
  readonly size: number;
  /** The root to put in the checkpoint. */
  readonly root: Uint8Array;
  /** The tiles that the last `appended` filled, in the order in which they filled. */
  readonly fullTiles: readonly TileBytes<HashTile>[];
  /** The partial tile of every level that has one, lowest level first: what a checkpoint of this size must have beside the full tiles. */
  readonly partialTiles: readonly TileBytes<HashTile>[];
  /**
   * What has to be stored before this state's checkpoint may be signed: the full tiles, and the partial tiles that the state before did
   * not have.
   */
  readonly newTiles: readonly TileBytes<HashTile>[];
  readonly #edge: Edge;

  private constructor(edge: Edge, fullTiles: readonly TileBytes<HashTile>[], before: Edge) {
    this.#edge = edge;
    this.size = edge.size;
    this.root = rootOfPeaks(edge.peaks);
    this.fullTiles = fullTiles;
    this.partialTiles = edgeTiles(edge.size).map((tile) => ({ tile, bytes: edge.tiles[tile.level] ?? noHashes }));
    this.newTiles = [...fullTiles, ...this.partialTiles.filter(({ tile, bytes }) => before.tiles[tile.level] !== bytes)];
  }

  /** A log before its first entry. Only for a log that is made now: an existing one is restored. */
  static empty(): TreeAppender {
    const edge: Edge = { size: 0, peaks: [], tiles: [] };
    return new TreeAppender(edge, [], edge);
  }

  /**
   * The state that a stored checkpoint had. `readTile` gives the content of each tile of `edgeTiles(tree.size)`. Throws `tile-malformed`,
   * and `tree-root-mismatch` when the tiles do not give the checkpoint's root: then nothing may be signed.
   */
  static restored(tree: Tree, readTile: (tile: HashTile) => Uint8Array): TreeAppender {
    const edge = edgeFrom(tree.size, readTile);
    const appender = new TreeAppender(edge, [], edge);
    if (!equalBytes(appender.root, tree.root))
      throw new FrostglassError("tree-root-mismatch", "The stored tiles do not give the root of the stored checkpoint.", {
        size: tree.size,
      });
    return appender;
  }

  /** The tree with these leaf hashes added, in order. Throws `tree-hash-malformed` for a hash that does not have 32 bytes. */
  appended(leafHashes: readonly Uint8Array[]): TreeAppender {
    const growth = new Growth(this.#edge);
    for (const hash of leafHashes) growth.add(hash);
    return new TreeAppender(growth.edge(), growth.fullTiles, this.#edge);
  }
}

/** One call of `appended`, while it runs: the only place where an edge changes, and it is a copy. */
class Growth {
  readonly fullTiles: TileBytes<HashTile>[] = [];
  readonly #peaks: (Uint8Array | undefined)[];
  readonly #tiles: Uint8Array[];
  readonly #added: Uint8Array[][] = [];
  #size: number;

  constructor(before: Edge) {
    this.#size = before.size;
    this.#peaks = [...before.peaks];
    this.#tiles = [...before.tiles];
  }

  /** Adds a leaf as one adds 1 to a binary number: each carry joins two equal subtrees. Each eighth level is also a hash of a tile. */
  add(leaf: Uint8Array): void {
    if (leaf.length !== hashLength) throw new FrostglassError("tree-hash-malformed", "A leaf hash has 32 bytes.", { length: leaf.length });
    this.#size++;
    let hash: Uint8Array = new Uint8Array(leaf);
    for (let level = 0; ; level++) {
      if (level % tileHeight === 0) this.#addToTile(level / tileHeight, hash);
      const left = this.#peaks[level];
      if (left === undefined) {
        this.#peaks[level] = hash;
        return;
      }
      this.#peaks[level] = undefined;
      hash = nodeHash(left, hash);
    }
  }

  edge(): Edge {
    for (const level of this.#added.keys()) this.#flush(level);
    return { size: this.#size, peaks: this.#peaks, tiles: this.#tiles };
  }

  #addToTile(level: number, hash: Uint8Array): void {
    const added = this.#added[level] ?? [];
    added.push(hash);
    this.#added[level] = added;
    if ((this.#tiles[level] ?? noHashes).length + added.length * hashLength === fullLength) this.#close(level);
  }

  #close(level: number): void {
    this.#flush(level);
    const index = Math.floor(this.#size / fullWidth ** (level + 1)) - 1;
    this.fullTiles.push({ tile: { level, index, width: fullWidth }, bytes: this.#tiles[level] ?? noHashes });
    this.#tiles[level] = noHashes;
  }

  /** Gathers a level's new hashes into one array, so that a batch copies each tile once. */
  #flush(level: number): void {
    const added = this.#added[level] ?? [];
    if (added.length > 0) this.#tiles[level] = concat(this.#tiles[level] ?? noHashes, ...added);
    this.#added[level] = [];
  }
}

function edgeFrom(size: number, readTile: (tile: HashTile) => Uint8Array): Edge {
  const tiles: Uint8Array[] = [];
  const peaks: (Uint8Array | undefined)[] = [];
  for (const tile of edgeTiles(size)) {
    const bytes = new Uint8Array(readTile(tile)); // a copy; `slice` of a Node Buffer is none
    checkTileLength(bytes, tile.width);
    tiles[tile.level] = bytes;
    for (const [height, hash] of peaksOf(tile, bytes)) peaks[tile.level * tileHeight + height] = hash;
  }
  return { size, peaks, tiles };
}

/** The complete subtrees inside a partial tile: one for each binary digit of its width, the largest first. */
function peaksOf(tile: HashTile, bytes: Uint8Array): readonly (readonly [number, Uint8Array])[] {
  const heights = [7, 6, 5, 4, 3, 2, 1, 0].filter((height) => (tile.width >> height) & 1);
  return heights.map((height) => {
    const start = (tile.width >> (height + 1)) << (height + 1);
    return [height, subtreeHash({ level: height, index: start >> height }, bytes)] as const;
  });
}

/** RFC 6962 §2.1: the right part of a tree is always the smaller one, so the peaks join from the smallest up. */
function rootOfPeaks(peaks: readonly (Uint8Array | undefined)[]): Uint8Array {
  const present = peaks.filter((peak) => peak !== undefined);
  return present.length === 0 ? emptyRoot() : present.reduce((right, left) => nodeHash(left, right));
}
