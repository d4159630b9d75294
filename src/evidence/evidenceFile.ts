import { FrostglassError } from "../errors/error.js";
import { checkInclusion, leafHash, type Tree } from "../tlog/merkle.js";
import { formatProof, type LogProof, parseProof } from "../tlog/proof.js";
import { type DecodedAnswer, decodeAnswer } from "../wire/answer.js";
import { decodeEntry, type Entry } from "../wire/entry.js";
import { formatEvidenceExtra, parseEvidenceExtra, type SupportingEntry } from "../wire/evidenceExtra.js";

/** An entry that an answer rests on, as an evidence file shows it. */
export interface ShownEntry extends SupportingEntry {
  readonly content: Entry;
}

/** An evidence file taken apart. Every part is well-formed, and nothing is checked: no signature, no proof, no agreement. */
export interface Evidence {
  readonly proof: LogProof;
  readonly answer: DecodedAnswer;
  readonly entries: readonly ShownEntry[];
}

/**
 * Parses an evidence file: C2SP tlog-proof, whose `extra` line is that of `wire/evidenceExtra.ts`. Throws the codes of `parseProof`,
 * `parseEvidenceExtra`, `decodeAnswer` and `decodeEntry`.
 */
export function parseEvidence(text: string): Evidence {
  const proof = parseProof(text);
  if (proof.extra === undefined) throw new FrostglassError("evidence-extra-invalid", "The evidence file carries no answer.");
  const { answer, entries } = parseEvidenceExtra(proof.extra);
  return { proof, answer: decodeAnswer(answer), entries: entries.map((entry) => ({ ...entry, content: decodeEntry(entry.entry) })) };
}

/** The text of an evidence file; store it as `<name>.tlog-proof`. Throws as `parseEvidence` does for what it would not take. */
export function formatEvidence({ proof, answer, entries }: Evidence): string {
  const extra = formatEvidenceExtra({ answer: answer.decoded.text, entries });
  return formatProof({ ...proof, extra });
}

/** Checks that an entry which evidence shows is in the tree. Throws `inclusion-proof-invalid`. */
export function checkShownEntry({ index, entry, proof }: SupportingEntry, tree: Tree): void {
  checkInclusion(leafHash(entry), index, tree, proof);
}

/** Checks that the log is the one of the holder who signed the answer: each holder has its own. Throws `evidence-other-holder`. */
export function checkOrigin(origin: string, { answer }: DecodedAnswer): void {
  if (origin === answer.iss) return;
  throw new FrostglassError("evidence-other-holder", `The log is that of ${origin}, the answer that of ${answer.iss}.`);
}
