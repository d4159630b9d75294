import { hmacSha256 } from "#crypto";
import { formatBase64Url } from "../../bytes/base64.js";
import { type Bucket, takeToken } from "../../disclosure/rate.js";
import { FrostglassError } from "../../errors/error.js";
import type { Store } from "../../store/store.js";
import type { Batch } from "../batch.js";

/** How many subjects one requester has asked about for the first time today: the row that counts them, and its count. */
export interface NewSubjects {
  readonly name: string;
  readonly count: number;
}

/**
 * What the policy's `limits` need to know of each requester. Rates are kept in memory and begin full with the process; new subjects are counted in a
 * row among the accounts, so they are durable with the answer and sealed like a charge.
 */
export class RequesterLimits {
  readonly #accountKey: Uint8Array;
  readonly #buckets = new Map<string, Bucket>();
  /** The row's name of the day that was asked for last, by requester: one HMAC a day instead of one an answer. */
  readonly #rows = new Map<string, { readonly day: number; readonly name: string }>();

  constructor(accountKey: Uint8Array) {
    this.#accountKey = accountKey;
  }

  /** Counts one message of a sender that was authenticated. Throws `rate-limited` where it sends more than `perMinute`; undefined is no limit. */
  countMessage(sender: string, perMinute: number | undefined, now: number): void {
    if (perMinute === undefined) return;
    const { bucket, wait } = takeToken(this.#buckets.get(sender), perMinute, now);
    this.#buckets.set(sender, bucket);
    if (wait > 0) throw new FrostglassError("rate-limited", "You send more messages a minute than the holder's policy allows.", { wait });
  }

  /** Today's count of new subjects, with those of the same batch. Days are UTC. */
  newSubjects(store: Store, batch: Batch, requester: string, now: number): NewSubjects {
    const name = this.#rowOf(requester, Math.floor(now / 86_400));
    return { name, count: Number(batch.account(store, name) ?? 0) };
  }

  #rowOf(requester: string, day: number): string {
    const known = this.#rows.get(requester);
    if (known?.day === day) return known.name;
    const name = formatBase64Url(hmacSha256(this.#accountKey, `new subjects/1\n${requester}\n${day}`).subarray(0, 16));
    this.#rows.set(requester, { day, name });
    return name;
  }
}
