import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { asFrostglassError } from "../errors/error.js";
import { parseNote } from "../note/signedNote.js";
import type { Head, Store } from "../store/store.js";
import { parseCheckpoint } from "../tlog/checkpoint.js";
import { encodeEntryBundle } from "../tlog/entryBundle.js";
import { edgeTiles, formatTilePath, fullWidth, type HashTile, type Tile } from "../tlog/tile.js";
import { readEdgeTile } from "./sequencer.js";

/**
 * Writes what anyone may read below `public/`, as plain files that any web server can serve. It only ever follows what is durable in the
 * store, and the checkpoint comes last: a reader who sees it finds every tile that it needs. Everything here can be written again from the store.
 */
export class Publisher {
  readonly #store: Store;
  readonly #publicDir: string;
  #published: number;

  constructor(store: Store, publicDir: string) {
    this.#store = store;
    this.#publicDir = publicDir;
    this.#published = publishedSize(publicDir);
  }

  /** Publishes the log up to `head`: what the last publication lacked, then the checkpoint. Throws when the disk refuses. */
  publishLog(head: Head): void {
    if (head.size !== this.#published) for (const tile of tilesBetween(this.#published, head.size)) this.#writeTile(tile);
    writeAtomically(join(this.#publicDir, "checkpoint"), head.checkpoint);
    this.#published = head.size;
  }

  /** Publishes a text or JSON file, replacing an older one in one step. */
  publishFile(path: string, content: string | Uint8Array): void {
    writeAtomically(join(this.#publicDir, path), content);
  }

  #writeTile(tile: Tile): void {
    const path = join(this.#publicDir, formatTilePath(tile));
    writeAtomically(path, this.#content(tile));
  }

  #content({ level, index, width }: Tile): Uint8Array {
    const first = index * fullWidth;
    if (level === "entries") return encodeEntryBundle(this.#store.entries(first, first + width));
    const full = width === fullWidth ? this.#store.tile(level, index) : undefined;
    return full ?? readEdgeTile(this.#store, { level, index, width });
  }
}

/** The tiles and bundles that a tree of `size` has and one of `before` had not, in the order in which readers may come to need them. */
export function tilesBetween(before: number, size: number): Tile[] {
  const tiles: Tile[] = [];
  const firstBundle = Math.floor(before / fullWidth);
  for (let index = firstBundle; (index + 1) * fullWidth <= size; index++) tiles.push({ level: "entries", index, width: fullWidth });
  if (size % fullWidth > 0) tiles.push({ level: "entries", index: Math.floor(size / fullWidth), width: size % fullWidth });
  for (let level = 0; size >= fullWidth ** (level + 1); level++) tiles.push(...fullTilesBetween(level, before, size));
  return [...tiles, ...edgeTiles(size)];
}

function fullTilesBetween(level: number, before: number, size: number): HashTile[] {
  const span = fullWidth ** (level + 1);
  const tiles: HashTile[] = [];
  for (let index = Math.floor(before / span); (index + 1) * span <= size; index++) tiles.push({ level, index, width: fullWidth });
  return tiles;
}

/** The size that `public/` was last brought to; 0 where it has no checkpoint, and then everything is written again. */
function publishedSize(publicDir: string): number {
  const path = join(publicDir, "checkpoint");
  if (!existsSync(path)) return 0;
  try {
    return parseCheckpoint(parseNote(readFileSync(path, "utf8")).text).size;
  } catch (thrown) {
    if (asFrostglassError(thrown) === undefined) throw thrown;
    return 0; // a torn file is rewritten like a missing one: the store is the truth
  }
}

function writeAtomically(path: string, content: string | Uint8Array): void {
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
