import { importPublicKey, type PublicKey } from "#crypto";
import { parseBase64Url } from "../bytes/base64.js";
import { asFrostglassError, FrostglassError } from "../errors/error.js";
import type { DecodedAnswer } from "../wire/answer.js";
import type { Entry } from "../wire/entry.js";
import { thumbprint } from "../wire/jwk.js";
import { verifyJws } from "../wire/jws.js";

/** A log entry and where it stands. Whoever makes one has checked that it stands there. */
export interface LoggedEntry {
  readonly index: number;
  readonly content: Entry;
}

/**
 * The key that the log gives to an answer at `index` whose header names `kid`: added before it and not retired before it, as far as the entries
 * show. Throws `answer-key-unknown`, `evidence-entry-late` (added after the answer), `answer-key-retired` and `public-key-invalid`.
 */
export function answerKeyAt(entries: readonly LoggedEntry[], kid: string, index: number): PublicKey {
  const ofKey = entries.filter(({ content }) => isAnswerKey(content) && thumbprint(parseBase64Url(content.key)) === kid);
  const added = ofKey.filter(({ content }) => content.entry === "key-added/1");
  if (added.length === 0)
    throw new FrostglassError("answer-key-unknown", "The log entries shown do not name the key that signed the answer.");
  const last = ofKey.filter((entry) => entry.index < index).at(-1)?.content;
  if (last === undefined)
    throw new FrostglassError("evidence-entry-late", "The key that signed the answer was added to the log after it.", { index });
  if (last.entry !== "key-added/1")
    throw new FrostglassError("answer-key-retired", "The key that signed the answer was retired before it.");
  return importPublicKey(parseBase64Url(last.key));
}

type KeyEntry = Extract<Entry, { entry: "key-added/1" | "key-retired/1" }>;

function isAnswerKey(content: Entry): content is KeyEntry {
  return (content.entry === "key-added/1" || content.entry === "key-retired/1") && content.role === "answer";
}

/** Checks the holder's signature over an answer. Throws `answer-signature-invalid`. */
export function checkAnswerSignature({ decoded }: DecodedAnswer, key: PublicKey): void {
  try {
    verifyJws(decoded, key);
  } catch (cause) {
    if (asFrostglassError(cause, "jws-signature-invalid") === undefined) throw cause;
    throw new FrostglassError("answer-signature-invalid", "The holder's signature over the answer does not hold.", {}, { cause });
  }
}
