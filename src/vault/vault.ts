import { FrostglassError } from "../errors/error.js";
import type { Lock } from "../store/lock.js";
import { answerQuery, type Reply } from "./answerQuery.js";
import { revokeByIssuer } from "./answers/revokeByIssuer.js";
import { Batch } from "./batch.js";
import { FairQueue } from "./fairQueue.js";
import { AlarmCounts } from "./log/alarmCounts.js";
import { keepAlarm } from "./log/alarms.js";
import { publishCatalogue } from "./log/catalogue.js";
import type { Publisher } from "./log/publisher.js";
import { clearRefill, pendingRefill } from "./log/refill/pendingRefill.js";
import type { Sequencer } from "./log/sequencer.js";
import type { Witnessing, WitnessingStatus } from "./log/witnessing.js";
import { finishErasures } from "./records/erasure.js";
import type { VaultState } from "./state.js";

/** The most queries that one commit takes (SPECS, "Order of writing"). */
const batchLimit = 256;
/** The most queries that may wait, over all gateways. */
const mostWaiting = 4096;

/** Answers one signed message against the state, writing what has to be durable first to the batch. */
type Answering = (state: VaultState, batch: Batch, text: string) => Reply;

/** Messages after which a query may be judged otherwise. */
const changesRules: ReadonlySet<Answering> = new Set([revokeByIssuer]);

interface Waiting {
  readonly text: string;
  readonly answer: Answering;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (thrown: unknown) => void;
}

/**
 * An open vault: the only thing in the process with keys and database. Queries that arrive in one turn of the event loop share one commit.
 * A failed commit is fatal: the vault closes itself, every waiting query fails with `vault-stopped`, and the process must start anew.
 */
export class Vault {
  readonly state: VaultState;
  readonly alarms = new AlarmCounts();
  readonly #sequencer: Sequencer;
  readonly #publisher: Publisher;
  readonly #lock: Lock;
  /** Absent where the home names no witnesses. */
  readonly #witnessing: Witnessing | undefined;
  readonly #queue = new FairQueue<Waiting>(mostWaiting);
  #scheduled = false;
  #publishing: NodeJS.Timeout | undefined;
  #changing: NodeJS.Timeout | undefined;
  /** On the process's own monotonic clock: a wrong wall clock must not stop publishing. */
  #publishedAt = Number.NEGATIVE_INFINITY;
  /** The size before a refill that the log does not speak of yet. */
  #refilledFrom: number | undefined;
  #stopped: unknown;
  #closed = false;
  /** Called once when the vault had to stop itself. */
  onFatal: (thrown: unknown) => void = () => undefined;

  constructor(state: VaultState, sequencer: Sequencer, publisher: Publisher, lock: Lock, witnessing: Witnessing | undefined) {
    this.state = state;
    this.#sequencer = sequencer;
    this.#publisher = publisher;
    this.#lock = lock;
    this.#witnessing = witnessing;
    state.probing.onPattern = (requester, pattern) =>
      this.alarms.raise(new FrostglassError(pattern, "A requester asks in a way that looks like probing.", { requester }));
    this.#refilledFrom = pendingRefill(state.home, sequencer.size);
  }

  /** True once the vault has given its home back, or had to stop itself. */
  get isClosed(): boolean {
    return this.#closed;
  }

  get head() {
    return this.#sequencer.head;
  }

  /**
   * Answers one signed query. Resolves after the answer, its log entry and its charge are durable. Rejects with a coded error for bad input
   * (nothing was logged), with our own fault, or with `queue-full` where too many queries of the sender wait already. `answer` is for signed messages
   * of another kind.
   */
  submit(text: string, answer: Answering = answerQuery): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const claimed = this.state.keyOwners.claimedBy(text);
      // Who is no requester, such as a consent issuer, does not wait with queries that name no known key.
      const sender = claimed === "" && answer !== answerQuery ? "\n" : claimed;
      const hasRoom = this.#queue.push(sender, { text, answer, resolve, reject });
      if (!hasRoom) return reject(new FrostglassError("queue-full", "Too many queries wait for the vault."));
      if (this.#scheduled) return;
      this.#scheduled = true;
      setImmediate(() => this.#turn());
    });
  }

  /**
   * Commits one act of administration and publishes it. `fill` adds its entries; when it throws, nothing was done. A failure to publish is reported
   * and tried again: the act is durable and in force by then.
   */
  administer(fill: (batch: Batch) => void): void {
    if (this.#stopped !== undefined) throw stopped(this.#stopped);
    this.#witnessing?.check();
    const batch = new Batch(this.#sequencer.size);
    fill(batch);
    this.#changeSigners(batch);
    this.#durably(() => this.#commit(batch));
    this.publish();
  }

  #commit(batch: Batch): void {
    this.#sequencer.commit(batch);
    if (batch.erasures.length > 0) finishErasures(this.state);
    if (batch.governance.length > 0) this.state.apply(batch.governance);
  }

  /** The commit that adds a key of the log is signed with it too, and the one that retires a key is not signed with that any more. */
  #changeSigners({ governance }: Batch): void {
    if (governance.some(({ entry }) => "role" in entry && entry.role === "log"))
      this.#sequencer.signWith(this.state.signers.ofLogAfter(governance));
  }

  /** Undefined where the home names no witnesses. */
  witnessingStatus(): WitnessingStatus | undefined {
    return this.#witnessing?.status();
  }

  /**
   * Takes what the courier brings back from the witnesses; when they fill the quorum, the cosigned checkpoint is published, and answers may go on. Proof
   * of a split view is kept in `alarms/` and stops the vault for good. Throws `verb-unknown` where no witnesses are named, and what `gather` throws.
   */
  takeCosignatures(report: string): void {
    if (this.#witnessing === undefined) throw new FrostglassError("verb-unknown", "This home names no witnesses.");
    const gathered = this.#witnessing.gather(report, this.#sequencer);
    if (gathered.kind === "quorum") {
      this.#publishOrRetry(() => this.#publisher.publishWitnessed(gathered.note.full, gathered.size));
      this.noteRefill();
    }
    if (gathered.kind === "split-view") this.#durably(() => keepAlarm(this.state.home, gathered.notes));
  }

  /**
   * That the log was refilled is its first entry after, before any answer: where there are witnesses, once a quorum has cosigned what was refilled, since only
   * then it is known that nothing beyond was signed before.
   */
  noteRefill(): void {
    const from = this.#refilledFrom;
    const state = this.#witnessing?.status().state ?? "witnessed";
    if (from === undefined || state === "starting" || state === "stopped") return;
    const batch = new Batch(this.#sequencer.size);
    batch.addGovernance({ entry: "log-refilled/1", at: this.state.now(), from, to: batch.previousSize });
    this.#durably(() => this.#commit(batch));
    this.#refilledFrom = undefined;
    clearRefill(this.state.home);
    this.publish();
  }

  /** Brings `public/` up to the durable log and the catalogue in force. When the disk refuses, that is reported and tried again later. */
  publish(): void {
    this.#publishOrRetry(() => this.#publishAll());
  }

  #publishAll(): void {
    clearTimeout(this.#publishing);
    this.#publishing = undefined;
    publishCatalogue(this.state, this.#publisher, this.#witnessing?.plan.policy);
    this.#publisher.publishLog(this.#sequencer);
    this.#awaitChange();
  }

  /** The catalogue says how each computation stands: it is written again when one begins or ends to be askable. */
  #awaitChange(): void {
    clearTimeout(this.#changing);
    const { nextChange } = this.state;
    if (nextChange === undefined) return;
    const milliseconds = Math.min((nextChange - this.state.now()) * 1000, longestWaitMs);
    this.#changing = setTimeout(() => this.publish(), milliseconds);
    this.#changing.unref();
  }

  /** Lets queued queries finish, publishes, and gives the home back. Throws when `public/` could not be written: the next start writes it. */
  async close(): Promise<void> {
    while (this.#queue.length > 0) await new Promise<void>((resolve) => setImmediate(resolve));
    try {
      if (this.#stopped === undefined) this.#publishAll();
    } finally {
      this.#release();
    }
  }

  #turn(): void {
    const waiting = this.#queue.take(batchLimit);
    this.#scheduled = this.#queue.length > 0;
    if (this.#scheduled) setImmediate(() => this.#turn());
    // What changes the rules has a commit of its own: no query that stands behind it in the log was judged without it.
    const changes = waiting.filter(({ answer }) => changesRules.has(answer));
    if (changes.length > 0) this.#answerTogether(changes);
    if (changes.length < waiting.length) this.#answerTogether(waiting.filter(({ answer }) => !changesRules.has(answer)));
  }

  /** Answers all of them in one commit, and lets the replies go after it. */
  #answerTogether(waiting: readonly Waiting[]): void {
    const batch = new Batch(this.#sequencer.size);
    const settle = waiting.map((query) => this.#attempt(batch, query));
    try {
      if (batch.entries.length > 0) this.#durably(() => this.#commit(batch));
    } catch (thrown) {
      for (const { reject } of waiting) reject(stopped(thrown));
      return;
    }
    for (const release of settle) release();
    if (batch.entries.length > 0) this.#publishSoon();
  }

  /** Runs one query against the batch and gives what to do once the batch is durable. */
  #attempt(batch: Batch, { text, answer, resolve, reject }: Waiting): () => void {
    try {
      if (this.#stopped !== undefined) throw stopped(this.#stopped);
      this.#witnessing?.check();
      const reply = answer(this.state, batch, text);
      return () => resolve(reply);
    } catch (thrown) {
      return () => reject(thrown);
    }
  }

  /** After a failure here, memory and disk may differ, so the vault stops for good: what is durable is what the next start loads. */
  #durably(commit: () => void): void {
    try {
      commit();
    } catch (thrown) {
      this.#stopped = thrown;
      this.#release();
      this.onFatal(thrown);
      throw thrown;
    }
  }

  /**
   * The public files follow the log: almost at once after a quiet time, so that one who waits for his evidence has it soon, and under load twice a
   * second, since each time syncs half a dozen files. Answers do not wait for them.
   */
  #publishSoon(): void {
    if (this.#publishing !== undefined) return;
    const delay = Math.max(shortestDelayMs, this.#publishedAt + publishEveryMs - performance.now());
    this.#publishing = setTimeout(() => {
      this.#publishing = undefined;
      this.#publishedAt = performance.now();
      this.#publishOrRetry(() => this.#publisher.publishLog(this.#sequencer));
    }, delay);
  }

  #publishOrRetry(publish: () => void): void {
    try {
      publish();
    } catch (thrown) {
      this.onPublishFailure(thrown);
      this.#publishing ??= setTimeout(() => this.publish(), publishRetryMs);
    }
  }

  /** Called when `public/` could not be written; it is tried again. Answers go on: they are durable in the store. */
  onPublishFailure: (thrown: unknown) => void = () => undefined;

  #release(): void {
    this.#closed = true;
    clearTimeout(this.#publishing);
    clearTimeout(this.#changing);
    this.state.close();
    this.#lock.release();
  }
}

const publishEveryMs = 500;
const shortestDelayMs = 10;
const publishRetryMs = 1000;
/** Looked at again then, since the wall clock may have been set meanwhile. */
const longestWaitMs = 3_600_000;

function stopped(cause: unknown): FrostglassError {
  return new FrostglassError(
    "vault-stopped",
    "The vault stopped because a commit failed; nothing of this query was let go.",
    {},
    { cause },
  );
}
