import type { Digest } from "../model/digest.js";
import type { StoredAnswer } from "../store/store.js";
import { encodeAnswerEntry, encodeEntry, type GovernanceEntry } from "../wire/entry.js";

/**
 * What the next group commit will make durable, gathered in memory. Only the `record` step and administration write to it, each in one go, so
 * a query that fails half-way leaves nothing behind.
 */
export class Batch {
  /** The size of the log that this batch follows. */
  readonly previousSize: number;
  readonly entries: Uint8Array[] = [];
  readonly governance: { position: number; entry: GovernanceEntry }[] = [];
  readonly answers: StoredAnswer[] = [];
  readonly accounts = new Map<string, string>();
  readonly documents = new Map<Digest, Uint8Array>();
  segments: { readonly dataset: string; readonly epochs: readonly number[] } | undefined;
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

  addAnswer(answer: Digest, token: string, tokenBytes: Uint8Array, sealed: Uint8Array): void {
    this.answers.push({ position: this.nextPosition, token: tokenBytes, sealed });
    this.entries.push(encodeAnswerEntry(answer));
    this.#sealed.set(token, sealed);
  }

  sealedAnswer(token: string): Uint8Array | undefined {
    return this.#sealed.get(token);
  }
}
