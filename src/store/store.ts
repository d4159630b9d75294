import type { Digest } from "../model/digest.js";

/** A full hash tile (C2SP tlog-tiles): 256 hashes, 8192 bytes. */
export interface StoredTile {
  readonly level: number;
  readonly number: number;
  readonly hashes: Uint8Array;
}

/** The one head of the log: how many entries there are, the signed checkpoint over them, the seal over which of them are governance, and the seal over the accounts. */
export interface Head {
  readonly size: number;
  readonly checkpoint: string;
  readonly governanceSeal: Uint8Array;
  /** Over the state of every account: see vault/accountsSeal.ts. */
  readonly accountsSeal: Uint8Array;
}

export interface StoredAnswer {
  readonly position: number;
  /** Finds the answer again: 16 bytes, one for each (requester, jti). */
  readonly token: Uint8Array;
  readonly sealed: Uint8Array;
}

/** An answer that is to be kept, with 17 bits of its subject's keyed name: see askingKey.ts. */
export interface NewAnswer extends StoredAnswer {
  readonly hint: number;
}

/** A report to a subject: 16 bytes of token, one for each (consent issuer, jti). */
export interface StoredReport {
  readonly token: Uint8Array;
  readonly sealed: Uint8Array;
}

/** One disclosure account: 16 bytes of name, and its state. */
export interface AccountRow {
  readonly name: Uint8Array;
  readonly state: string;
}

/** One segment file: the pages that one epoch wrote to one dataset. */
export interface SegmentRow {
  readonly dataset: string;
  /** The epoch that wrote it. */
  readonly since: number;
  /** The first epoch that it is no part of any more; null while it is in force. */
  readonly until: number | null;
}

/** A dataset gets the segment that an epoch wrote: beside those in force, or in their place. */
export interface SegmentChange {
  readonly dataset: string;
  readonly epoch: number;
  readonly mode: "append" | "replace";
}

/** Everything that one group commit makes durable, or nothing of it. */
export interface Commit {
  /** The size of the head that this commit replaces; 0 and no head for the first. */
  readonly previousSize: number;
  readonly head: Head;
  /** Entries at positions `previousSize …`, in order. */
  readonly entries: readonly Uint8Array[];
  readonly governancePositions: readonly number[];
  readonly tiles: readonly StoredTile[];
  readonly answers: readonly NewAnswer[];
  readonly reports: readonly StoredReport[];
  /** New states of disclosure accounts, by keyed name; the last state of a name wins. */
  readonly accounts: ReadonlyMap<string, { readonly after: string }>;
  readonly documents: ReadonlyMap<Digest, Uint8Array>;
  readonly segments: readonly SegmentChange[];
  /** Segments of past epochs that are kept no longer. */
  readonly droppedSegments: readonly SegmentRow[];
  /** Sealed: erasures that are pending until `forgetErasures`. */
  readonly erasures: readonly Uint8Array[];
}

/**
 * What the vault keeps between two runs, behind one seam. A store has one writer, which holds it until `close`. Everything is synchronous
 * because a commit is the moment of truth: when `commit` returns, its whole content survives a power cut; when it throws, the caller must
 * not go on from memory but exit and load again. Reads see all commits before them.
 */
export interface Store {
  /** The current head, or undefined in a store that was never written to. */
  head(): Head | undefined;
  /** Entries at positions from (inclusive) to (exclusive), in order. Throws `store-damaged` when one is missing. */
  entries(from: number, to: number): Uint8Array[];
  /** Positions of all governance entries, ascending. */
  governancePositions(): number[];
  /** A full tile, or undefined when it is not complete yet. */
  tile(level: number, number: number): Uint8Array | undefined;
  /** At most `most` kept answers at positions from (inclusive) to (exclusive), in order. */
  answers(from: number, to: number, most: number): StoredAnswer[];
  findAnswer(token: Uint8Array): { position: number; sealed: Uint8Array } | undefined;
  report(token: Uint8Array): Uint8Array | undefined;
  /** The answers under a hint that stand after a position (−1 for all), in order; read as they are taken. They may be about another subject. */
  askings(hint: number, after: number): Iterable<StoredAnswer>;
  /** The state of an account by its keyed name (base64url), or undefined. */
  account(name: string): string | undefined;
  /** All accounts, in the order of the table that `account` searches. */
  accounts(): Iterable<AccountRow>;
  document(digest: Digest): Uint8Array | undefined;
  /** All segments of all datasets, those of past epochs included, by dataset and epoch. */
  segments(): SegmentRow[];
  /** The erasures that were committed and not forgotten, oldest first. */
  pendingErasures(): Uint8Array[];
  /** Forgets all pending erasures, in a commit of its own: their pages are gone. */
  forgetErasures(): void;
  /** Makes all of `commit` durable in one transaction; compares `previousSize` with the head and throws `store-conflict` when another writer moved it. */
  commit(commit: Commit): void;
  /** Fills an empty file with a copy of everything as it is at one instant, while reads and commits go on. The copy is a store of its own. */
  copyTo(path: string): Promise<void>;
  close(): void;
}
