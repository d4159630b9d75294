import type { PrivateKey } from "#crypto";
import { concat } from "../bytes/bytes.js";
import { FrostglassError } from "../errors/error.js";
import { parseNote } from "../note/signedNote.js";
import { verifierKeyOf } from "../note/verifierKey.js";
import type { Commit, Head, Store } from "../store/store.js";
import { TreeAppender } from "../tlog/appender.js";
import { signCheckpoint, verifyCheckpoint } from "../tlog/checkpoint.js";
import { leafHash, rootOf } from "../tlog/merkle.js";
import { decodeHashes, fullWidth, type HashTile } from "../tlog/tile.js";
import type { Batch } from "./batch.js";

/**
 * Turns batches into commits of the log, in the order that keeps a crash harmless: indices, leaves, tiles and the signed checkpoint are made
 * in memory; one transaction makes them durable with a compare-and-swap on the head; only then does the state here move on, and only then
 * may anything of it leave the process.
 */
export class Sequencer {
  readonly #store: Store;
  readonly #origin: string;
  readonly #logKey: PrivateKey;
  #tree: TreeAppender;
  #head: Head;

  private constructor(store: Store, origin: string, logKey: PrivateKey, tree: TreeAppender, head: Head) {
    this.#store = store;
    this.#origin = origin;
    this.#logKey = logKey;
    this.#tree = tree;
    this.#head = head;
  }

  /** Starts a log that has no entry yet. Only `init` may call it: a log is never made because a file is missing. */
  static create(store: Store, origin: string, logKey: PrivateKey): Sequencer {
    if (store.head() !== undefined) throw new FrostglassError("log-exists", "This home has a log already.");
    return new Sequencer(store, origin, logKey, TreeAppender.empty(), { size: 0, checkpoint: "" });
  }

  /** Loads the log as it was last committed. Throws `log-missing`, or `log-damaged` when checkpoint, tiles and entries disagree. */
  static load(store: Store, origin: string, logKey: PrivateKey): Sequencer {
    const head = store.head();
    if (head === undefined) throw new FrostglassError("log-missing", "The database holds no log.");
    try {
      const signer = { name: origin, privateKey: logKey };
      const checkpoint = verifyCheckpoint(parseNote(head.checkpoint), [verifierKeyOf(signer)]);
      if (checkpoint.size !== head.size) throw new FrostglassError("log-damaged", "The head's size is not its checkpoint's.");
      return new Sequencer(
        store,
        origin,
        logKey,
        TreeAppender.restored(checkpoint, (tile) => readEdgeTile(store, tile)),
        head,
      );
    } catch (cause) {
      throw new FrostglassError("log-damaged", "The stored log does not agree with its own checkpoint.", {}, { cause });
    }
  }

  get size(): number {
    return this.#head.size;
  }

  get head(): Head {
    return this.#head;
  }

  /** Makes a batch durable. When it throws, nothing of the batch may leave the process, and the process must load anew. */
  commit(batch: Batch): void {
    const tree = this.#tree.appended(batch.entries.map(leafHash));
    const checkpoint = signCheckpoint(tree, { name: this.#origin, privateKey: this.#logKey });
    const head = { size: tree.size, checkpoint };
    this.#store.commit(commitOf(batch, head, tree));
    this.#tree = tree;
    this.#head = head;
  }
}

function commitOf(batch: Batch, head: Head, tree: TreeAppender): Commit {
  return {
    previousSize: batch.previousSize,
    head,
    entries: batch.entries,
    governancePositions: batch.governance.map(({ position }) => position),
    tiles: tree.fullTiles.map(({ tile, bytes }) => ({ level: tile.level, number: tile.index, hashes: bytes })),
    answers: batch.answers,
    accounts: batch.accounts,
    documents: batch.documents,
    ...(batch.segments === undefined ? {} : { segments: batch.segments }),
  };
}

/** A partial tile of the stored log: level 0 from the entries themselves, a level above from the full tiles below it. */
export function readEdgeTile(store: Store, { level, index, width }: HashTile): Uint8Array {
  const first = index * fullWidth;
  if (level === 0) return concat(...store.entries(first, first + width).map(leafHash));
  return concat(...Array.from({ length: width }, (_, i) => rootOf(decodeHashes(readFullTile(store, level - 1, first + i), fullWidth))));
}

function readFullTile(store: Store, level: number, number: number): Uint8Array {
  const hashes = store.tile(level, number);
  if (hashes === undefined) throw new FrostglassError("log-damaged", "The database lacks a full tile.", { level, number });
  return hashes;
}
