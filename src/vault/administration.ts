import { z } from "zod";
import { importPublicKey } from "#crypto";
import { checkReviewers } from "../admission/approval.js";
import type { ApprovedComputation, Standing } from "../admission/lifecycle.js";
import { parsePolicy } from "../admission/policy.js";
import { parseBase64Url } from "../bytes/base64.js";
import { encodeUtf8 } from "../bytes/utf8.js";
import type { ErrorCode } from "../errors/codes.js";
import { asFrostglassError, FrostglassError } from "../errors/error.js";
import { parseDay } from "../model/calendar.js";
import { type Digest, parseDigest } from "../model/digest.js";
import { parseIdentifier, parsePartyName, parsePurpose } from "../model/names.js";
import { revocationReasons } from "../model/revocation.js";
import type { SegmentRow } from "../store/store.js";
import { parseStrictJson } from "../wire/strictJson.js";
import { type Acting, addComputation, expireComputation, revokeComputation } from "./computationActs.js";
import { Dataset } from "./dataset.js";
import { epochRoot } from "./epochRoot.js";
import { segmentPath } from "./home.js";
import type { VaultState } from "./state.js";
import type { Vault } from "./vault.js";
import type { WitnessingStatus } from "./witnessing.js";

/*
 * Acts of administration. Each is one commit: its log entry, the texts that it names, and its effect at the very next query. They come through the
 * admin socket of a running vault, or from the command line that holds the home's lock; both end here.
 */

const digest = z.string().transform((text) => parseDigest(text));
const instant = z.int().min(0);
const longestOverlap = 3660 * 86_400;

const commandShape = z.discriminatedUnion("act", [
  z.strictObject({ act: z.literal("status") }),
  z.strictObject({ act: z.literal("set-policy"), text: z.string().max(1 << 20) }),
  z.strictObject({
    act: z.literal("add-computation"),
    note: z.string().max(1 << 20),
    until: instant.optional(),
    supersede: z.strictObject({ overlap: z.int().min(0).max(longestOverlap) }).optional(),
  }),
  z.strictObject({ act: z.literal("expire-computation"), computation: digest, until: instant.optional() }),
  z.strictObject({ act: z.literal("revoke-computation"), computation: digest, reason: z.enum(revocationReasons).optional() }),
  z.strictObject({ act: z.literal("add-requester"), requester: z.string(), keys: z.array(z.string()).min(1).max(8) }),
  z.strictObject({
    act: z.literal("grant"),
    requester: z.string(),
    computation: z.string(),
    purposes: z.array(z.string()).min(1).max(32),
    from: instant,
    until: instant,
  }),
  z.strictObject({ act: z.literal("cut-off"), requester: z.string() }),
  z.strictObject({ act: z.literal("revoke-consent"), consent: digest }),
  z.strictObject({
    act: z.literal("publish-epoch"),
    dataset: z.string(),
    number: z.int().min(1),
    asOf: z.string(),
    root: digest,
    mode: z.enum(["append", "replace"]),
  }),
]);

export type AdminCommand = z.input<typeof commandShape>;
type ParsedCommand = z.output<typeof commandShape>;
type Act<Name extends ParsedCommand["act"]> = Extract<ParsedCommand, { act: Name }>;

/** What an operator sees of a node's state; no subject, no outcome. */
export interface NodeStatus {
  readonly holder: string;
  readonly environment: string;
  readonly logSize: number;
  readonly policy: Digest | undefined;
  /** Datasets that can only be replaced, since their schema was changed after the import. */
  readonly unreadable: readonly string[];
  readonly epoch:
    | { readonly number: number; readonly asOf: string; readonly datasets: Readonly<Record<string, readonly number[]>> }
    | undefined;
  readonly computations: readonly ComputationStatus[];
  readonly requesters: readonly { name: string; cutOff: boolean }[];
  /** Absent where the home names no witnesses. */
  readonly witnessing?: WitnessingStatus | undefined;
}

/** A computation in the log; `not-approved` when its signatures do not suffice under the policy in force, or its schemas are not here. */
export interface ComputationStatus {
  readonly id: string;
  readonly version: string;
  readonly digest: Digest;
  readonly state: Standing;
  /** When it ends, or ended, unless it was revoked: Unix seconds. */
  readonly until: number | undefined;
}

/** Parses a command that came over the admin socket. Throws `admin-invalid`. */
export function parseCommand(text: string): ParsedCommand {
  const parsed = commandShape.safeParse(parseStrictJson(text, { maxDepth: 6 }));
  if (parsed.success) return parsed.data;
  throw new FrostglassError(
    "admin-invalid",
    `The administration command is not of a known form: ${parsed.error.issues[0]?.path.join(".") ?? ""}.`,
  );
}

/** Carries out one command. When it returns, the act is durable, in the log and in force; when it throws, nothing was done. */
export function administer(vault: Vault, command: ParsedCommand): NodeStatus {
  if (command.act === "add-computation" || command.act === "publish-epoch") vault.state.readNewSchemas();
  if (command.act !== "status") {
    const act = acts[command.act] as (acting: Acting, command: ParsedCommand) => void;
    raisingAlarms(vault, () => vault.administer((batch) => act({ state: vault.state, batch, at: vault.state.now() }, command)));
  }
  return statusOf(vault);
}

/** Failures that no honest mistake of the sender's explains: the operator is told, whoever sent the command. */
const alarmCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["computation-conflict"]);

function raisingAlarms(vault: Vault, act: () => void): void {
  try {
    act();
  } catch (thrown) {
    const error = asFrostglassError(thrown);
    if (error !== undefined && alarmCodes.has(error.code)) vault.alarms.raise(error);
    throw thrown;
  }
}

type Acts = { readonly [Name in Exclude<ParsedCommand["act"], "status">]: (acting: Acting, command: Act<Name>) => void };

const acts: Acts = {
  "set-policy": setPolicy,
  "add-computation": addComputation,
  "expire-computation": (acting, { computation, until }) => expireComputation(acting, computation, until),
  "revoke-computation": (acting, { computation, reason }) => revokeComputation(acting, computation, reason),
  "add-requester": addRequester,
  grant,
  "cut-off": cutOff,
  "revoke-consent": revokeConsent,
  "publish-epoch": publishEpoch,
};

function setPolicy({ batch, at }: Acting, { text }: Act<"set-policy">): void {
  const policy = parsePolicy(text);
  checkReviewers(policy);
  batch.documents.set(policy.digest, encodeUtf8(text));
  batch.addGovernance({ entry: "policy-set/1", at, policy: policy.digest });
}

function addRequester({ state, batch, at }: Acting, { requester, keys }: Act<"add-requester">): void {
  parsePartyName(requester);
  for (const key of keys) importPublicKey(parseBase64Url(key));
  const known = state.governance.requesters.get(requester);
  if (known !== undefined && !known.cutOff && known.keys.join() === keys.join()) {
    throw new FrostglassError("requester-known", "This requester is known already, with these keys.", { requester });
  }
  batch.addGovernance({ entry: "requester-added/1", at, requester, keys });
}

function grant({ state, batch, at }: Acting, { act: _, ...given }: Act<"grant">): void {
  requireRequester(state, given.requester);
  parseIdentifier(given.computation);
  for (const purpose of given.purposes) parsePurpose(purpose);
  if (![...state.governance.computations.values()].some((known) => known.id === given.computation)) {
    throw new FrostglassError("computation-missing", "No computation of this id was ever approved here.", {
      computation: given.computation,
    });
  }
  if (given.until <= given.from) throw new FrostglassError("admin-invalid", "The grant ends before it begins.");
  batch.addGovernance({ entry: "requester-granted/1", at, ...given });
}

function cutOff({ state, batch, at }: Acting, { requester }: Act<"cut-off">): void {
  requireRequester(state, requester);
  batch.addGovernance({ entry: "requester-cut-off/1", at, requester });
}

function revokeConsent({ batch, at }: Acting, { consent }: Act<"revoke-consent">): void {
  batch.addGovernance({ entry: "consent-revoked/1", at, consent });
}

function requireRequester(state: VaultState, requester: string): void {
  if (state.governance.requesters.has(requester)) return;
  throw new FrostglassError("requester-missing", "No requester of this name was added here.", { requester });
}

/** Publishes a prepared segment as the next epoch, after holding it against the root that its maker stated. */
function publishEpoch({ state, batch, at }: Acting, { dataset, number, asOf, root, mode }: Act<"publish-epoch">): void {
  const current = state.governance.epoch;
  if (number !== (current?.number ?? 0) + 1)
    throw new FrostglassError("epoch-conflict", "Another epoch was published meanwhile.", { number });
  if (current !== undefined && parseDay(asOf) < parseDay(current.asOf)) {
    throw new FrostglassError("epoch-backwards", "The as-of date lies before that of the current epoch.", { asOf, current: current.asOf });
  }
  if (mode === "append" && state.unreadable.has(dataset)) throw otherSchema(dataset);
  const epochs = mode === "append" ? [...(state.datasets().get(dataset)?.epochs ?? []), number] : [number];
  checkSegments(state, dataset, epochs, root);
  const datasets = { ...current?.datasets, [dataset]: root };
  batch.segments = { dataset, epochs };
  batch.addGovernance({ entry: "epoch-published/1", at, number, asOf, root: epochRoot(datasets), datasets });
}

/** Records under another schema cannot be added to. */
export function otherSchema(dataset: string): FrostglassError {
  return new FrostglassError("page-schema-mismatch", "The dataset's records were imported under another schema.", { dataset });
}

function checkSegments(state: VaultState, name: string, epochs: readonly number[], root: Digest): void {
  const schema = state.schemas.get(name);
  if (schema === undefined) throw new FrostglassError("schema-missing", "There is no schema of this name.", { dataset: name });
  const files = new Map(epochs.map((epoch) => [epoch, segmentPath(state.home, name, epoch)]));
  const dataset = new Dataset(schema, state.keyring.datasetKey(name), files);
  const found = dataset.root;
  dataset.close();
  if (found !== root)
    throw new FrostglassError("epoch-mismatch", "The prepared segment is not the one that was announced.", { dataset: name });
}

function epochsOf(segments: readonly SegmentRow[], name: string): number[] {
  return segments.filter(({ dataset }) => dataset === name).map(({ epoch }) => epoch);
}

function statusOf(vault: Vault): NodeStatus {
  const { governance } = vault.state;
  const segments = vault.state.store.segments();
  // From the store, so that a dataset that is set aside is there too: an import takes what is missing here for left over.
  const datasets = Object.fromEntries(segments.map(({ dataset: name }) => [name, epochsOf(segments, name)]));
  const { epoch } = governance;
  return {
    holder: governance.holder,
    environment: governance.environment,
    logSize: vault.head.size,
    policy: governance.policy?.digest,
    unreadable: [...vault.state.unreadable],
    epoch: epoch === undefined ? undefined : { number: epoch.number, asOf: epoch.asOf, datasets },
    computations: [...governance.computations.values()].map((approved) => computationStatus(vault.state, approved)),
    requesters: [...governance.requesters.values()].map(({ name, cutOff }) => ({ name, cutOff })),
    witnessing: vault.witnessingStatus(),
  };
}

function computationStatus(state: VaultState, approved: ApprovedComputation): ComputationStatus {
  const { id, version, computation, expiry, superseded } = approved;
  const ends = [expiry?.until, superseded?.from].filter((end) => end !== undefined);
  return { id, version, digest: computation, state: state.standingOf(approved), until: ends.length === 0 ? undefined : Math.min(...ends) };
}
