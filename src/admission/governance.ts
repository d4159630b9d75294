import type { Digest } from "../model/digest.js";
import type { Entry } from "../wire/entry.js";
import { type ApprovedComputation, type EndingEntry, ended } from "./lifecycle.js";
import { keepTime, type LogTime } from "./pruning.js";

/*
 * The state of a node's administration, folded from its log and from nothing else. The vault folds it at start and with each commit; an
 * auditor folds the same entries with the same function, so the two can never differ about what was approved or granted at an index.
 */

/** Leave for one requester to run one computation for some purposes between two instants (Unix seconds; `until` is excluded). */
export interface Grant {
  readonly requester: string;
  readonly computation: string;
  readonly purposes: readonly string[];
  readonly from: number;
  readonly until: number;
  readonly position: number;
}

/** A raw Ed25519 public key, base64url. A key that was retired holds until `until` (excluded), Unix seconds; 0 where it ended at once. */
export interface RequesterKey {
  readonly key: string;
  readonly until?: number;
}

export interface Requester {
  readonly name: string;
  readonly keys: readonly RequesterKey[];
  readonly position: number;
  readonly cutOff: boolean;
}

export interface Epoch {
  readonly number: number;
  /** When it was published, Unix seconds. */
  readonly at: number;
  readonly asOf: string;
  readonly root: Digest;
  readonly datasets: Readonly<Record<string, Digest>>;
  readonly position: number;
}

/** A subject's pages that were erased: how many, and which epoch was in force afterwards. */
interface Erasure {
  /** Unix seconds. */
  readonly at: number;
  readonly pages: number;
  readonly epoch: number;
}

export interface RoleKey {
  readonly role: "answer" | "log";
  readonly key: string;
  readonly position: number;
  /** The entry that ended it, and when by the holder's clock: what stands at a later position is not signed with it. */
  readonly retired?: { readonly position: number; readonly at: number };
  /** Others may have it: what stands from `size` on, or was first cosigned at or after `since` (Unix seconds), proves nothing. */
  readonly compromised?: { readonly size: number; readonly since: number };
}

/** Entries before `minimumIndex` need not be served any more, says the act at `position`. */
export interface Pruned {
  readonly minimumIndex: number;
  readonly position: number;
}

export interface Governance {
  holder: string;
  environment: "demo" | "test" | "production";
  suite: string;
  policy: { readonly digest: Digest; readonly position: number } | undefined;
  /** All that were in force, in order, and since when (Unix seconds). */
  readonly policies: { readonly digest: Digest; readonly at: number }[];
  /** What the log's acts say of the age of its entries. */
  readonly times: LogTime[];
  /** Undefined while the whole log is served. */
  pruned: Pruned | undefined;
  epoch: Epoch | undefined;
  /** All that were published, the one in force last. */
  readonly epochs: Epoch[];
  readonly erasures: Erasure[];
  readonly keys: RoleKey[];
  readonly computations: Map<Digest, ApprovedComputation>;
  readonly requesters: Map<string, Requester>;
  /** Whose each key is or ever was: one asker under two names would have two budgets. */
  readonly keyOwners: Map<string, string>;
  /** Keys of requesters that were retired: none ever holds again, whoever adds it. */
  readonly retiredKeys: Set<string>;
  /** By requester and computation id, newest last. */
  readonly grants: Map<string, Grant[]>;
  /** By `revocationKey`. */
  readonly revokedConsents: Map<string, number>;
}

export function emptyGovernance(): Governance {
  return {
    holder: "",
    environment: "production",
    suite: "",
    policy: undefined,
    policies: [],
    times: [],
    pruned: undefined,
    epoch: undefined,
    epochs: [],
    erasures: [],
    keys: [],
    computations: new Map(),
    requesters: new Map(),
    keyOwners: new Map(),
    retiredKeys: new Set(),
    grants: new Map(),
    revokedConsents: new Map(),
  };
}

export function grantKey(requester: string, computation: string): string {
  return `${requester} ${computation}`;
}

/** Names a revocation: an issuer's takes back only consents of that issuer, the operator's (no issuer) whatever has the digest. */
export function revocationKey(consent: Digest, issuer?: string): string {
  return issuer === undefined ? consent : `${consent} ${issuer}`;
}

/** Folds the entry at `position` into the state. Answers, replays and tests change nothing. */
export function applyEntry(state: Governance, position: number, entry: Entry): void {
  if (entry.entry !== "answer/1") keepTime(state.times, position, entry.at);
  switch (entry.entry) {
    case "answer/1":
    case "log-refilled/1":
    case "answer-replayed/1":
    case "computation-tested/1":
    case "subject-accessed/1":
      return;
    case "log-created/1":
      Object.assign(state, { holder: entry.holder, environment: entry.environment, suite: entry.suite });
      return;
    case "key-added/1":
      state.keys.push({ role: entry.role, key: entry.key, position });
      return;
    case "key-retired/1":
      changeKey(state, entry, (known) => ({ ...known, retired: { position, at: entry.at } }));
      return;
    case "key-compromised/1":
      changeKey(state, entry, (known) => ({ ...known, compromised: earliest(known.compromised, entry) }));
      return;
    case "policy-set/1":
      state.policy = { digest: entry.policy, position };
      state.policies.push({ digest: entry.policy, at: entry.at });
      return;
    case "computation-approved/1":
      approveComputation(state, entry, position);
      return;
    case "computation-superseded/1":
    case "computation-expires/1":
    case "computation-revoked/1":
      endComputation(state, entry, position);
      return;
    case "requester-added/1":
      addRequester(state, entry, position);
      return;
    case "requester-key-added/1":
      changeKeys(state, entry, (keys) => [...keys, { key: entry.key }]);
      return;
    case "requester-key-retired/1":
      state.retiredKeys.add(entry.key);
      changeKeys(state, entry, (keys) => keys.map((known) => (known.key === entry.key ? { key: known.key, until: endOf(entry) } : known)));
      return;
    case "requester-granted/1":
      addGrant(state, grantOf(entry, position));
      return;
    case "requester-cut-off/1":
      cutOff(state, entry.requester);
      return;
    case "epoch-published/1":
      publishEpoch(state, entry, position);
      return;
    case "erasure-done/1":
      state.erasures.push({ at: entry.at, pages: entry.pages, epoch: state.epoch?.number ?? 0 });
      return;
    case "log-pruned/1":
      prune(state, entry.minimumIndex, position);
      return;
    case "consent-revoked/1":
      revokeConsent(state, revocationKey(entry.consent, entry.issuer), position);
      return;
  }
}

function publishEpoch(state: Governance, entry: Extract<Entry, { entry: "epoch-published/1" }>, position: number): void {
  const { number, at, asOf, root, datasets } = entry;
  state.epoch = { number, at, asOf, root, datasets, position };
  state.epochs.push(state.epoch);
}

function changeKey(
  state: Governance,
  { role, key }: { readonly role: RoleKey["role"]; readonly key: string },
  change: (known: RoleKey) => RoleKey,
): void {
  const found = state.keys.findLastIndex((known) => known.role === role && known.key === key);
  const known = state.keys[found];
  if (known !== undefined) state.keys[found] = change(known);
}

type Compromise = NonNullable<RoleKey["compromised"]>;

/** A later entry about the same key can only take more away. */
export function earliest(known: Compromise | undefined, { size, since }: Compromise): Compromise {
  return { size: Math.min(size, known?.size ?? size), since: Math.min(since, known?.since ?? since) };
}

/** A text that is in the log already keeps its place there, and what ended it: approving it again brings nothing back. */
function approveComputation(state: Governance, entry: Extract<Entry, { entry: "computation-approved/1" }>, position: number): void {
  const { id, version, computation, note } = entry;
  if (!state.computations.has(computation)) state.computations.set(computation, { id, version, computation, note, position });
}

function endComputation(state: Governance, entry: EndingEntry, position: number): void {
  const approved = state.computations.get(entry.computation);
  if (approved !== undefined) state.computations.set(entry.computation, ended(approved, entry, position));
}

type Of<Kind extends Entry["entry"]> = Extract<Entry, { entry: Kind }>;

function addRequester(state: Governance, { requester, keys }: Of<"requester-added/1">, position: number): void {
  state.requesters.set(requester, { name: requester, keys: keys.map((key) => keyOf(state, key)), position, cutOff: false });
  for (const key of keys) ownKey(state, key, requester);
}

/** Grants and accounts go by the requester's name, so they stay. */
function changeKeys(
  state: Governance,
  { requester, key }: Of<"requester-key-added/1" | "requester-key-retired/1">,
  change: (keys: readonly RequesterKey[]) => readonly RequesterKey[],
): void {
  const known = state.requesters.get(requester);
  if (known === undefined) return;
  state.requesters.set(requester, { ...known, keys: change(known.keys) });
  ownKey(state, key, requester);
}

function keyOf({ retiredKeys }: Governance, key: string): RequesterKey {
  return retiredKeys.has(key) ? { key, until: 0 } : { key };
}

/** A key that ends at once is stolen, for all that is known: a clock that is set back must not bring it to life again. */
function endOf({ at, until }: Of<"requester-key-retired/1">): number {
  return until <= at ? 0 : until;
}

/** The first owner stays: who takes the key later is found by that. */
function ownKey({ keyOwners }: Governance, key: string, requester: string): void {
  if (!keyOwners.has(key)) keyOwners.set(key, requester);
}

/** The minimum index only grows, and no act can prune what comes after it: another number is void, whoever logged it. */
function prune(state: Governance, minimumIndex: number, position: number): void {
  if (minimumIndex > (state.pruned?.minimumIndex ?? 0) && minimumIndex <= position) state.pruned = { minimumIndex, position };
}

function revokeConsent({ revokedConsents }: Governance, key: string, position: number): void {
  if (!revokedConsents.has(key)) revokedConsents.set(key, position);
}

function grantOf(entry: Extract<Entry, { entry: "requester-granted/1" }>, position: number): Grant {
  const { requester, computation, purposes, from, until } = entry;
  return { requester, computation, purposes, from, until, position };
}

/** A grant to a requester that is cut off is void, whoever logged it: it would come to life when the requester is added again. */
function addGrant(state: Governance, grant: Grant): void {
  if (state.requesters.get(grant.requester)?.cutOff) return;
  const key = grantKey(grant.requester, grant.computation);
  const known = state.grants.get(key);
  if (known === undefined) state.grants.set(key, [grant]);
  else known.push(grant);
}

/** Cutting a requester off ends all its grants: after it is added again, it starts with none. */
function cutOff(state: Governance, requester: string): void {
  const known = state.requesters.get(requester);
  if (known !== undefined) state.requesters.set(requester, { ...known, cutOff: true });
  for (const [key, grants] of state.grants) if (grants[0]?.requester === requester) state.grants.delete(key);
}
