import type { Governance } from "../admission/governance.js";
import { type Policy, parsePolicy } from "../admission/policy.js";
import { bindingPolicies, prunableBelow } from "../admission/pruning.js";
import type { Digest } from "../model/digest.js";
import type { Entry } from "../wire/entry.js";
import type { BrokenRule } from "./auditRules.js";
import { policyText, quietly, type ReadText } from "./publishedText.js";
import type { Finding, ReplayState } from "./replay.js";
import { clockSlack } from "./witnesses.js";

type LogPruned = Extract<Entry, { entry: "log-pruned/1" }>;

/** The rule of a pruning that takes texts: what may go unserved is older than the policies want it served. */
export async function pruningFault(entry: LogPruned, governance: Governance, readText: ReadText): Promise<BrokenRule | undefined> {
  const binding = await Promise.all(bindingPolicies(governance, entry.at).map((digest) => readPolicy(digest, readText)));
  const read = binding.filter((policy) => policy !== undefined);
  if (read.length < binding.length) return fault("The log was pruned under a policy that is not published, or is another one.");
  const below = prunableBelow(governance, read, entry.at);
  if (below !== undefined && entry.minimumIndex <= below) return undefined;
  return fault("The log was pruned of entries that the policies of the last thirty days want served for longer.");
}

async function readPolicy(digest: Digest, readText: ReadText): Promise<Policy | undefined> {
  const text = await policyText(readText, digest);
  return text === undefined ? undefined : quietly(() => parsePolicy(text));
}

/**
 * A holder whose clock is set ahead would prune too early: the quorum that cosigned a checkpoint with the act in it knows how late it can be. `seenAt`: by
 * when it had, Unix seconds; undefined where no quorum has.
 */
export function pruningDateFindings({ acts }: Pick<ReplayState, "acts">, seenAt: number | undefined): readonly Finding[] {
  if (seenAt === undefined) return [];
  const ahead = acts.filter(({ entry }) => entry.entry === "log-pruned/1" && entry.at > seenAt + clockSlack);
  return ahead.map(({ index }) => ({ index, ...fault("The log was pruned at an instant that, say its witnesses, has not come yet.") }));
}

function fault(words: string): BrokenRule {
  return { rule: "retention-kept", words };
}
