import { z } from "zod";
import type { Policy } from "../admission/policy.js";
import type { Digest } from "../model/digest.js";
import { formatBits } from "../wire/bits.js";

/** What a policy lets out, in whole numbers: bits are in thousandths. */
const termsShape = z.strictObject({
  version: z.int().min(0),
  periodDays: z.int(),
  budget: z.int(),
  ceiling: z.int(),
  /** For how long the log is served; absent where it is for ever. */
  logDays: z.int().optional(),
});

/** One policy of a log and what was answered under it. */
export const policyInForceShape = z.strictObject({
  /** The entry that put it in force. */
  index: z.int().min(0),
  policy: z.string(),
  /** Answers and refusals from then on, until the next policy. */
  answers: z.int().min(0),
  /** Absent where the policy's text was not read. */
  terms: termsShape.optional(),
});

export type PolicyInForce = Omit<z.infer<typeof policyInForceShape>, "policy"> & { readonly policy: Digest };

export function termsOf({ version, disclosure, logDays }: Policy): z.infer<typeof termsShape> {
  const { periodDays, budget, ceiling } = disclosure;
  return { version, periodDays, budget, ceiling, ...(logDays === undefined ? {} : { logDays }) };
}

/**
 * Every policy of a log in a line of its own: what it let out, what that changed, and how much was answered under it. A budget that was raised for a while
 * stands here with its answers, however soon it was lowered again.
 */
export function describePolicies(policies: readonly PolicyInForce[]): readonly string[] {
  return policies.map(({ index, policy, answers, terms }, i) => {
    const name =
      terms === undefined || terms.version === 0 ? `policy ${policy.slice(0, "sha256:".length + 12)}…` : `policy version ${terms.version}`;
    const before = i === 0 ? undefined : policies[i - 1]?.terms;
    return `entry ${index}: ${name}, ${termsWords(terms, before)}; ${answers} ${answers === 1 ? "answer" : "answers"} under it`;
  });
}

type Terms = PolicyInForce["terms"];

function termsWords(terms: Terms, before: Terms): string {
  if (terms === undefined) return "whose text was not read";
  const { budget, ceiling, periodDays } = terms;
  return [
    `budget ${changed(before?.budget, budget, formatBits)} bits`,
    `ceiling ${changed(before?.ceiling, ceiling, formatBits)} bits`,
    `in ${changed(before?.periodDays, periodDays, String)} days`,
    ...retentionWords(terms, before),
  ].join(", ");
}

/** Nothing where the log always was served for ever. */
function retentionWords({ logDays }: NonNullable<Terms>, before: Terms): readonly string[] {
  if (logDays === undefined && before?.logDays === undefined) return [];
  const daysOf = (days: number | undefined) => days ?? Number.POSITIVE_INFINITY;
  return [`log retention ${changed(before && daysOf(before.logDays), daysOf(logDays), daysWords)}`];
}

function daysWords(days: number): string {
  return Number.isFinite(days) ? `${days} days` : "endless";
}

function changed(before: number | undefined, now: number, format: (value: number) => string): string {
  if (before === undefined || before === now) return format(now);
  return `${now > before ? "raised" : "lowered"} from ${format(before)} to ${format(now)}`;
}
