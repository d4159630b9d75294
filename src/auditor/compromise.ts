import type { RoleKey } from "../admission/governance.js";
import type { SignedCheckpoint } from "../tlog/checkpoint.js";
import type { Policy } from "../tlog/policy.js";
import { formatInstant, isWitnessedBefore } from "./witnesses.js";

/** What a log says of a key that others may have. */
export type Compromise = NonNullable<RoleKey["compromised"]>;

/** Why the answer at an index proves nothing, in words; undefined where it keeps its worth. */
export type CompromiseRule = (index: number) => string | undefined;

/**
 * What a key's compromise takes from the answers that it signed, where `checkpoint` includes them: what a thief of the key makes can claim any time; a place
 * in the log that witnesses had cosigned by then cannot be made up later. The cosignatures are checked once. Throws as `readWitnesses` does.
 */
export function compromiseRule({ size, since }: Compromise, { note }: SignedCheckpoint, trust: Policy): CompromiseRule {
  const early = isWitnessedBefore(note, trust, since);
  const unseen = `Others may have the answer's key since ${formatInstant(since)}, and no quorum of witnesses had cosigned this checkpoint by then.`;
  return (index) => {
    if (index >= size) return `The holder gave the answer's key up from entry ${size} on: others may have it.`;
    return early ? undefined : unseen;
  };
}
