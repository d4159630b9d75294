import { FrostglassError } from "../errors/error.js";
import { type Note, verifiedSignatures } from "../note/signedNote.js";
import { ed25519Type, type VerifierKey } from "../note/verifierKey.js";

/*
 * An approved computation is a signed note (C2SP signed-note). Its text is the manifest, byte for byte, so the digest of the text is the
 * digest of the computation; its signature lines are the reviewers'.
 *
 *     frostglass: computation/1
 *     id: sme-sales-continuity
 *     …
 *
 *     — reviewer.example/alice Az3grlgtzPICa5OS8npVmf1M…
 */

/**
 * The trusted reviewers who signed a note. Throws `approval-missing` when there is none, and what `verifiedSignatures` throws for a signature of a
 * trusted reviewer that does not verify.
 */
export function approvedBy(note: Note, reviewers: readonly VerifierKey[]): readonly VerifierKey[] {
  const signers = verifiedSignatures(
    note,
    reviewers.filter((key) => key.type === ed25519Type),
  ).map(({ key }) => key);
  if (signers.length === 0)
    throw new FrostglassError("approval-missing", "No reviewer whom this holder trusts has signed the computation.");
  return signers;
}
