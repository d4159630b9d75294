import type { Governance } from "../admission/governance.js";
import type { ApprovedComputation, Standing } from "../admission/lifecycle.js";
import type { Digest } from "../model/digest.js";
import type { SegmentRow } from "../store/store.js";
import type { SeenPattern } from "./accounts/probingWatch.js";
import type { WitnessingStatus } from "./log/witnessing.js";
import { type EpochStatus, epochStatuses, segmentsInForce } from "./records/history.js";
import type { VaultState } from "./state.js";
import type { Vault } from "./vault.js";

/** What an operator sees of a node's state; no subject, no outcome. */
export interface NodeStatus {
  readonly holder: string;
  readonly environment: string;
  readonly logSize: number;
  /** Entries before it are pruned; 0 where the whole log is served. */
  readonly minimumIndex: number;
  /** Up to which index (excluded) the log may be pruned now; undefined where it is to be served for ever. */
  readonly prunableBelow?: number | undefined;
  readonly policy: Digest | undefined;
  /** Datasets that can only be replaced, since their schema was changed after the import. */
  readonly unreadable: readonly string[];
  readonly epoch:
    | { readonly number: number; readonly asOf: string; readonly datasets: Readonly<Record<string, readonly number[]>> }
    | undefined;
  /** Every epoch that was published, the one in force last. */
  readonly epochs: readonly EpochStatus[];
  /** Every erasure: how many pages, and when (Unix seconds). Nothing says whose. */
  readonly erasures: Governance["erasures"];
  /** All segments that the database names, those of past epochs included. */
  readonly segments: readonly SegmentRow[];
  readonly computations: readonly ComputationStatus[];
  readonly requesters: readonly { name: string; cutOff: boolean }[];
  /** Patterns of probing since the start of the vault, by requester. */
  readonly probing: readonly SeenPattern[];
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

/** The state of a vault as it is now. */
export function statusOf(vault: Vault): NodeStatus {
  const { governance } = vault.state;
  const segments = vault.state.store.segments();
  // From the store, so that a dataset that is set aside is there too.
  const datasets = Object.fromEntries(segments.map(({ dataset: name }) => [name, segmentsInForce(segments, name)]));
  const { epoch } = governance;
  return {
    holder: governance.holder,
    environment: governance.environment,
    logSize: vault.head.size,
    minimumIndex: governance.pruned?.minimumIndex ?? 0,
    prunableBelow: vault.state.prunableBelow,
    policy: governance.policy?.digest,
    unreadable: [...vault.state.unreadable],
    epoch: epoch === undefined ? undefined : { number: epoch.number, asOf: epoch.asOf, datasets },
    epochs: epochStatuses(vault.state),
    erasures: governance.erasures,
    segments,
    computations: [...governance.computations.values()].map((approved) => computationStatus(vault.state, approved)),
    requesters: [...governance.requesters.values()].map(({ name, cutOff }) => ({ name, cutOff })),
    probing: vault.state.probing.seen,
    witnessing: vault.witnessingStatus(),
  };
}

function computationStatus(state: VaultState, approved: ApprovedComputation): ComputationStatus {
  const { id, version, computation, expiry, superseded } = approved;
  const ends = [expiry?.until, superseded?.from].filter((end) => end !== undefined);
  return { id, version, digest: computation, state: state.standingOf(approved), until: ends.length === 0 ? undefined : Math.min(...ends) };
}
