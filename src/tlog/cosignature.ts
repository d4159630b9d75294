import { FrostglassError } from "../errors/error.js";
import { formatSignatureLine } from "../note/signatureLine.js";
import { type Note, type VerifiedSignature, verifiedSignatures } from "../note/signedNote.js";
import { cosignedMessage, decodeTimestamped, encodeTimestamped } from "../note/timestampedSignature.js";
import { cosignatureType, type Signer, type VerifierKey, verifierKeyOf } from "../note/verifierKey.js";
import { parseCheckpoint } from "./checkpoint.js";

/** What a witness states: at `time` this was the largest consistent tree that it had seen for the origin. */
export interface Cosignature {
  readonly key: VerifierKey;
  /** Unix seconds, by the witness's clock. */
  readonly time: number;
}

/*
 * — witness.example/w1 jWbPPwAAAABkGFDLEZMHwSRa…
 * base64(key ID[4] || time[8] || Ed25519[64]) over
 *
 * cosignature/v1
 * time 1679315147
 * holder.example/log
 * 20852163
 * CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
 */

/**
 * Cosigns a checkpoint (C2SP tlog-cosignature, Ed25519) and gives the signature line without its newline. The message does not name the
 * cosigner, so the key serves no other name and no other purpose. Call it only after the checkpoint was found consistent with the last one
 * that was cosigned and that fact is durable. Throws `cosignature-time-invalid` and what `parseCheckpoint` throws.
 */
export function cosign(note: Note, time: number, signer: Signer): string {
  parseCheckpoint(note.text);
  if (!Number.isSafeInteger(time) || time < 0) throw new FrostglassError("cosignature-time-invalid", "The time is not in whole seconds.");
  const { name, keyId } = verifierKeyOf(signer, cosignatureType);
  const signature = signer.privateKey.sign(cosignedMessage(time, note.text));
  return formatSignatureLine({ name, keyId, signature: encodeTimestamped({ time, signature }) });
}

/**
 * The cosignatures of known witnesses on a note; none is an empty list. Throws `note-signature-invalid` when a known witness's signature
 * does not hold, and `note-signature-duplicate`.
 */
export function verifyCosignatures(note: Note, witnessKeys: readonly VerifierKey[]): readonly Cosignature[] {
  return cosignaturesIn(verifiedSignatures(note, witnessKeys));
}

/** Those of the checked signatures that are cosignatures. */
export function cosignaturesIn(verified: readonly VerifiedSignature[]): readonly Cosignature[] {
  return verified.flatMap(({ key, signature }) => {
    const stamped = key.type === cosignatureType ? decodeTimestamped(signature) : undefined;
    return stamped === undefined ? [] : [{ key, time: stamped.time }];
  });
}
