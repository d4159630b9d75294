import type { Governance } from "../admission/governance.js";
import { formatBase64Url } from "../bytes/base64.js";
import { verifiedSignatures } from "../note/signedNote.js";
import type { VerifierKey } from "../note/verifierKey.js";
import type { SignedCheckpoint } from "../tlog/checkpoint.js";
import type { Finding } from "./replay.js";

/**
 * A log's own word on its keys holds for the checkpoint too: one that only a retired key signed may be a thief's, whoever still trusts that key. `trusted` are
 * the keys of the trust file; the administration is that of the whole checkpoint. A log that names no key of its own is not judged.
 */
export function checkpointFindings(
  { note, size }: SignedCheckpoint,
  trusted: readonly VerifierKey[],
  { keys }: Governance,
): readonly Finding[] {
  const ofLog = keys.filter(({ role }) => role === "log");
  const signed = verifiedSignatures(note, trusted).map(({ key }) => formatBase64Url(key.publicKey.bytes));
  if (ofLog.length === 0 || ofLog.some(({ key, retired }) => retired === undefined && signed.includes(key))) return [];
  return [
    { index: size - 1, rule: "checkpoint-key", words: "The checkpoint is signed with no key that the log has in force for checkpoints." },
  ];
}
