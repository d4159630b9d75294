import type { DisclosurePolicy } from "../admission/policy.js";

/*
 * The arithmetic of disclosure budgets. An account belongs to (requester, subject) and holds what was charged to each dataset in a period; a
 * ceiling belongs to the subject alone and counts all requesters together. Everything is in millibits, whole numbers, and pure: the vault
 * runs it before an answer leaves, an auditor recounts with the same functions.
 */

export interface Account {
  /** The epoch that `questions` belongs to. */
  readonly epoch: number;
  /** When that epoch was first asked, Unix seconds; only where the policy pins. */
  readonly since?: number;
  /** Charged in this period, by dataset. */
  readonly spent: Readonly<Record<string, number>>;
  /** Tags of the questions that were charged in this epoch: the same question again is free. */
  readonly questions: readonly string[];
}

export interface Ceiling {
  readonly spent: Readonly<Record<string, number>>;
}

export const emptyAccount: Account = { epoch: 0, spent: {}, questions: [] };
export const emptyCeiling: Ceiling = { spent: {} };

/** What one query would cost, before anything is decided. */
export interface Charge {
  readonly datasets: readonly string[];
  readonly millibits: number;
  readonly epoch: number;
  /** Names the question: computation and parameters. */
  readonly question: string;
  /** When it is asked, Unix seconds. */
  readonly at: number;
  /** How many subjects the requester was first charged for today, and how many it may be; absent where the policy sets no such limit. */
  readonly newSubjects?: { readonly today: number; readonly perDay: number } | undefined;
}

export type Charged =
  | { readonly ok: true; readonly millibits: number; readonly remaining: number; readonly account: Account; readonly ceiling: Ceiling }
  | {
      readonly ok: false;
      readonly refusal: "epoch-pinned" | "budget-spent" | "ceiling-reached" | "subjects-limit";
      readonly remaining: number;
      /** When a pin ends, Unix seconds; with `epoch-pinned` only. */
      readonly until?: number;
    };

/**
 * Charges a query to every dataset that it reads, or refuses it whole. `remaining` is the least that is left in the requester's account over
 * those datasets. A question that was charged in this epoch already costs nothing.
 */
export function charge(account: Account, ceiling: Ceiling, cost: Charge, policy: DisclosurePolicy): Charged {
  const pinned = pinnedUntil(account, cost, policy);
  if (pinned !== undefined)
    return { ok: false, refusal: "epoch-pinned", remaining: remaining(account, cost.datasets, policy), until: pinned };
  const questions = account.epoch === cost.epoch ? account.questions : [];
  if (isFree(account, cost)) {
    return { ok: true, millibits: 0, remaining: remaining(account, cost.datasets, policy), account, ceiling };
  }
  const spent = added(account.spent, cost);
  const together = added(ceiling.spent, cost);
  const left = remaining(account, cost.datasets, policy);
  if (cost.datasets.some((name) => spentOn(spent, name) > policy.budget)) return { ok: false, refusal: "budget-spent", remaining: left };
  // Before the ceiling: whoever walks on past its limit must not be told of which subjects others asked.
  if (isUntouched(account) && cost.newSubjects !== undefined && cost.newSubjects.today >= cost.newSubjects.perDay)
    return { ok: false, refusal: "subjects-limit", remaining: left };
  if (cost.datasets.some((name) => spentOn(together, name) > policy.ceiling))
    return { ok: false, refusal: "ceiling-reached", remaining: left };
  const plain = { epoch: cost.epoch, spent, questions: [...questions, cost.question] };
  const charged: Account = policy.pinEpochDays === undefined ? plain : { ...plain, since: sinceOf(account, cost) };
  return {
    ok: true,
    millibits: cost.millibits,
    remaining: remaining(charged, cost.datasets, policy),
    account: charged,
    ceiling: { spent: together },
  };
}

/** How long the requester may see no other epoch of this subject, where it asks for another now: Unix seconds. */
function pinnedUntil({ epoch, since }: Account, cost: Charge, { pinEpochDays }: DisclosurePolicy): number | undefined {
  if (pinEpochDays === undefined || since === undefined || epoch === cost.epoch) return undefined;
  const until = since + pinEpochDays * 86_400;
  return cost.at < until ? until : undefined;
}

function sinceOf({ epoch, since }: Account, cost: Charge): number {
  return epoch === cost.epoch && since !== undefined ? since : cost.at;
}

/** True where the same question was charged in the same epoch already. */
export function isFree(account: Account, { epoch, question }: Pick<Charge, "epoch" | "question">): boolean {
  return account.epoch === epoch && account.questions.includes(question);
}

/** True where nothing was charged yet: the requester has not learned anything about this subject in this period. */
export function isUntouched(account: Account): boolean {
  return account.questions.length === 0 && Object.keys(account.spent).length === 0;
}

/** The least budget left over some datasets, in millibits; never below zero, also after a policy lowered the budget. */
export function remaining(account: Account, datasets: readonly string[], policy: DisclosurePolicy): number {
  const most = Math.max(0, ...datasets.map((name) => spentOn(account.spent, name)));
  return Math.max(0, policy.budget - most);
}

function added(spent: Readonly<Record<string, number>>, cost: Charge): Record<string, number> {
  const sum: Record<string, number> = { ...spent };
  for (const name of cost.datasets) sum[name] = spentOn(sum, name) + cost.millibits;
  return sum;
}

/** A dataset may be called `constructor`, which every object has. */
function spentOn(spent: Readonly<Record<string, number>>, name: string): number {
  return Object.hasOwn(spent, name) ? (spent[name] ?? 0) : 0;
}
