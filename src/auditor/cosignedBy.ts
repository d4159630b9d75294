import type { SignedCheckpoint } from "../tlog/checkpoint.js";
import type { Policy } from "../tlog/policy.js";
import { readWitnesses, witnessedAt } from "./witnesses.js";

/** By when the quorum had cosigned the place of the entry at an index, Unix seconds; undefined where it is not known to have. */
export type CosignedBy = (index: number) => number | undefined;

/** `checkpoints` are all that are at hand, of one log, each continuing the smaller ones. Their cosignatures are checked once. Throws as `readWitnesses` does. */
export function cosignedBy(checkpoints: readonly SignedCheckpoint[], trust: Policy): CosignedBy {
  const cosigned = checkpoints.map(({ size, note }) => ({ size, at: witnessedAt(readWitnesses(note, trust), trust) }));
  return (index) => {
    const times = cosigned.flatMap(({ size, at }) => (at !== undefined && size > index ? [at] : []));
    return times.length === 0 ? undefined : Math.min(...times);
  };
}
