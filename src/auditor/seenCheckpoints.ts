import { parseNote } from "../note/signedNote.js";
import { type SignedCheckpoint, verifyCheckpoint } from "../tlog/checkpoint.js";
import type { Policy } from "../tlog/policy.js";
import type { AuditState } from "./auditState.js";
import { quietly } from "./publishedText.js";
import { readWitnesses } from "./witnesses.js";

/*
 * What is cosigned early proves most once a key is in other hands, and a log publishes its newest checkpoint alone: so an auditor keeps those that he saw. Each
 * was the one that the next audit found continued.
 */

/** When there are more, every second one of the older half goes: the time between those that are left grows with their age. */
const mostKept = 64;

/** The notes that earlier audits of the log saw, oldest first, one for each size: the first is the earliest to be cosigned. */
export function seenBefore(before: AuditState | undefined): readonly string[] {
  if (before === undefined) return [];
  const sizeOf = (note: string | undefined) => note?.split("\n", 2)[1];
  const { seen, checkpoint } = before;
  const all = sizeOf(seen.at(-1)) === sizeOf(checkpoint) ? seen : [...seen, checkpoint];
  return all.length <= mostKept ? all : all.filter((_, i) => i >= mostKept / 2 || i % 2 === 0);
}

/** Those of the notes that a log of the trust file signed, and on which no known cosignature is wrong. */
export function verifiedSeen(notes: readonly string[], trust: Policy): readonly SignedCheckpoint[] {
  return notes.map((note) => quietly(() => verified(note, trust))).filter((each) => each !== undefined);
}

function verified(text: string, trust: Policy): SignedCheckpoint {
  const note = parseNote(text);
  readWitnesses(note, trust);
  return verifyCheckpoint(
    note,
    trust.logs.map(({ key }) => key),
  );
}
