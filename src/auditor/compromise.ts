import type { RoleKey } from "../admission/governance.js";
import type { CosignedBy } from "./cosignedBy.js";
import { formatInstant } from "./witnesses.js";

/** What a log says of a key that others may have. */
export type Compromise = NonNullable<RoleKey["compromised"]>;

/**
 * Why the answer at an index, signed with a key that others may have, proves nothing, in words; undefined where it keeps its worth. What a thief of the key makes
 * can claim any time; a place in the log that the quorum had cosigned by then cannot be made up later.
 */
export function compromiseFault({ size, since }: Compromise, index: number, cosigned: CosignedBy): string | undefined {
  if (index >= size) return `The holder gave the answer's key up from entry ${size} on: others may have it.`;
  if ((cosigned(index) ?? since) < since) return undefined;
  return `Others may have the answer's key since ${formatInstant(since)}, and no quorum of witnesses is known to have cosigned its place in the log by then.`;
}
