import type { Asking, Purpose, Step } from "./steps.js";

/*
 * The rules of admission and disclosure once more, as short as they can be said, without a line of the product: what a node must answer after any
 * history. It keeps no log, no digest and no signature: it knows who made what.
 */

export interface Expected {
  /** `done`, or the code of an act or of a message that was refused without an answer. */
  readonly code?: string;
  /** Of a signed answer: the outcome, or the code of the refusal. */
  readonly outcome?: string;
  readonly millibits?: number;
  readonly remaining?: number;
  /** The very reply to a former query, by its number. */
  readonly sameAs?: number;
}

interface Given {
  readonly who: number;
  readonly firm: string;
  readonly purpose: Purpose;
  readonly dataset: string;
  readonly from: number;
  readonly until: number;
  readonly issuer: "trusted" | "stranger" | "forged";
  revoked: boolean;
}

interface Known {
  keys: { key: number; until: number }[];
  cutOff: boolean;
  grants: { computation: number; purposes: readonly Purpose[]; from: number; until: number }[];
}

const day = 86_400;
const skew = 60;
const totals: Readonly<Record<string, number>> = { E1: 300, E2: 1 };

/** How a query ended that was given an answer. */
interface Asked {
  readonly asking: Asking;
  readonly issuedAt: number;
  readonly answered: boolean;
}

export class Model {
  readonly #cost: number;
  readonly #known = new Map<number, Known>();
  /** Keys are nobody else's, ever: those of who is not asking are other keys. */
  readonly #used = new Set<string>();
  readonly #retired = new Set<string>();
  readonly #consents: Given[] = [];
  readonly #asked: Asked[] = [];
  readonly #spent = new Map<string, number>();
  readonly #questions = new Set<string>();
  #budget = 4000;
  #ceiling = 7000;
  #epoch = 0;
  #now: number;

  /** `cost` is what either computation charges, in thousandths of a bit. */
  constructor(now: number, cost: number) {
    this.#now = now;
    this.#cost = cost;
  }

  step(step: Step): Expected {
    if (step.do === "ask") return this.#ask(step);
    if (step.do === "ask-again") return this.#askAgain(step.query);
    if (step.do === "reuse-jti") return this.#reuse(step.query);
    return { code: this.#act(step) };
  }

  #act(step: Exclude<Step, { do: "ask" | "ask-again" | "reuse-jti" }>): string {
    switch (step.do) {
      case "add":
        return this.#add(step.who, step.key);
      case "rotate":
        return this.#rotate(step.who, step.key, step.overlap);
      case "cut-off":
        return this.#ifKnown(step.who, (known) => Object.assign(known, { cutOff: true, grants: [] }));
      case "grant":
        if (step.until <= step.from) return "admin-invalid";
        if (this.#known.get(step.who)?.cutOff) return "requester-is-cut-off";
        return this.#ifKnown(step.who, ({ grants }) =>
          grants.push({ ...step, from: this.#now + step.from, until: this.#now + step.until }),
        );
      case "consent":
        this.#consents.push({ ...step, from: this.#now + step.from, until: this.#now + step.until, revoked: false });
        return "done";
      case "revoke-consent": {
        const given = this.#consents.at(-1 - step.consent);
        if (given !== undefined) given.revoked = true;
        return "done";
      }
      case "wait":
        this.#now += step.seconds;
        return "done";
      case "epoch":
        this.#epoch += 1;
        return "done";
      case "policy":
        this.#budget = step.budgetBits * 1000;
        this.#ceiling = step.ceilingBits * 1000;
        return "done";
      case "restart":
        return "done";
    }
  }

  #ifKnown(who: number, then: (known: Known) => void): string {
    const known = this.#known.get(who);
    if (known === undefined) return "requester-missing";
    then(known);
    return "done";
  }

  #add(who: number, key: number): string {
    const known = this.#known.get(who);
    if (known !== undefined && !known.cutOff && known.keys.map((one) => one.key).join() === String(key)) return "requester-known";
    if (this.#retired.has(`${who} ${key}`)) return "requester-key-known";
    this.#used.add(`${who} ${key}`);
    const grants = known === undefined || known.cutOff ? [] : known.grants;
    this.#known.set(who, { keys: [{ key, until: Number.POSITIVE_INFINITY }], cutOff: false, grants });
    return "done";
  }

  #rotate(who: number, key: number, overlap: number): string {
    const known = this.#known.get(who);
    if (known === undefined) return "requester-missing";
    if (this.#used.has(`${who} ${key}`)) return "requester-key-known";
    this.#used.add(`${who} ${key}`);
    for (const old of known.keys) {
      this.#retired.add(`${who} ${old.key}`);
      old.until = Math.min(old.until, this.#now + overlap);
    }
    known.keys.push({ key, until: Number.POSITIVE_INFINITY });
    return "done";
  }

  #ask(asking: Asking): Expected {
    const issuedAt = this.#now + asking.clock;
    const bad = this.#stranger(asking) ?? this.#untimely(issuedAt);
    this.#asked.push({ asking, issuedAt, answered: bad === undefined });
    return bad === undefined ? this.#answer(asking) : { code: bad };
  }

  #askAgain(number: number): Expected {
    const index = this.#asked.length - 1 - number;
    const asked = this.#asked[index];
    if (asked === undefined) return { code: "nothing" };
    const stranger = this.#stranger(asked.asking);
    if (stranger !== undefined) return { code: stranger };
    if (asked.answered) return { sameAs: index };
    const untimely = this.#untimely(asked.issuedAt);
    if (untimely !== undefined) return { code: untimely };
    this.#asked[index] = { ...asked, answered: true };
    return this.#answer(asked.asking);
  }

  #reuse(number: number): Expected {
    const asked = this.#asked.at(-1 - number);
    if (asked === undefined || !asked.answered) return { code: "nothing" };
    return { code: this.#stranger(asked.asking) ?? "jti-reused" };
  }

  #stranger({ who, key }: Asking): string | undefined {
    const known = this.#known.get(who)?.keys.find((one) => one.key === key);
    if (known === undefined) return "requester-unknown";
    return known.until <= this.#now ? "requester-key-ended" : undefined;
  }

  #untimely(issuedAt: number): string | undefined {
    if (issuedAt > this.#now + skew) return "query-not-yet-valid";
    return issuedAt + 300 <= this.#now - skew ? "query-expired" : undefined;
  }

  #answer(asking: Asking): Expected {
    const refusal = this.#refusal(asking);
    const [account, ceiling] = this.#accountsOf(asking);
    const left = () => Math.max(0, this.#budget - (this.#spent.get(account) ?? 0));
    if (refusal !== undefined) return { outcome: refusal, millibits: 0, remaining: asking.computation === 2 ? this.#budget : left() };
    const question = [account, this.#epoch, asking.computation, asking.mark].join();
    const outcome = outcomeOf(asking);
    if (this.#questions.has(question)) return { outcome, millibits: 0, remaining: left() };
    if (left() < this.#cost) return { outcome: "budget-spent", millibits: 0, remaining: left() };
    if ((this.#spent.get(ceiling) ?? 0) + this.#cost > this.#ceiling)
      return { outcome: "ceiling-reached", millibits: 0, remaining: left() };
    this.#questions.add(question);
    for (const name of [account, ceiling]) this.#spent.set(name, (this.#spent.get(name) ?? 0) + this.#cost);
    return { outcome, millibits: this.#cost, remaining: left() };
  }

  /** The names of the requester's account and of the firm's, in the period that it is now. */
  #accountsOf({ who, firm }: Asking): [string, string] {
    const period = Math.floor(this.#now / day);
    return [`${who} ${firm} ${period}`, `${firm} ${period}`];
  }

  #refusal(asking: Asking): string | undefined {
    const { who, computation, purpose, mark } = asking;
    if (computation === 2) return "computation-unknown";
    if (this.#known.get(who)?.cutOff) return "requester-cut-off";
    const live = (this.#known.get(who)?.grants ?? []).filter(
      (grant) => grant.computation === computation && grant.from <= this.#now && this.#now < grant.until,
    );
    if (live.length === 0) return "requester-not-granted";
    if (!live.some((grant) => grant.purposes.includes(purpose)) || purpose === "marketing") return "purpose-not-granted";
    if (mark === 77) return "parameters-invalid";
    return purpose === "supervision" ? undefined : this.#consentRefusal(asking);
  }

  #consentRefusal({ who, firm, purpose, consent }: Asking): string | undefined {
    const given = consent === undefined ? undefined : this.#consents.at(-1 - consent);
    if (given === undefined) return "consent-missing";
    if (given.issuer === "stranger") return "consent-issuer-unknown";
    if (given.issuer === "forged") return "consent-invalid";
    if (given.firm !== firm) return "consent-wrong-subject";
    if (given.who !== who) return "consent-wrong-requester";
    if (given.purpose !== purpose) return "consent-wrong-purpose";
    if (given.dataset !== "sales") return "consent-wrong-computation";
    if (this.#now < given.from) return "consent-not-yet-valid";
    if (this.#now >= given.until) return "consent-expired";
    return given.revoked ? "consent-revoked" : undefined;
  }
}

function outcomeOf({ firm, mark }: Asking): string {
  const total = totals[firm];
  if (total === undefined) return "no-record";
  return total >= mark ? "yes" : "no";
}
