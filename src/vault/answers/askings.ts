import { hmacSha256 } from "#crypto";
import { formatBase64Url, parseBase64Url } from "../../bytes/base64.js";
import { decodeUtf8, encodeUtf8 } from "../../bytes/utf8.js";
import { open, seal } from "../../crypto/seal.js";
import { asFrostglassError, FrostglassError } from "../../errors/error.js";
import { digestOf } from "../../model/digest.js";
import { formatSubject, type Subject } from "../../model/subject.js";
import { hintBits } from "../../store/askingKey.js";
import type { StoredAnswer } from "../../store/store.js";
import { type Answer, checkOpening, decodeAnswer } from "../../wire/answer.js";
import { parseReplyObject, readAnswerReply } from "../../wire/answerReply.js";
import { Claims } from "../../wire/claims.js";
import type { Asking } from "../../wire/subjectReport.js";
import { openArchived } from "./archive.js";

/** What finds the answers about a subject, and some others: 17 bits of a name that takes the account key to make. */
export function subjectHint(accountKey: Uint8Array, subject: Subject): number {
  const [a = 0, b = 0, c = 0] = hmacSha256(accountKey, `asked/1\n${formatSubject(subject)}`);
  return ((a << 16) | (b << 8) | c) % 2 ** hintBits;
}

/** What the subject may know of a kept answer, or undefined where it is about another one. Throws `seal-broken` where it was altered. */
export function readAsking(archiveKey: Uint8Array, row: StoredAnswer, subject: Subject): Asking | undefined {
  const { body } = openArchived(archiveKey, row);
  const { answer: text, opening } = readAnswerReply(new Claims(parseReplyObject(body)));
  const { answer } = decodeAnswer(text);
  if (!checkOpening(answer.subjectCommitment, subject, parseBase64Url(opening))) return undefined;
  const { aud, iat, purpose, computation } = answer;
  return { index: row.position, answer: digestOf(text), at: iat, requester: aud, purpose, computation, ...basisOf(answer) };
}

function basisOf({ consent, legalBasis }: Pick<Answer, "consent" | "legalBasis">): Pick<Asking, "consent" | "legalBasis"> {
  if (consent !== undefined) return { consent };
  return legalBasis === undefined ? {} : { legalBasis };
}

/** The place after which a subject's next report goes on, for the consent issuer to carry: sealed, and good for this subject alone. */
export function sealCursor(archiveKey: Uint8Array, subject: string, position: number): string {
  return formatBase64Url(seal(archiveKey, String(position), cursorOf(subject)));
}

/** Throws `claims-invalid` for a cursor that was not made here for this subject. */
export function openCursor(archiveKey: Uint8Array, subject: string, cursor: string): number {
  try {
    return Number(decodeUtf8(open(archiveKey, parseBase64Url(cursor), cursorOf(subject))));
  } catch (cause) {
    if (asFrostglassError(cause) === undefined) throw cause;
    throw new FrostglassError("claims-invalid", "The cursor is not one of a report about this subject.", { claim: "cursor" }, { cause });
  }
}

function cursorOf(subject: string): Uint8Array {
  return encodeUtf8(`frostglass subject cursor/1\n${subject}`);
}
