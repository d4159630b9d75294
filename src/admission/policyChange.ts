import { asFrostglassError, FrostglassError } from "../errors/error.js";
import { type Note, parseNote, verifiedSignatures } from "../note/signedNote.js";
import { checkPolicy } from "./checkPolicy.js";
import { type Policy, parsePolicy } from "./policy.js";

/*
 * A policy comes as its text, or as a signed note (C2SP signed-note) whose text is the policy, byte for byte. Where the policy in force names operators,
 * the next one has to be signed by so many of them, and name its holder, so that it is good at this one alone; where it has a version, the next one has a
 * greater one, so that no old policy comes back unseen.
 */

/** A policy that is to come into force. */
export interface PolicyChange {
  readonly policy: Policy;
  readonly text: string;
  /** Absent where nobody signed it. */
  readonly note: Note | undefined;
}

/** Reads a policy or the note that holds one. Throws `policy-invalid`, and for a note the codes of notes. */
export function readPolicyChange(given: string): PolicyChange {
  const note = given.includes("\n\n— ") ? parseNote(given) : undefined;
  const text = note?.text ?? given;
  const policy = parsePolicy(text);
  checkPolicy(policy);
  return { policy, text, note };
}

/** The names of the operators of `policy` who signed, each key once. Throws `note-signature-invalid` and `note-signature-duplicate`. */
export function operatorsWhoSigned({ changes }: Policy, note: Note | undefined): readonly string[] {
  if (changes === undefined || note === undefined) return [];
  return verifiedSignatures(note, changes.operators).map(({ key }) => key.name);
}

/** Refuses a policy that names another holder. Throws `policy-other-holder`. */
export function requireOwn({ holder: named }: Policy, holder: string): void {
  if (named === undefined || named === holder) return;
  throw new FrostglassError("policy-other-holder", "The policy names another holder.", { named, holder });
}

/**
 * Refuses a policy that may not follow the one in force at a holder. Throws `policy-other-holder`, `policy-not-newer`, `policy-signatures-missing`, and for a
 * trusted operator's signature over another text `note-signature-invalid`.
 */
export function requireFollows({ policy, note }: PolicyChange, inForce: Policy, holder: string): void {
  requireOwn(policy, holder);
  if (!isNewer(policy, inForce))
    throw new FrostglassError("policy-not-newer", "The policy in force has the same or a later version.", {
      ...{ version: policy.version, inForce: inForce.version },
    });
  const needed = inForce.changes?.signatures ?? 0;
  if (needed > 0 && policy.holder === undefined)
    throw new FrostglassError("policy-other-holder", "The policy that operators are to sign names no holder.", { holder });
  const signatures = operatorsWhoSigned(inForce, note).length;
  if (signatures < needed)
    throw new FrostglassError(
      "policy-signatures-missing",
      `${signatures} operators of the policy in force signed the new one; it asks for ${needed}.`,
      { signatures, needed },
    );
}

/** True where a policy may follow another, by holder, version and signatures: what an auditor asks. */
export function mayFollow(change: PolicyChange, inForce: Policy, holder: string): boolean {
  try {
    requireFollows(change, inForce, holder);
    return true;
  } catch (thrown) {
    if (asFrostglassError(thrown) === undefined) throw thrown;
    return false;
  }
}

/** Policies without a version count as version 0, and follow each other as they like until one has a version. */
function isNewer({ version }: Policy, inForce: Policy): boolean {
  return inForce.version === 0 || version > inForce.version;
}
