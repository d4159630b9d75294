import { equalBytes } from "../bytes/bytes.js";
import { FrostglassError } from "../errors/error.js";
import type { VerifierKey } from "../note/verifierKey.js";
import { noQuorum, type Policy } from "./policy.js";

/**
 * Whether these witnesses (by their names in the policy) fill the quorum. Names that the policy does not know count for nothing; a quorum
 * of `none` is always filled.
 */
export function quorumReached(policy: Policy, witnessNames: Iterable<string>): boolean {
  const cosigned = new Set(witnessNames);
  const groups = new Map(policy.groups.map((group) => [group.name, group]));
  const reached = (name: string): boolean => {
    const group = groups.get(name);
    return group === undefined ? cosigned.has(name) : group.members.filter(reached).length >= group.threshold;
  };
  return policy.quorum === noQuorum || reached(policy.quorum);
}

/**
 * Refuses a policy in which the log's own operator can fill the quorum alone, because then nobody else watches the log. `ownedKeys` are the
 * witness keys that the operator holds; they are found by the key itself, whatever their name. Throws `policy-owner-quorum`, and
 * `policy-quorum-none` when no witness is needed at all.
 */
export function refuseOwnerQuorum(policy: Policy, ownedKeys: readonly VerifierKey[]): void {
  if (policy.quorum === noQuorum) throw new FrostglassError("policy-quorum-none", "The policy needs no witness at all.");
  const owned = policy.witnesses.filter(({ key }) => ownedKeys.some((own) => equalBytes(own.publicKey.bytes, key.publicKey.bytes)));
  const names = owned.map(({ name }) => name);
  if (quorumReached(policy, names))
    throw new FrostglassError("policy-owner-quorum", "The log operator's own witnesses fill the quorum.", { witnesses: names.join(" ") });
}
