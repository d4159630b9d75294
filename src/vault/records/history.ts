import type { Epoch } from "../../admission/governance.js";
import { FrostglassError } from "../../errors/error.js";
import type { SegmentRow } from "../../store/store.js";
import { type Home, segmentPath } from "../home.js";
import type { VaultState } from "../state.js";
import type { BucketRow } from "./bucket.js";
import { Dataset, otherSchema } from "./dataset.js";

/*
 * Past epochs. Segments never change, so a dataset in an epoch is made of those that were written by then and not replaced by then. What it was is
 * held against the root in the log, like the epoch in force.
 */

/** The epochs whose segments make up a dataset in an epoch, oldest first; none where they are kept no longer, or never were. */
export function segmentsAt(rows: readonly SegmentRow[], dataset: string, epoch: number): number[] {
  return rows.filter((row) => row.dataset === dataset && row.since <= epoch && (row.until ?? epoch + 1) > epoch).map(({ since }) => since);
}

/** The epochs whose segments make up a dataset now. */
export function segmentsInForce(rows: readonly SegmentRow[], dataset: string): number[] {
  return rows.filter((row) => row.dataset === dataset && row.until === null).map(({ since }) => since);
}

/** The files of a dataset's segments, by epoch. */
export function segmentFiles(home: Home, dataset: string, epochs: readonly number[]): Map<number, string> {
  return new Map(epochs.map((epoch) => [epoch, segmentPath(home, dataset, epoch)]));
}

/** The epoch of that number as the log published it. Throws `epoch-unreadable` when there was none. */
export function publishedEpoch({ governance }: VaultState, number: number): Epoch {
  const found = governance.epochs.find((epoch) => epoch.number === number);
  if (found === undefined) throw new FrostglassError("epoch-unreadable", "There was no epoch of this number.", { epoch: number });
  return found;
}

/**
 * Opens a dataset as an epoch of the log had it; the caller closes it. Throws `node-not-ready` for the epoch in force where the dataset has no records,
 * `epoch-unreadable` for an earlier one where it had none, `epoch-not-kept` when they are gone since, `epoch-mismatch` when what lies on the disk is not
 * what the log committed to, `page-schema-mismatch` when they were imported under another schema, and `segment-missing`.
 */
export function openDatasetAt(state: VaultState, epoch: Epoch, name: string): Dataset {
  if (epoch.number === state.epoch.number) return state.dataset(name).hold();
  const root = epoch.datasets[name];
  const facts = { dataset: name, epoch: epoch.number };
  if (root === undefined) throw new FrostglassError("epoch-unreadable", "There were no records of this dataset in that epoch.", facts);
  const current = state.datasets().get(name);
  if (current?.root === root) return current.hold();
  const epochs = segmentsAt(state.store.segments(), name, epoch.number);
  if (epochs.length === 0)
    throw new FrostglassError("epoch-not-kept", "The records of this dataset in that epoch are not kept any more.", facts);
  const files = segmentFiles(state.home, name, epochs);
  const dataset = new Dataset(state.schemaOf(name), state.keyring.datasetKey(name), files, (row) => mayBeErased(state, epoch, name, row));
  const fault = faultOf(dataset, epoch);
  if (fault === undefined) return dataset;
  dataset.close();
  throw fault;
}

/** A page that is not there may have been erased if the log has an erasure since, and the epoch in force does not name that page. */
function mayBeErased(state: VaultState, epoch: Epoch, name: string, row: BucketRow): boolean {
  if (!state.governance.erasures.some((erasure) => erasure.epoch > epoch.number)) return false;
  return state.datasets().get(name)?.findRow(row.pseudonym)?.epoch !== row.epoch;
}

function faultOf(dataset: Dataset, { number, datasets }: Epoch): FrostglassError | undefined {
  const { name } = dataset.schema;
  if (dataset.root !== datasets[name])
    return new FrostglassError("epoch-mismatch", "A past epoch on the disk is not the one that the log committed to.", {
      ...{ dataset: name, epoch: number },
    });
  return dataset.fitsSchema() ? undefined : otherSchema(name);
}

/** An epoch as the operator sees it. */
export interface EpochStatus extends Pick<Epoch, "number" | "asOf" | "at" | "root"> {
  /** True while the records of all its datasets are kept, so that its answers can be computed again. */
  readonly kept: boolean;
}

/** All epochs that were published, the one in force last. */
export function epochStatuses({ governance, store }: VaultState): EpochStatus[] {
  const rows = store.segments();
  return governance.epochs.map(({ number, asOf, at, root, datasets }) => {
    const kept = Object.keys(datasets).every((name) => segmentsAt(rows, name, number).length > 0);
    return { number, asOf, at, root, kept };
  });
}

/** The segments that were replaced longer ago than the policy keeps them. `at` is now, Unix seconds. */
export function segmentsToDrop({ governance, policy, store }: VaultState, at: number): SegmentRow[] {
  const before = at - policy.epochDays * 86_400;
  const replacedAt = new Map(governance.epochs.map((epoch) => [epoch.number, epoch.at]));
  return store.segments().filter(({ until }) => until !== null && (replacedAt.get(until) ?? at) < before);
}
