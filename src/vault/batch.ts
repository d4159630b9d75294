import type { Digest } from "../model/digest.js";
import type { NewAnswer, SegmentChange, SegmentRow, Store, StoredReport } from "../store/store.js";
import { encodeAnswerEntry, encodeEntry, type GovernanceEntry } from "../wire/entry.js";
import type { AccountChange } from "./accounts/accountsSeal.js";
import type { AnswerToken } from "./answers/archive.js";

/**
 * What the next group commit will make durable, gathered in memory. Only the `record` step and administration write to it, each in one go, so
 * a query that fails half-way leaves nothing behind.
 */
export class Batch {
  /** The size of the log that this batch follows. */
  readonly previousSize: number;
  readonly entries: Uint8Array[] = [];
  readonly governance: { position: number; entry: GovernanceEntry }[] = [];
  readonly answers: NewAnswer[] = [];
  readonly reports: StoredReport[] = [];
  readonly documents = new Map<Digest, Uint8Array>();
  readonly segments: SegmentChange[] = [];
  readonly droppedSegments: SegmentRow[] = [];
  /** Sealed, see erasure.ts: the pages go right after the commit. */
  readonly erasures: Uint8Array[] = [];
  /** Every account that was looked at or changed, by keyed name. */
  readonly #accounts = new Map<string, { readonly before: string | undefined; after: string | undefined }>();
  /** Sealed answers of this batch by token, so that the same query twice in one batch is answered once. */
  readonly #sealed = new Map<string, Uint8Array>();

  constructor(previousSize: number) {
    this.previousSize = previousSize;
  }

  get nextPosition(): number {
    return this.previousSize + this.entries.length;
  }

  addGovernance(entry: GovernanceEntry): number {
    const position = this.nextPosition;
    this.entries.push(encodeEntry(entry));
    this.governance.push({ position, entry });
    return position;
  }

  /** Takes an entry that the log had before, byte for byte; `entry` is what it says, undefined for an answer. */
  addKept(bytes: Uint8Array, entry: GovernanceEntry | undefined): void {
    if (entry !== undefined) this.governance.push({ position: this.nextPosition, entry });
    this.entries.push(bytes);
  }

  /** By `hint` the subject finds who asked about it: `subjectHint`. */
  addAnswer(answer: Digest, { text, bytes }: AnswerToken, sealed: Uint8Array, hint: number): void {
    this.answers.push({ position: this.nextPosition, token: bytes, sealed, hint });
    this.entries.push(encodeAnswerEntry(answer));
    this.#sealed.set(text, sealed);
  }

  /** A report to a subject: the log says that there was one, and the store keeps it, so that the same token gets it again. */
  addReport(at: number, report: StoredReport): void {
    this.addGovernance({ entry: "subject-accessed/1", at });
    this.reports.push(report);
  }

  /** The state of an account as the queries before in this batch left it, or undefined where there is none yet. */
  account(store: Store, name: string): string | undefined {
    return this.#row(store, name).after;
  }

  setAccount(store: Store, name: string, state: string): void {
    this.#row(store, name).after = state;
  }

  /** The accounts whose state is another than in the store, by keyed name. */
  get changedAccounts(): Map<string, AccountChange> {
    const changes = new Map<string, AccountChange>();
    for (const [name, { before, after }] of this.#accounts)
      if (after !== undefined && after !== before) changes.set(name, { before, after });
    return changes;
  }

  #row(store: Store, name: string) {
    const known = this.#accounts.get(name);
    if (known !== undefined) return known;
    const stored = store.account(name);
    const row = { before: stored, after: stored };
    this.#accounts.set(name, row);
    return row;
  }

  sealedAnswer(token: string): Uint8Array | undefined {
    return this.#sealed.get(token);
  }
}
