import { FrostglassError } from "../errors/error.js";
import { hashLength, nodeHash, type Subtree } from "./merkle.js";
import { checkTileLength, tileHeight, tileOf } from "./tile.js";

/**
 * A tile of hashes with every complete subtree inside it, each hashed once: what it takes to check the tile answers every proof out of it. All hashes lie in
 * one array of twice the tile's length, since tiles are kept.
 */
export class TileTree {
  readonly #width: number;
  readonly #hashes: Uint8Array;
  /** By height: where the hashes of the subtrees of 2^height of the tile's hashes begin. */
  readonly #starts: readonly number[];

  /** Takes a copy of the tile. Throws `tile-malformed` unless it has exactly `width` hashes. */
  constructor(tile: Uint8Array, width: number) {
    checkTileLength(tile, width);
    this.#width = width;
    this.#starts = startsOf(width);
    this.#hashes = new Uint8Array(2 * width * hashLength);
    this.#hashes.set(tile);
    for (let height = 1; height <= tileHeight; height++) this.#join(height);
  }

  /** The tile itself: its hashes, one after the other. */
  get bytes(): Uint8Array {
    return this.#hashes.subarray(0, this.#width * hashLength);
  }

  /** Hash `place` of the subtrees of 2^`height` hashes: height 0 has the hashes of the tile, height 8 the root of a full one. Throws `tile-malformed`. */
  at(height: number, place: number): Uint8Array {
    if ((place + 1) << height > this.#width)
      throw new FrostglassError("tile-malformed", "The tile is too narrow for this hash.", { height, place, width: this.#width });
    const start = this.#offset(height, place);
    return this.#hashes.subarray(start, start + hashLength);
  }

  /** The hash of a complete subtree of the log, where `tileOf` names this tile for it. Throws `tile-malformed`. */
  hashOf(subtree: Subtree): Uint8Array {
    const { start, count } = tileOf(subtree);
    return this.at(subtree.level % tileHeight, start / count);
  }

  #join(height: number): void {
    const count = this.#width >> height;
    for (let place = 0; place < count; place++)
      this.#hashes.set(nodeHash(this.at(height - 1, 2 * place), this.at(height - 1, 2 * place + 1)), this.#offset(height, place));
  }

  #offset(height: number, place: number): number {
    return ((this.#starts[height] as number) + place) * hashLength;
  }
}

function startsOf(width: number): readonly number[] {
  const starts = [0];
  for (let height = 0; height < tileHeight; height++) starts.push((starts[height] as number) + (width >> height));
  return starts;
}
