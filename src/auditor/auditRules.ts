import type { Governance } from "../admission/governance.js";
import { type EndingEntry, loggedStanding } from "../admission/lifecycle.js";
import type { Digest } from "../model/digest.js";
import { compareVersions } from "../model/names.js";
import { parseNote } from "../note/signedNote.js";
import { parseCheckpoint } from "../tlog/checkpoint.js";
import type { Entry } from "../wire/entry.js";
import { quietly } from "./publishedText.js";

/** The rules that each entry of a log keeps, whatever the records say. */
export type Rule =
  | "entry-form"
  | "log-begins-once"
  | "answer-rests-on-governance"
  | "answer-is-right"
  | "key-known"
  | "checkpoint-key"
  | "computation-known"
  | "computation-ends-in-order"
  | "approval-suffices"
  | "policy-follows"
  | "requester-known"
  | "requester-keys"
  | "epoch-follows"
  | "grant-has-time"
  | "refill-in-order"
  | "pruning-in-order"
  | "retention-kept"
  // of answers that an auditor was given
  | "answers-complete"
  | "answer-unaltered"
  | "answer-signed"
  | "answer-key-uncompromised"
  | "answer-dated"
  | "answer-states-rules"
  | "answer-admitted"
  | "answer-basis"
  | "refusal-founded"
  | "budget-kept"
  | "texts-published";

export interface BrokenRule {
  readonly rule: Rule;
  readonly words: string;
  /** What shows it beside the entry itself. */
  readonly evidence?: Evidence;
}

/** The answer in question by the digest of its JWS, and the entries of the log that it was held against. */
export interface Evidence {
  readonly answer?: Digest;
  readonly entries: readonly number[];
}

/** The rules that an entry breaks, given the administration before it. `origin` is the log's name. */
export function brokenRules(state: Governance, index: number, entry: Entry, origin: string): readonly BrokenRule[] {
  const begins = entry.entry === "log-created/1";
  if ((index === 0) !== begins)
    return [{ rule: "log-begins-once", words: begins ? "The log is created a second time." : "The log does not begin with its creation." }];
  const words = faultOf(state, index, entry, origin);
  return words === undefined ? [] : [words];
}

function faultOf(state: Governance, index: number, entry: Entry, origin: string): BrokenRule | undefined {
  switch (entry.entry) {
    case "log-created/1":
      return creationFault(entry, origin);
    case "answer/1":
      return unless(
        canAnswer(state),
        "answer-rests-on-governance",
        "An answer came before an answer key, a policy and an epoch were in force.",
      );
    case "answer-replayed/1":
      return unless(entry.result === "right", "answer-is-right", "A replay on the premises found an answer that the records do not give.");
    case "key-added/1":
      return unless(!state.keys.some(({ key }) => key === entry.key), "key-known", "A key is added that is or was in use.");
    case "key-retired/1":
      return unless(isKeyInUse(state, entry), "key-known", "A key is retired that was not in use.");
    case "key-compromised/1":
      return unless(
        state.keys.some(({ role, key }) => role === entry.role && key === entry.key) && entry.size <= index && entry.since <= entry.at,
        "key-known",
        "A key is given up that was never added, or from a size or an instant on that had not come yet.",
      );
    case "computation-approved/1":
      return approvalFault(state, entry);
    case "computation-superseded/1":
    case "computation-expires/1":
    case "computation-revoked/1":
      return endFault(state, entry);
    case "computation-tested/1":
      return unless(entry.epoch <= (state.epoch?.number ?? 0), "epoch-follows", "A test names an epoch that was not published before it.");
    case "requester-added/1":
      return keyOwnerFault(state, entry.requester, entry.keys);
    case "requester-key-added/1":
      return requesterFault(state, entry) ?? keyOwnerFault(state, entry.requester, [entry.key]);
    case "requester-key-retired/1":
      return requesterFault(state, entry) ?? retiredKeyFault(state, entry);
    case "requester-granted/1":
      return grantFault(state, entry);
    case "log-refilled/1":
      return unless(
        entry.from < entry.to && entry.to === index,
        "refill-in-order",
        "A refill is not logged right after what it brought back.",
      );
    case "log-pruned/1":
      return unless(
        (state.pruned?.minimumIndex ?? 0) < entry.minimumIndex && entry.minimumIndex <= index,
        "pruning-in-order",
        "The log's minimum index goes back, or lies beyond the act that states it.",
      );
    case "requester-cut-off/1":
      return unless(state.requesters.has(entry.requester), "requester-known", "A requester is cut off that was never added.");
    case "epoch-published/1":
      return unless(follows(state, entry), "epoch-follows", "An epoch does not follow the one before it in number and as-of date.");
    default:
      return undefined;
  }
}

type Of<Kind extends Entry["entry"]> = Extract<Entry, { entry: Kind }>;

function unless(kept: boolean, rule: Rule, words: string): BrokenRule | undefined {
  return kept ? undefined : { rule, words };
}

function creationFault({ holder, succeeds }: Of<"log-created/1">, origin: string): BrokenRule | undefined {
  if (holder !== origin) return { rule: "log-begins-once", words: "The log is that of another holder than its origin says." };
  const old = succeeds === undefined ? undefined : quietly(() => parseCheckpoint(parseNote(succeeds).text).origin);
  const isOther = succeeds === undefined || (old !== undefined && old !== origin);
  return unless(isOther, "log-begins-once", "The log says that it goes on in the place of one that it does not name, or of itself.");
}

function canAnswer({ keys, policy, epoch }: Governance): boolean {
  return policy !== undefined && epoch !== undefined && keys.some(({ role, retired }) => role === "answer" && retired === undefined);
}

function isKeyInUse({ keys }: Governance, { role, key }: Of<"key-added/1" | "key-retired/1">): boolean {
  return keys.some((known) => known.role === role && known.key === key && known.retired === undefined);
}

function approvalFault(state: Governance, entry: Of<"computation-approved/1">): BrokenRule | undefined {
  if (state.computations.has(entry.computation)) return { rule: "computation-known", words: "A text is approved a second time." };
  return unless(isFreshVersion(state, entry), "computation-known", "A second text is approved under one id and version.");
}

/** What ended stays ended, nothing ends in the past, and only a newer version of the same id takes another's place. */
function endFault({ computations }: Governance, entry: EndingEntry): BrokenRule | undefined {
  const known = computations.get(entry.computation);
  if (known === undefined) return { rule: "computation-known", words: "A computation is ended that was never approved." };
  const rule = "computation-ends-in-order";
  if (known.revoked !== undefined) return { rule, words: "A computation is ended that was revoked before." };
  if (entry.entry === "computation-revoked/1") return undefined;
  if (loggedStanding(known, entry.at) !== "in-force") return { rule, words: "A computation is ended that had ended before." };
  if (entry.entry === "computation-expires/1") return unless(entry.until >= entry.at, rule, "A computation is ended in the past.");
  const by = computations.get(entry.by);
  const follows = by !== undefined && by.id === known.id && compareVersions(by.version, known.version) > 0 && entry.from >= entry.at;
  return unless(
    follows && known.superseded === undefined,
    rule,
    "A computation is superseded by what is no newer version of it, or for a second time.",
  );
}

function isFreshVersion({ computations }: Governance, { id, version, computation }: Of<"computation-approved/1">): boolean {
  return ![...computations.values()].some((known) => known.id === id && known.version === version && known.computation !== computation);
}

function grantFault({ requesters }: Governance, { requester, from, until }: Of<"requester-granted/1">): BrokenRule | undefined {
  if (!requesters.has(requester)) return { rule: "requester-known", words: "A grant is given to a requester that was never added." };
  return unless(from < until, "grant-has-time", "A grant ends before it begins.");
}

function requesterFault({ requesters }: Governance, { requester }: { readonly requester: string }): BrokenRule | undefined {
  return unless(requesters.has(requester), "requester-known", "A key of a requester is changed that was never added.");
}

/** Budgets go by the requester's name: one key under two names would have two. */
function keyOwnerFault({ keyOwners, retiredKeys }: Governance, requester: string, keys: readonly string[]): BrokenRule | undefined {
  const isOwn = keys.every((key) => (keyOwners.get(key) ?? requester) === requester && !retiredKeys.has(key));
  return unless(isOwn, "requester-keys", "A requester gets a key that is or was another requester's, or that was retired.");
}

function retiredKeyFault({ requesters }: Governance, { requester, key, until, at }: Of<"requester-key-retired/1">): BrokenRule | undefined {
  const isInUse = requesters.get(requester)?.keys.some((known) => known.key === key && (known.until ?? until) >= until) === true;
  return unless(
    isInUse && until >= at,
    "requester-keys",
    "A requester's key is retired in the past, anew, or without having been its key.",
  );
}

/** Days in text order as they do in time: four digits for the year. */
function follows({ epoch }: Governance, { number, asOf }: Of<"epoch-published/1">): boolean {
  return number === (epoch?.number ?? 0) + 1 && asOf >= (epoch?.asOf ?? "");
}
