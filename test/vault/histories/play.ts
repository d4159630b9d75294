import type { PrivateKey } from "#crypto";
import { importPrivateKey } from "#crypto";
import { formatBase64Url } from "../../../src/bytes/base64.js";
import { type Digest, digestOf } from "../../../src/model/digest.js";
import type { Reply } from "../../../src/vault/answerQuery.js";
import { decodeAnswer } from "../../../src/wire/answer.js";
import { parseBits } from "../../../src/wire/bits.js";
import { signConsent } from "../../../src/wire/consent.js";
import { signingKey } from "../../../src/wire/jwk.js";
import { type Query, signQuery } from "../../../src/wire/query.js";
import { holder, parties, policyText } from "../smallNode.js";
import { Model } from "./model.js";
import { keyPool, type PlayedNode } from "./node.js";
import type { Asking, Step } from "./steps.js";

const stranger = importPrivateKey(new Uint8Array(32).fill(77));
const keysOfEach = 3;

/** What a played history found that the model did not expect. */
export interface Difference {
  readonly step: Step;
  readonly seen: unknown;
  readonly expected: unknown;
}

/**
 * One history on a node: parties of its own (`number` makes their names), and a day of its own, so that nothing of an earlier history bears on it.
 * Every computation of `computations` costs `millibits`.
 */
export class History {
  readonly #node: PlayedNode;
  readonly #number: number;
  readonly #computations: readonly Digest[];
  readonly #model: Model;
  readonly #consents: string[] = [];
  readonly #asked: { asking: Asking; text: string; query: Query; reply: Reply | undefined }[] = [];

  constructor(node: PlayedNode, number: number, computations: readonly Digest[], millibits: number) {
    this.#node = node;
    this.#number = number;
    this.#computations = computations;
    node.clock.now = (Math.floor(node.clock.now / 86_400) + 1) * 86_400 + 7 * 3600;
    this.#model = new Model(node.clock.now, millibits);
  }

  /** Plays all steps; gives the first difference. */
  async play(steps: readonly Step[]): Promise<Difference | undefined> {
    const difference = await this.#playAll(steps);
    // The next history starts under the usual policy. Setting it costs more than most histories do otherwise.
    if (steps.some((step) => step.do === "policy")) this.#node.run({ act: "set-policy", text: usualPolicy });
    return difference;
  }

  async #playAll(steps: readonly Step[]): Promise<Difference | undefined> {
    for (const step of steps) {
      const seen = await this.#take(step);
      const expected = this.#model.step(step);
      const wanted = expected.sameAs === undefined ? expected : (this.#asked[expected.sameAs]?.reply?.body ?? "no reply was kept");
      if (JSON.stringify(seen) !== JSON.stringify(wanted)) return { step, seen, expected: wanted };
    }
    return undefined;
  }

  async #take(step: Step): Promise<unknown> {
    switch (step.do) {
      case "ask":
        return this.#ask(step);
      case "ask-again":
        return this.#askAgain(this.#asked.length - 1 - step.query);
      case "reuse-jti":
        return this.#reuse(this.#asked.length - 1 - step.query, step.mark);
      case "wait":
        this.#node.clock.now += step.seconds;
        return { code: "done" };
      case "epoch":
        await this.#node.newEpoch();
        return { code: "done" };
      case "restart":
        await this.#node.restart();
        return { code: "done" };
      default:
        return { code: this.#act(step) };
    }
  }

  #act(step: Exclude<Step, { do: "ask" | "ask-again" | "reuse-jti" | "wait" | "epoch" | "restart" }>): string {
    const { now } = this.#node.clock;
    switch (step.do) {
      case "add":
        return this.#node.run({ act: "add-requester", requester: this.#name(step.who), keys: [this.#publicKey(step.who, step.key)] });
      case "rotate": {
        const { overlap } = step;
        return this.#node.run({
          act: "rotate-requester",
          requester: this.#name(step.who),
          key: this.#publicKey(step.who, step.key),
          overlap,
        });
      }
      case "cut-off":
        return this.#node.run({ act: "cut-off", requester: this.#name(step.who) });
      case "grant": {
        const { purposes, from, until } = step;
        const computation = ["total-above", "total-again"][step.computation] ?? "";
        const given = { requester: this.#name(step.who), computation, purposes: [...purposes], from: now + from, until: now + until };
        return this.#node.run({ act: "grant", ...given });
      }
      case "consent":
        this.#consents.push(this.#consent(step));
        return "done";
      case "revoke-consent": {
        const text = this.#consents.at(-1 - step.consent);
        return text === undefined ? "done" : this.#node.run({ act: "revoke-consent", consent: digestOf(text) });
      }
      case "policy":
        return this.#node.run({ act: "set-policy", text: modelPolicy(step.budgetBits, step.ceilingBits) });
    }
  }

  async #ask(asking: Asking): Promise<unknown> {
    const query = this.#query(asking);
    const text = signQuery(query, signingKey(this.#key(asking.who, asking.key)));
    this.#asked.push({ asking, text, query, reply: undefined });
    return this.#send(this.#asked.length - 1);
  }

  async #askAgain(index: number): Promise<unknown> {
    const asked = this.#asked[index];
    if (asked === undefined) return { code: "nothing" };
    const before = asked.reply;
    if (before === undefined) return this.#send(index);
    const reply = await this.#node.ask(asked.text);
    return typeof reply === "string" ? { code: reply } : reply.body;
  }

  async #send(index: number): Promise<unknown> {
    const asked = this.#asked[index];
    if (asked === undefined) throw new Error("no such query");
    const reply = await this.#node.ask(asked.text);
    if (typeof reply === "string") return { code: reply };
    asked.reply = reply;
    return seenIn(reply);
  }

  async #reuse(index: number, mark: number): Promise<unknown> {
    const asked = this.#asked[index];
    if (asked?.reply === undefined) return { code: "nothing" };
    const other = { ...asked.query, parameters: { mark: mark === asked.asking.mark ? 300 : mark } };
    const reply = await this.#node.ask(signQuery(other, signingKey(this.#key(asked.asking.who, asked.asking.key))));
    return { code: typeof reply === "string" ? reply : "answered" };
  }

  #query({ who, firm, computation, mark, purpose, consent, clock }: Asking): Query {
    const iat = this.#node.clock.now + clock;
    const text = consent === undefined ? undefined : this.#consents.at(-1 - consent);
    return {
      ...{
        iss: this.#name(who),
        aud: holder,
        iat,
        exp: iat + 300,
        jti: `history-${this.#number}-query-${this.#asked.length}`.padEnd(24, "x"),
      },
      ...{ subject: { scheme: "opaque", id: firm }, computation: this.#computations[computation] ?? digestOf("never approved") },
      ...{ parameters: { mark }, purpose, ...(text === undefined ? {} : { consent: text }) },
    };
  }

  #consent({ who, firm, purpose, dataset, from, until, issuer }: Extract<Step, { do: "consent" }>): string {
    const { now } = this.#node.clock;
    const jti = `history-${this.#number}-consent-${this.#consents.length}`.padEnd(24, "x");
    const consent = { jti, subject: { scheme: "opaque", id: firm }, aud: this.#name(who), purposes: [purpose], datasets: [dataset] };
    const iss = issuer === "stranger" ? "stranger.example" : "consent.example";
    const text = signConsent(
      { iss, ...consent, nbf: now + from, exp: now + until },
      signingKey(issuer === "stranger" ? stranger : parties.issuer),
    );
    return issuer === "forged" ? forged(text) : text;
  }

  #name(who: number): string {
    return `bank-${who}-${this.#number}.example`;
  }

  #key(who: number, key: number): PrivateKey {
    const found = keyPool[(this.#number * 2 * keysOfEach + who * keysOfEach + key) % keyPool.length];
    if (found === undefined) throw new Error("no key");
    return found;
  }

  #publicKey(who: number, key: number): string {
    return formatBase64Url(this.#key(who, key).publicKey.bytes);
  }
}

/** How many histories one copy of a node bears until its parties would meet keys of earlier ones. */
export const historiesOfANode = Math.floor(keyPool.length / (2 * keysOfEach));

function seenIn({ body }: Reply) {
  const { outcome, disclosure } = decodeAnswer((JSON.parse(body) as { answer: string }).answer).answer;
  return { outcome: wordOf(outcome), millibits: parseBits(disclosure.bits), remaining: parseBits(disclosure.remaining) };
}

function wordOf(outcome: ReturnType<typeof decodeAnswer>["answer"]["outcome"]): string {
  if (outcome.kind === "refusal") return outcome.code;
  if (outcome.kind === "decision") return outcome.decision ? "yes" : "no";
  return outcome.kind;
}

/** The same consent under another signature. */
function forged(text: string): string {
  const dot = text.lastIndexOf(".");
  const first = text[dot + 1] === "A" ? "B" : "A";
  return `${text.slice(0, dot + 1)}${first}${text.slice(dot + 2)}`;
}

/** Budgets renew each day. */
function modelPolicy(budgetBits: number, ceilingBits: number): string {
  return policyText({ budgetBits, ceilingBits }).replace("period_days: 365", "period_days: 1");
}

/** In force when a history begins. */
export const usualPolicy = modelPolicy(4, 7);
