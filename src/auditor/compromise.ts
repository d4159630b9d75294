import type { RoleKey } from "../admission/governance.js";
import type { SignedCheckpoint } from "../tlog/checkpoint.js";
import type { Policy } from "../tlog/policy.js";
import { formatInstant, isWitnessedBefore } from "./witnesses.js";

/** What a log says of a key that others may have. */
export type Compromise = NonNullable<RoleKey["compromised"]>;

/** Why the answer at an index proves nothing, in words; undefined where it keeps its worth. */
export type CompromiseRule = (index: number) => string | undefined;

/**
 * What a key's compromise takes from the answers that it signed: what a thief of the key makes can claim any time; a place in the log that witnesses had
 * cosigned by then cannot be made up later. `checkpoints` are all that are at hand, of one log, each continuing the smaller ones. Their cosignatures are
 * checked once. Throws as `readWitnesses` does.
 */
export function compromiseRule({ size, since }: Compromise, checkpoints: readonly SignedCheckpoint[], trust: Policy): CompromiseRule {
  const early = checkpoints.filter(({ note }) => isWitnessedBefore(note, trust, since));
  const witnessed = Math.max(0, ...early.map((checkpoint) => checkpoint.size));
  return (index) => {
    if (index >= size) return `The holder gave the answer's key up from entry ${size} on: others may have it.`;
    if (index < witnessed) return undefined;
    return `Others may have the answer's key since ${formatInstant(since)}, and no quorum of witnesses is known to have cosigned its place in the log by then.`;
  };
}
