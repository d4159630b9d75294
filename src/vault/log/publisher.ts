import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Pruned } from "../../admission/governance.js";
import { asFrostglassError } from "../../errors/error.js";
import { parseNote } from "../../note/signedNote.js";
import type { Head, Store } from "../../store/store.js";
import { parseCheckpoint } from "../../tlog/checkpoint.js";
import { encodeEntryBundle } from "../../tlog/entryBundle.js";
import { formatTilePath, fullWidth, type HashTile, type Tile, type TileBytes } from "../../tlog/tile.js";
import { removeSuperseded, sweepSuperseded } from "./partialTiles.js";
import { prunedBundles, removePruned } from "./prunedBundles.js";
import { readFullTile } from "./sequencer.js";

/**
 * Writes what anyone may read below `public/`, as plain files that any web server can serve. It only ever follows what is durable in the
 * store, and the checkpoint comes last: a reader who sees it finds every tile that it needs, but for what the log says is pruned. Everything here can be
 * written again from the store.
 */
export class Publisher {
  readonly #store: Store;
  readonly #publicDir: string;
  /** True when `checkpoint` waits for the witnesses. */
  readonly #witnessed: boolean;
  /** What the log says of its pruning. */
  readonly #pruned: () => Pruned | undefined;
  #published: number;
  /** The minimum index that was carried out in `public/`. */
  #prunedTo = 0;
  /** Goes on a step with each publication, until nothing is left over. */
  readonly #sweep: Iterator<void>;
  /** The files of `publishOnce` that this process wrote. */
  readonly #written = new Set<string>();

  constructor(store: Store, publicDir: string, witnessed: boolean, pruned: () => Pruned | undefined) {
    this.#store = store;
    this.#publicDir = publicDir;
    this.#witnessed = witnessed;
    this.#pruned = pruned;
    this.#published = publishedSize(publicDir);
    this.#sweep = sweepSuperseded(publicDir, this.#published);
  }

  /**
   * Publishes the log up to its head: what the last publication lacked, then the checkpoint, as `checkpoint.next`, and as `checkpoint` too where no
   * witness has to see it first. Partial tiles that the full ones have superseded go. Throws when the disk refuses.
   */
  publishLog({ head, partialTiles }: PublishableLog): void {
    if (head.size !== this.#published) {
      for (const tile of this.#servedBetween(this.#published, head.size)) this.#write(tile, this.#content(tile));
      for (const { tile, bytes } of partialTiles) this.#write(tile, bytes);
      removeSuperseded(this.#publicDir, this.#published, head.size);
    }
    for (const name of this.#witnessed ? [newestFile] : [newestFile, checkpointFile]) this.publishFile(name, head.checkpoint);
    this.#published = head.size;
    this.#prune();
    for (let step = 0; step < stepsOfSweep; step++) this.#sweep.next();
  }

  /** Publishes a checkpoint that a quorum has cosigned, unless a larger one is there already. */
  publishWitnessed(note: string, size: number): void {
    if (size >= sizeOf(join(this.#publicDir, checkpointFile))) this.publishFile(checkpointFile, note);
    this.#prune();
  }

  /** Publishes a text or JSON file, replacing an older one in one step. */
  publishFile(path: string, content: string | Uint8Array): void {
    writeAtomically(join(this.#publicDir, path), content);
  }

  /** Publishes a text whose path names its digest: once in the life of a process is enough, since each write waits for the disk. */
  publishOnce(path: string, content: Uint8Array): void {
    if (this.#written.has(path) && existsSync(join(this.#publicDir, path))) return;
    this.publishFile(path, content);
    this.#written.add(path);
  }

  #write(tile: Tile, bytes: Uint8Array): void {
    writeAtomically(join(this.#publicDir, formatTilePath(tile)), bytes);
  }

  #servedBetween(before: number, size: number): readonly Tile[] {
    const tiles = tilesBetween(before, size);
    const { minimumIndex } = this.#pruned() ?? { minimumIndex: 0 };
    if (before >= minimumIndex) return tiles;
    const { goes } = prunedBundles(this.#store, minimumIndex);
    return tiles.filter((tile) => !goes(tile));
  }

  /** Carries out what the log says, once readers of the published checkpoint can know it. */
  #prune(): void {
    const pruned = this.#pruned();
    if (pruned === undefined || pruned.minimumIndex === this.#prunedTo) return;
    if (sizeOf(join(this.#publicDir, checkpointFile)) <= pruned.position) return;
    removePruned(this.#publicDir, prunedBundles(this.#store, pruned.minimumIndex));
    this.#prunedTo = pruned.minimumIndex;
  }

  #content({ level, index, width }: Tile): Uint8Array {
    if (level !== "entries") return readFullTile(this.#store, level, index);
    return encodeEntryBundle(this.#store.entries(index * fullWidth, index * fullWidth + width));
  }
}

/** How many folders of a sweep one publication looks at. */
const stepsOfSweep = 16;

/** The checkpoint for readers; where witnesses are asked, the newest that a quorum has cosigned. */
export const checkpointFile = "checkpoint";
/** The newest checkpoint, cosigned or not: what the courier carries. */
export const newestFile = "checkpoint.next";

/** A log as it is durable in the store. */
export interface PublishableLog {
  readonly head: Head;
  readonly partialTiles: readonly TileBytes<HashTile>[];
}

/** The full tiles and the bundles that a tree of `size` has and one of `before` had not. */
export function tilesBetween(before: number, size: number): Tile[] {
  const tiles: Tile[] = [];
  const firstBundle = Math.floor(before / fullWidth);
  for (let index = firstBundle; (index + 1) * fullWidth <= size; index++) tiles.push({ level: "entries", index, width: fullWidth });
  if (size % fullWidth > 0) tiles.push({ level: "entries", index: Math.floor(size / fullWidth), width: size % fullWidth });
  for (let level = 0; size >= fullWidth ** (level + 1); level++) tiles.push(...fullTilesBetween(level, before, size));
  return tiles;
}

function fullTilesBetween(level: number, before: number, size: number): HashTile[] {
  const span = fullWidth ** (level + 1);
  const tiles: HashTile[] = [];
  for (let index = Math.floor(before / span); (index + 1) * span <= size; index++) tiles.push({ level, index, width: fullWidth });
  return tiles;
}

/** The size that `public/` was last brought to; 0 where it has no checkpoint, and then everything is written again. */
function publishedSize(publicDir: string): number {
  return sizeOf(join(publicDir, newestFile));
}

/** The size that a published checkpoint states; 0 where there is none that can be read. */
function sizeOf(path: string): number {
  if (!existsSync(path)) return 0;
  try {
    return parseCheckpoint(parseNote(readFileSync(path, "utf8")).text).size;
  } catch (thrown) {
    if (asFrostglassError(thrown) === undefined) throw thrown;
    return 0; // a torn file is rewritten like a missing one: the store is the truth
  }
}

/** Writes a file whole or not at all; durable when it returns. */
export function writeAtomically(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.partial`;
  const descriptor = openSync(partial, "w", 0o644);
  try {
    if (typeof content === "string") writeSync(descriptor, content);
    else writeSync(descriptor, content);
    fsyncSync(descriptor); // a reader must never find a named but empty file after a power cut
  } finally {
    closeSync(descriptor);
  }
  renameSync(partial, path);
}
