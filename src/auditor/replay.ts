import { applyEntry, emptyGovernance, type Governance } from "../admission/governance.js";
import { asFrostglassError } from "../errors/error.js";
import { decodeEntry, type Entry, type GovernanceEntry, isAnswerEntry } from "../wire/entry.js";
import { approvalFault } from "./approvalRule.js";
import { type BrokenRule, brokenRules } from "./auditRules.js";
import { type PolicyInForce, termsOf } from "./policyHistory.js";
import { judgePolicy } from "./policyRule.js";
import { pruningFault } from "./pruningRule.js";
import type { ReadText } from "./publishedText.js";

/** An entry that breaks a rule. It stands in the log, so its author cannot deny it. */
export interface Finding extends BrokenRule {
  readonly index: number;
}

/** One act of administration as the log has it. */
export interface Act {
  readonly index: number;
  readonly entry: GovernanceEntry;
}

/** Entries that were read nowhere, from an index (included) to another (excluded). */
export interface Unseen {
  readonly from: number;
  readonly to: number;
}

/** What was made of the entries so far: enough to go on from, after an interruption or a month. */
export interface ReplayState {
  readonly size: number;
  readonly counts: Readonly<Partial<Record<Entry["entry"] | "unreadable", number>>>;
  /** Entries that the log serves no more and nobody else brought: nothing is known of them but their hashes. Ascending, and apart from each other. */
  readonly unseen: readonly Unseen[];
  readonly acts: readonly Act[];
  /** Every policy that was in force, in order. */
  readonly policies: readonly PolicyInForce[];
  /** The first thousand; `findingCount` has them all. */
  readonly findings: readonly Finding[];
  readonly findingCount: number;
}

export const emptyReplay: ReplayState = { size: 0, counts: {}, unseen: [], acts: [], policies: [], findings: [], findingCount: 0 };

const maxFindings = 1000;

/** A log read entry by entry, from the first or from where an earlier replay stopped. */
export class Replay implements ReplayState {
  size: number;
  readonly counts: Partial<Record<Entry["entry"] | "unreadable", number>>;
  readonly unseen: Unseen[];
  readonly acts: Act[];
  readonly policies: PolicyInForce[];
  readonly findings: Finding[];
  findingCount: number;
  readonly governance: Governance = emptyGovernance();
  readonly #origin: string;

  /** `from` is the state of an earlier replay of the same log. */
  constructor(origin: string, from: ReplayState = emptyReplay) {
    this.#origin = origin;
    this.size = from.size;
    this.counts = { ...from.counts };
    this.unseen = [...from.unseen];
    this.acts = [...from.acts];
    this.policies = from.policies.map((policy) => ({ ...policy }));
    this.findings = [...from.findings];
    this.findingCount = from.findingCount;
    for (const { index, entry } of from.acts) applyEntry(this.governance, index, entry);
  }

  /** Takes the next entry and gives it, if it can be read. */
  take(bytes: Uint8Array): Entry | undefined {
    const index = this.size++;
    const entry = isAnswerEntry(bytes) ? answerEntry : decodeQuietly(bytes);
    const kind = entry?.entry ?? "unreadable";
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    if (entry === undefined) this.#find(index, { rule: "entry-form", words: "The entry is not of a known form." });
    else this.#apply(index, entry);
    return entry;
  }

  /** Goes on at `to` without the entries before it. */
  skip(to: number): void {
    const last = this.unseen.at(-1);
    const from = last?.to === this.size ? last.from : this.size;
    if (last?.to === this.size) this.unseen.pop();
    this.unseen.push({ from, to });
    this.size = to;
  }

  /** Judges the entry that was taken last by the texts that it names, where there is a rule that takes them: approvals, policies and prunings. */
  async judge(entry: Entry, readText: ReadText): Promise<void> {
    const broken = await this.#judged(entry, readText);
    if (broken !== undefined) this.#find(this.size - 1, broken);
  }

  async #judged(entry: Entry, readText: ReadText): Promise<BrokenRule | undefined> {
    if (entry.entry === "computation-approved/1") return approvalFault(entry, this.governance.policy?.digest, readText);
    if (entry.entry === "log-pruned/1") return pruningFault(entry, this.governance, readText);
    const now = this.policies.at(-1);
    if (entry.entry !== "policy-set/1" || now === undefined) return undefined;
    const { policy, broken } = await judgePolicy(entry, { before: this.policies.at(-2)?.policy, holder: this.governance.holder }, readText);
    if (policy !== undefined) this.policies[this.policies.length - 1] = { ...now, terms: termsOf(policy) };
    return broken;
  }

  /** Rules look at the state before the entry, then the entry changes it. */
  #apply(index: number, entry: Entry): void {
    for (const broken of brokenRules(this.governance, index, entry, this.#origin)) this.#find(index, broken);
    if (entry.entry === "answer/1") {
      this.#countAnswer();
      return;
    }
    if (entry.entry === "policy-set/1") this.policies.push({ index, policy: entry.policy, answers: 0 });
    applyEntry(this.governance, index, entry);
    this.acts.push({ index, entry });
  }

  #countAnswer(): void {
    const policy = this.policies.at(-1);
    if (policy !== undefined) policy.answers++;
  }

  #find(index: number, broken: BrokenRule): void {
    this.findingCount++;
    if (this.findings.length < maxFindings) this.findings.push({ index, ...broken });
  }
}

/** No rule looks at which answer it is. */
const answerEntry: Entry = { entry: "answer/1", answer: `sha256:${"0".repeat(64)}` };

function decodeQuietly(bytes: Uint8Array): Entry | undefined {
  try {
    return decodeEntry(bytes);
  } catch (thrown) {
    if (asFrostglassError(thrown, "entry-invalid") === undefined) throw thrown;
    return undefined;
  }
}
