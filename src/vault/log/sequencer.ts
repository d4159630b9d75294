import type { PrivateKey } from "#crypto";
import { concat, equalBytes } from "../../bytes/bytes.js";
import { FrostglassError } from "../../errors/error.js";
import { parseNote, verifiedSignatures } from "../../note/signedNote.js";
import { type Signer, type VerifierKey, verifierKeyOf } from "../../note/verifierKey.js";
import type { Commit, Head, Store } from "../../store/store.js";
import { TreeAppender } from "../../tlog/appender.js";
import { signCheckpoint, verifyCheckpoint } from "../../tlog/checkpoint.js";
import { leafHash, rootOf, treeRoot } from "../../tlog/merkle.js";
import { decodeHashes, fullWidth, type HashTile, subtreeHash, type TileBytes, tileOf } from "../../tlog/tile.js";
import { type AccountChange, AccountsSum, accountsDamaged, accountsUnsealed } from "../accounts/accountsSeal.js";
import type { Batch } from "../batch.js";
import { type Keyring, logKeysOf } from "../keys/keyring.js";
import { chainEntry, emptyChain, sealGovernance } from "./governanceSeal.js";

/** A head, and what its two seals are over. */
interface Sealed {
  readonly head: Head;
  readonly chain: Uint8Array;
  readonly accounts: AccountsSum;
}

/** The keys that a log is kept with. */
type LogKeys = Pick<Keyring, "log" | "nextLog" | "archive" | "account">;

/**
 * Turns batches into commits of the log, in the order that keeps a crash harmless: indices, leaves, tiles and the signed checkpoint are made
 * in memory; one transaction makes them durable with a compare-and-swap on the head; only then does the state here move on, and only then
 * may anything of it leave the process.
 */
export class Sequencer {
  readonly #store: Store;
  readonly #origin: string;
  readonly #keyring: LogKeys;
  #signers: readonly [Signer, ...Signer[]];
  #tree: TreeAppender;
  #head: Head;
  #chain: Uint8Array;
  #accounts: AccountsSum;

  private constructor(store: Store, origin: string, keyring: LogKeys, tree: TreeAppender, { head, chain, accounts }: Sealed) {
    this.#store = store;
    this.#origin = origin;
    this.#keyring = keyring;
    this.#tree = tree;
    this.#head = head;
    this.#chain = chain;
    this.#accounts = accounts;
    this.#signers = [{ name: origin, privateKey: keyring.log }];
  }

  /** Starts a log that has no entry yet. Only `init` may call it: a log is never made because a file is missing. */
  static create(store: Store, origin: string, keyring: LogKeys): Sequencer {
    if (store.head() !== undefined) throw new FrostglassError("log-exists", "This home has a log already.");
    const head = { size: 0, checkpoint: "", governanceSeal: new Uint8Array(0), accountsSeal: new Uint8Array(0) };
    const accounts = AccountsSum.empty(keyring.account);
    return new Sequencer(store, origin, keyring, TreeAppender.empty(), { head, chain: emptyChain, accounts });
  }

  /**
   * Loads the log as it was last committed. Throws `log-missing`, or `log-damaged` when checkpoint, tiles and entries disagree, or when the
   * governance entries are not those that the last commit sealed. Throws `accounts-damaged` when that is so of the disclosure accounts, and
   * `accounts-unsealed` where nothing sealed them.
   */
  static load(store: Store, origin: string, keyring: LogKeys): Sequencer {
    const head = store.head();
    if (head === undefined) throw new FrostglassError("log-missing", "The database holds no log.");
    const { tree, chain } = Sequencer.#loadLog(store, origin, keyring, head);
    const sequencer = new Sequencer(store, origin, keyring, tree, { head, chain, accounts: checkedAccounts(store, keyring, head) });
    sequencer.signWith(signersOf(head, origin, keyring));
    return sequencer;
  }

  static #loadLog(store: Store, origin: string, keyring: LogKeys, head: Head) {
    try {
      const checkpoint = verifyCheckpoint(parseNote(head.checkpoint), verifiersOf(origin, logKeysOf(keyring)));
      if (checkpoint.size !== head.size) throw new FrostglassError("log-damaged", "The head's size is not its checkpoint's.");
      const tree = TreeAppender.restored(checkpoint, (tile) => readEdgeTile(store, tile));
      return { tree, chain: checkedChain(store, keyring, head) };
    } catch (cause) {
      throw new FrostglassError("log-damaged", "The stored log does not agree with its own checkpoint.", {}, { cause });
    }
  }

  /** Which of the log's keys sign the next commits, one or two; until this is called, those that signed the head. */
  signWith(keys: readonly PrivateKey[]): void {
    const [first, ...others] = keys.map((privateKey) => ({ name: this.#origin, privateKey }));
    if (first === undefined) throw new FrostglassError("log-damaged", "No key of the log is in force.");
    this.#signers = [first, ...others];
  }

  get size(): number {
    return this.#head.size;
  }

  /** The partial tiles of the head's tree: what publishing needs beside the full tiles in the store. */
  get partialTiles(): readonly TileBytes<HashTile>[] {
    return this.#tree.partialTiles;
  }

  /** The root that the log had at a former size. Throws `tree-index-out-of-range` past the head, `log-damaged` where a tile is missing. */
  rootAt(size: number): Uint8Array {
    if (size > this.size) throw new FrostglassError("tree-index-out-of-range", "The log has no such size.", { size });
    return treeRoot(size, (subtree) => subtreeHash(subtree, this.#tile(tileOf(subtree))));
  }

  #tile({ level, index }: Pick<HashTile, "level" | "index">): Uint8Array {
    const partial = this.partialTiles.find(({ tile }) => tile.level === level && tile.index === index);
    return partial?.bytes ?? readFullTile(this.#store, level, index);
  }

  get head(): Head {
    return this.#head;
  }

  /** Makes a batch durable. When it throws, nothing of the batch may leave the process, and the process must load anew. */
  commit(batch: Batch): void {
    const tree = this.#tree.appended(batch.entries.map(leafHash));
    const [signer, ...others] = this.#signers;
    const checkpoint = signCheckpoint(tree, signer, ...others);
    const chain = chained(this.#chain, batch);
    const changes = batch.changedAccounts;
    const accounts = this.#accounts.changed(changes);
    const governanceSeal = sealGovernance(this.#keyring.archive, tree.size, chain);
    const head = { size: tree.size, checkpoint, governanceSeal, accountsSeal: accounts.seal(tree.size) };
    this.#store.commit(commitOf(batch, { head, tree, changes }));
    this.#tree = tree;
    this.#head = head;
    this.#chain = chain;
    this.#accounts = accounts;
  }
}

/** Those of a log's own keys that signed a checkpoint of it. */
export function signersOf(
  { checkpoint }: Pick<Head, "checkpoint">,
  origin: string,
  keyring: Pick<Keyring, "log" | "nextLog">,
): readonly PrivateKey[] {
  const note = parseNote(checkpoint);
  return logKeysOf(keyring).filter((key) => verifiedSignatures(note, verifiersOf(origin, [key])).length > 0);
}

/** The verifier keys of a log's private keys. */
export function verifiersOf(origin: string, keys: readonly PrivateKey[]): readonly VerifierKey[] {
  return keys.map((privateKey) => verifierKeyOf({ name: origin, privateKey }));
}

function chained(chain: Uint8Array, { governance, entries, previousSize }: Batch): Uint8Array {
  return governance.reduce((before, { position }) => chainEntry(before, position, entryAt(entries, position - previousSize)), chain);
}

/** The chain over the governance entries in the store. Throws `log-damaged` when it is not the one that was sealed with the head. */
function checkedChain(store: Store, { archive }: LogKeys, { size, governanceSeal }: Head): Uint8Array {
  let chain: Uint8Array = emptyChain;
  for (const position of store.governancePositions())
    chain = chainEntry(chain, position, entryAt(store.entries(position, position + 1), 0));
  if (!equalBytes(sealGovernance(archive, size, chain), governanceSeal))
    throw new FrostglassError("log-damaged", "The governance entries in the database are not the ones that were committed.");
  return chain;
}

/** The sum over the accounts in the store: one pass. Throws `accounts-damaged` when it is not the one that was sealed with the head, or `accounts-unsealed`. */
function checkedAccounts(store: Store, { account }: LogKeys, { size, accountsSeal }: Head): AccountsSum {
  if (accountsSeal.length === 0) throw accountsUnsealed();
  const accounts = AccountsSum.over(account, store.accounts());
  if (!equalBytes(accounts.seal(size), accountsSeal)) throw accountsDamaged();
  return accounts;
}

function entryAt(entries: readonly Uint8Array[], index: number): Uint8Array {
  const entry = entries[index];
  if (entry === undefined) throw new FrostglassError("log-damaged", "A governance entry is missing from the log.");
  return entry;
}

interface Prepared {
  readonly head: Head;
  readonly tree: TreeAppender;
  readonly changes: ReadonlyMap<string, AccountChange>;
}

function commitOf(batch: Batch, { head, tree, changes }: Prepared): Commit {
  return {
    previousSize: batch.previousSize,
    head,
    entries: batch.entries,
    governancePositions: batch.governance.map(({ position }) => position),
    tiles: tree.fullTiles.map(({ tile, bytes }) => ({ level: tile.level, number: tile.index, hashes: bytes })),
    answers: batch.answers,
    reports: batch.reports,
    accounts: changes,
    documents: batch.documents,
    segments: batch.segments,
    droppedSegments: batch.droppedSegments,
    erasures: batch.erasures,
  };
}

/** A partial tile of the stored log: level 0 from the entries themselves, a level above from the full tiles below it. */
function readEdgeTile(store: Store, { level, index, width }: HashTile): Uint8Array {
  const first = index * fullWidth;
  if (level === 0) return concat(...store.entries(first, first + width).map(leafHash));
  return concat(...Array.from({ length: width }, (_, i) => rootOf(decodeHashes(readFullTile(store, level - 1, first + i), fullWidth))));
}

/** A full tile of the store. Throws `log-damaged` where it is missing. */
export function readFullTile(store: Store, level: number, number: number): Uint8Array {
  const hashes = store.tile(level, number);
  if (hashes === undefined) throw new FrostglassError("log-damaged", "The database lacks a full tile.", { level, number });
  return hashes;
}
