import { FrostglassError } from "../errors/error.js";
import { answerKeyAt, checkAnswerSignature, compromiseOf, type LoggedEntry } from "../evidence/answerKeys.js";
import { checkOrigin, type Evidence } from "../evidence/evidenceFile.js";
import { checkSubject, type Opening } from "../evidence/openingFile.js";
import { type SignedCheckpoint, verifyCheckpoint } from "../tlog/checkpoint.js";
import { checkInclusion, leafHash } from "../tlog/merkle.js";
import type { Policy } from "../tlog/policy.js";
import { type Entry, encodeAnswerEntry } from "../wire/entry.js";
import { compromiseFault } from "./compromise.js";
import { cosignedBy } from "./cosignedBy.js";
import { entriesOf, type Shown } from "./shown.js";
import type { Found } from "./stepList.js";

/** Step 2: the checkpoint is signed by a log that the trust file names, and that log is the one of the holder who signed the answer. */
export function checkLog({ proof, answer }: Evidence, trust: Policy): SignedCheckpoint {
  const logKeys = trust.logs.map(({ key }) => key);
  const checkpoint = verifyCheckpoint(proof.checkpoint, logKeys);
  checkOrigin(checkpoint.origin, answer);
  return checkpoint;
}

/** Step 3: the entry of this very answer is in the log's tree. */
export function checkEntry({ evidence, checkpoint }: Shown): Found {
  const { proof, answer } = evidence;
  checkInclusion(leafHash(encodeAnswerEntry(answer.digest)), proof.index, checkpoint, proof.hashes);
  return { words: `The answer is entry ${proof.index} of the log, which had ${checkpoint.size} entries then.` };
}

/** Step 5: the log gave the key to the holder's answers before this answer, and had not taken it back. */
export function checkKey(shown: Shown): Found {
  const entries = keyEntriesOf(shown);
  const { kid } = shown.evidence.answer.decoded.header;
  answerKeyAt(entries, kid, shown.evidence.proof.index);
  const compromise = compromiseOf(entries, kid);
  const fault = compromise && compromiseFault(compromise, shown.evidence.proof.index, cosignedBy([shown.checkpoint], shown.trust));
  if (fault !== undefined) throw new FrostglassError("answer-key-compromised", fault);
  return { words: "The key that signed the answer was added to the log before it." };
}

/** Step 6. Without a key from the log there is nothing to check with. */
export function checkSignature(shown: Shown): Found {
  const { answer, proof } = shown.evidence;
  checkAnswerSignature(answer, answerKeyAt(keyEntriesOf(shown), answer.decoded.header.kid, proof.index));
  return { words: `That key signed the answer, in the name of ${answer.answer.iss}.` };
}

/** What the file shows of the holder's keys, and what the verifier knows of them besides, in the log's order. */
function keyEntriesOf(shown: Shown): readonly LoggedEntry[] {
  const own = entriesOf(shown, ...keyEntries);
  return [...own, ...shown.keyActs].sort((a, b) => a.index - b.index);
}

export const keyEntries = ["key-added/1", "key-retired/1", "key-compromised/1"] as const;

export function isKeyEntry(entry: Entry): entry is Extract<Entry, { entry: (typeof keyEntries)[number] }> {
  return (keyEntries as readonly Entry["entry"][]).includes(entry.entry);
}

/** Step 11: the answer is about the subject of the opening file. The words do not name it. */
export function checkSubjectOf(shown: Shown, opening: Opening | undefined): Found {
  if (opening === undefined) return { words: "No opening was given, so the file does not tell whom the answer is about.", notShown: true };
  checkSubject(shown.evidence.answer, opening);
  return { words: "The answer is about the subject in the opening file." };
}
