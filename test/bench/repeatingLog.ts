import { concat } from "#product/bytes/bytes.js";
import { encodeUtf8 } from "#product/bytes/utf8.js";
import { digestOf } from "#product/model/digest.js";
import { leafHash, nodeHash, type Tree, treeRoot } from "#product/tlog/merkle.js";
import { edgeTiles, fullWidth, type HashTile, subtreeHash, tileOf } from "#product/tlog/tile.js";
import { encodeAnswerEntry } from "#product/wire/entry.js";

/**
 * A log of any size whose entries come again in every bundle but the first, so that its tree, a true one, is made in no time: beside the first of each
 * level all full tiles of a level are the same. Whoever reads it hashes as much as for any other log.
 */
export class RepeatingLog implements Tree {
  readonly size: number;
  readonly root: Uint8Array;
  readonly #first: readonly Uint8Array[];
  readonly #again: readonly Uint8Array[];
  /** Leaf hashes of the two bundles that there are. */
  readonly #leaves: { readonly first: readonly Uint8Array[]; readonly again: readonly Uint8Array[] };
  /** By level: the full tile that every place but the first has. */
  readonly #tiles = new Map<number, Uint8Array>();
  /** By level above 0: the hash at the first place of a level, and the one at every other place. */
  readonly #hashes: { readonly first: Uint8Array; readonly again: Uint8Array }[] = [];

  /** `governance` are the first entries, at most 256; answers follow. */
  constructor(size: number, governance: readonly Uint8Array[]) {
    this.size = size;
    this.#again = Array.from({ length: fullWidth }, (_, i) => encodeAnswerEntry(digestOf(encodeUtf8(`answer ${i}`))));
    this.#first = [...governance, ...this.#again.slice(governance.length)];
    this.#leaves = { first: this.#first.map(leafHash), again: this.#again.map(leafHash) };
    this.root = treeRoot(size, (subtree) => subtreeHash(subtree, this.tile({ ...tileOf(subtree), width: fullWidth })));
  }

  entries(bundle: number, width: number): readonly Uint8Array[] {
    return (bundle === 0 ? this.#first : this.#again).slice(0, width);
  }

  /** The hashes of a tile; a full one where the tree has a partial one is what the tree would have there later. */
  tile({ level, index, width }: HashTile): Uint8Array {
    if (index === 0 || width < fullWidth)
      return concat(...Array.from({ length: width }, (_, i) => this.#hash(level, index * fullWidth + i)));
    const known = this.#tiles.get(level) ?? concat(...Array.from({ length: width }, (_, i) => this.#hash(level, fullWidth + i)));
    this.#tiles.set(level, known);
    return known;
  }

  /** Every tile of the tree, partial ones included. */
  *tiles(): Generator<HashTile> {
    for (let level = 0, count = this.size; count >= fullWidth; level++) {
      count = Math.floor(count / fullWidth);
      for (let index = 0; index < count; index++) yield { level, index, width: fullWidth };
    }
    yield* edgeTiles(this.size);
  }

  #hash(level: number, place: number): Uint8Array {
    if (level === 0) return (place < fullWidth ? this.#leaves.first : this.#leaves.again)[place % fullWidth] as Uint8Array;
    this.#hashes[level] ??= { first: this.#rootOfTile(level - 1, 0), again: this.#rootOfTile(level - 1, 1) };
    return place === 0 ? this.#hashes[level].first : this.#hashes[level].again;
  }

  #rootOfTile(level: number, index: number): Uint8Array {
    return fold(Array.from({ length: fullWidth }, (_, i) => this.#hash(level, index * fullWidth + i)));
  }
}

/** The root over a power of two of hashes. */
function fold(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 1) return hashes[0] as Uint8Array;
  const half = hashes.length / 2;
  return nodeHash(fold(hashes.slice(0, half)), fold(hashes.slice(half)));
}
