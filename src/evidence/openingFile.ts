import { parseBase64Url } from "../bytes/base64.js";
import { FrostglassError } from "../errors/error.js";
import { type Digest, parseDigest } from "../model/digest.js";
import { formatSubject, parseSubject, type Subject } from "../model/subject.js";
import { type Answer, checkOpening } from "../wire/answer.js";

/*
 * The opening file stands beside an evidence file and names the subject; the evidence file alone does not. Store it as `<name>.opening`.
 *
 *   frostglass-opening/1
 *   answer sha256:…                          the digest of the answer JWS
 *   subject uscc:91350100M000100Y43
 *   opening q9v1…                            32 bytes, base64url
 */

export interface Opening {
  /** The digest of the answer that it opens. */
  readonly answer: Digest;
  readonly subject: Subject;
  /** 32 bytes. */
  readonly opening: Uint8Array;
}

/** The text of an opening file. `opening` is as the reply has it, base64url. It names the subject: keep it as secret as the query. */
export function formatOpening({
  answer,
  subject,
  opening,
}: {
  readonly answer: Digest;
  readonly subject: Subject;
  readonly opening: string;
}): string {
  const text = `frostglass-opening/1\nanswer ${answer}\nsubject ${formatSubject(subject)}\nopening ${opening}\n`;
  parseOpening(text);
  return text;
}

/** Parses an opening file strictly. Throws `opening-file-invalid`. */
export function parseOpening(text: string): Opening {
  const lines = /^frostglass-opening\/1\nanswer ([^\n]+)\nsubject ([^\n]+)\nopening ([A-Za-z0-9_-]{43})\n$/.exec(text);
  if (lines === null) throw invalid();
  const [, answer = "", subject = "", opening = ""] = lines;
  try {
    return { answer: parseDigest(answer), subject: parseSubject(subject), opening: parseBase64Url(opening) };
  } catch (cause) {
    throw invalid(cause);
  }
}

/** Checks that an answer is about the subject that the opening names. Throws `subject-commitment-mismatch`. */
export function checkSubject({ answer, digest }: { readonly answer: Answer; readonly digest: Digest }, opening: Opening): void {
  if (opening.answer !== digest) throw mismatch("The opening file belongs to another answer than this one.");
  if (!checkOpening(answer.subjectCommitment, opening.subject, opening.opening))
    throw mismatch("The answer's subject commitment does not open to the subject.");
}

function invalid(cause?: unknown): FrostglassError {
  return new FrostglassError("opening-file-invalid", "The text is not an opening file.", {}, { cause });
}

function mismatch(sentence: string): FrostglassError {
  return new FrostglassError("subject-commitment-mismatch", sentence);
}
