import type { DisclosurePolicy, Policy } from "../../admission/policy.js";
import { parseParameters } from "../../computations/parameters.js";
import {
  type Account,
  type Ceiling,
  type Charge,
  type Charged,
  charge,
  emptyAccount,
  emptyCeiling,
  isUntouched,
  remaining,
} from "../../disclosure/account.js";
import { periodOf } from "../../disclosure/period.js";
import { questionOf } from "../../disclosure/question.js";
import type { RefusalCode } from "../../model/outcome.js";
import type { Answer } from "../../wire/answer.js";
import type { ExportedAnswer } from "../../wire/answerExport.js";
import { formatBits, parseBits } from "../../wire/bits.js";
import { quietly } from "../publishedText.js";
import type { AuditedComputation } from "./texts.js";

/** What the answers to one requester came to. */
export interface RequesterTotals {
  readonly answers: number;
  readonly refusals: number;
  /** Of the answers: those that were asked before in the same epoch, and cost nothing. */
  readonly repeats: number;
  /** Charged in all, in millibits, all datasets and periods added up. */
  readonly millibits: number;
}

type Counted = Pick<ExportedAnswer, "account" | "ceiling">;

/**
 * Keeps the books of all accounts once more, with the functions that the vault keeps them with, and compares what each answer states. Memory grows with
 * the number of accounts, not with that of answers.
 */
export class Recount {
  readonly #accounts = new Map<string, Account>();
  readonly #ceilings = new Map<string, Ceiling>();
  /** By account: how much more or less than counted its last answer stated. One fault is told once, not with every answer after it. */
  readonly #off = new Map<string, number>();
  readonly #totals = new Map<string, RequesterTotals>();
  /** By requester and day: how many subjects it was first charged for, while the policy set a limit. */
  readonly #newSubjects = new Map<string, number>();
  /** The largest share of a budget, and of a ceiling, that was ever spent: 1 is all of it. */
  mostOfBudget = 0;
  mostOfCeiling = 0;

  get accounts(): number {
    return this.#accounts.size;
  }

  get ceilings(): number {
    return this.#ceilings.size;
  }

  /** By requester, in the order of their names. */
  get totals(): Readonly<Record<string, RequesterTotals>> {
    return Object.fromEntries([...this.#totals].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Counts one answer or refusal, in the order of the log, and gives what does not add up. `policy` is the one in force there. */
  take(names: Counted, answer: Answer, computation: AuditedComputation | undefined, policy: Policy): readonly string[] {
    const cost = { ...costOf(answer, computation), newSubjects: this.#newSubjectsOf(answer, policy) };
    if (answer.outcome.kind !== "refusal") return this.#answered(names, answer, cost, policy);
    this.#total(answer.aud, { refusals: 1 });
    const { code } = answer.outcome;
    if (isCounted(code)) return this.#spent(names, answer, cost, policy, code);
    const account = this.#accounts.get(names.account) ?? emptyAccount;
    const free = answer.disclosure.bits === "0.000" ? [] : ["A refusal was charged."];
    return [...free, ...this.#compare(names, answer, remaining(account, cost.datasets, policy.disclosure))];
  }

  #newSubjectsOf({ aud, iat }: Answer, { limits }: Policy): Charge["newSubjects"] {
    const perDay = limits.newSubjectsPerDay;
    return perDay === undefined ? undefined : { today: this.#newSubjects.get(dayOf(aud, iat)) ?? 0, perDay };
  }

  #answered(names: Counted, answer: Answer, cost: Charge, policy: Policy): readonly string[] {
    const charged = this.#charge(names, cost, policy);
    this.#total(answer.aud, { answers: 1, ...(charged.ok && { repeats: charged.millibits === 0 ? 1 : 0, millibits: charged.millibits }) });
    if (!charged.ok) return [`An answer was given that the ${countedRefusals[charged.refusal]} did not allow.`];
    if (cost.newSubjects !== undefined && isUntouched(this.#accounts.get(names.account) ?? emptyAccount))
      this.#newSubjects.set(dayOf(answer.aud, answer.iat), cost.newSubjects.today + 1);
    this.#accounts.set(names.account, charged.account);
    this.#ceilings.set(names.ceiling, charged.ceiling);
    if (charged.millibits > 0) this.#look(charged, policy.disclosure); // a repeat may come after the policy lowered the budget
    const { bits } = answer.disclosure;
    const counted = formatBits(charged.millibits);
    const charge = bits === counted ? [] : [`An answer states a charge of ${bits} bits, and ${counted} were due.`];
    return [...charge, ...this.#compare(names, answer, charged.remaining)];
  }

  #spent(names: Counted, answer: Answer, cost: Charge, policy: Policy, code: CountedRefusal): readonly string[] {
    const charged = this.#charge(names, cost, policy);
    if (charged.ok) return [`A query was refused as ${code}, and enough was left.`];
    const other = charged.refusal === code ? [] : [`A query was refused as ${code}, and had to be as ${charged.refusal}.`];
    return [...other, ...this.#compare(names, answer, charged.remaining)];
  }

  #charge(names: Counted, cost: Charge, { disclosure }: Policy): Charged {
    return charge(this.#accounts.get(names.account) ?? emptyAccount, this.#ceilings.get(names.ceiling) ?? emptyCeiling, cost, disclosure);
  }

  #compare({ account }: Counted, { disclosure }: Answer, counted: number): readonly string[] {
    const off = parseBits(disclosure.remaining) - counted;
    if (off === (this.#off.get(account) ?? 0)) return [];
    this.#off.set(account, off);
    if (off === 0) return [];
    return [`An answer states that ${disclosure.remaining} bits remain, and by all answers of its account it is ${formatBits(counted)}.`];
  }

  #look({ account, ceiling }: Extract<Charged, { ok: true }>, { budget, ceiling: most }: DisclosurePolicy): void {
    this.mostOfBudget = Math.max(this.mostOfBudget, mostSpent(account) / budget);
    this.mostOfCeiling = Math.max(this.mostOfCeiling, mostSpent(ceiling) / most);
  }

  #total(requester: string, more: Partial<RequesterTotals>): void {
    const { answers, refusals, repeats, millibits } = this.#totals.get(requester) ?? { answers: 0, refusals: 0, repeats: 0, millibits: 0 };
    this.#totals.set(requester, {
      answers: answers + (more.answers ?? 0),
      refusals: refusals + (more.refusals ?? 0),
      repeats: repeats + (more.repeats ?? 0),
      millibits: millibits + (more.millibits ?? 0),
    });
  }
}

/** What an answer had to be charged with. A refusal of a computation that the node could not run names no version, and looks at no dataset. */
function costOf({ computation: named, parameters, epoch, iat }: Answer, computation: AuditedComputation | undefined): Charge {
  const values = computation && quietly(() => parseParameters(computation, parameters).values);
  const question = values === undefined ? "" : questionOf(named.digest, values);
  const datasets = named.id === undefined ? [] : (computation?.datasets ?? []);
  return { datasets, millibits: computation?.millibits ?? 0, epoch: epoch.number, question, at: iat };
}

function mostSpent({ spent }: Ceiling): number {
  return Math.max(0, ...Object.values(spent));
}

type CountedRefusal = Extract<Charged, { ok: false }>["refusal"];

const countedRefusals = {
  "budget-spent": "requester's budget for the subject",
  "ceiling-reached": "subject's ceiling",
  "epoch-pinned": "requester's pin to another epoch",
  "subjects-limit": "requester's limit of new subjects a day",
} as const satisfies Record<CountedRefusal, string>;

function isCounted(code: RefusalCode): code is CountedRefusal {
  return Object.hasOwn(countedRefusals, code);
}

function dayOf(requester: string, instant: number): string {
  return `${requester} ${periodOf(instant, 1)}`;
}
