import type { Governance } from "../../admission/governance.js";
import type { Policy } from "../../admission/policy.js";
import { type PeriodLength, periodAt } from "../../disclosure/period.js";
import type { Digest } from "../../model/digest.js";

/** Which period an instant falls in, by the policies in the log. */
export class Periods {
  readonly #governance: Governance;
  readonly #policyOf: (digest: Digest) => Policy;
  readonly #days = new Map<Digest, number>();

  /** `policyOf` reads a policy that is or was in force. */
  constructor(governance: Governance, policyOf: (digest: Digest) => Policy) {
    this.#governance = governance;
    this.#policyOf = policyOf;
  }

  /** The period of an instant (Unix seconds), as accounts are named by it: see `periodAt`. */
  at(instant: number): number {
    return periodAt(instant, this.#lengths());
  }

  /** The newest first. A policy is read when it is asked for: mostly that is the one in force alone. */
  *#lengths(): Iterable<PeriodLength> {
    const { policies } = this.#governance;
    for (let i = policies.length - 1; i >= 0; i--) {
      const policy = policies[i];
      if (policy !== undefined) yield { since: policy.at, days: this.#daysOf(policy.digest) };
    }
  }

  #daysOf(digest: Digest): number {
    const days = this.#days.get(digest) ?? this.#policyOf(digest).disclosure.periodDays;
    this.#days.set(digest, days);
    return days;
  }
}
