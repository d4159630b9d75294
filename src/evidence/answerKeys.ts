import { importPublicKey, type PublicKey } from "#crypto";
import { earliest, type RoleKey } from "../admission/governance.js";
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
  const ofKey = entries.filter(({ content }) => addsOrRetires(content) && isOf(content, kid));
  const [added] = ofKey.map(({ content }) => content).filter((content) => content.entry === "key-added/1");
  if (added === undefined)
    throw new FrostglassError("answer-key-unknown", "The log entries shown do not name the key that signed the answer.");
  const before = ofKey.filter((entry) => entry.index < index);
  if (before.length === 0)
    throw new FrostglassError("evidence-entry-late", "The key that signed the answer was added to the log after it.", { index });
  if (before.some(({ content }) => content.entry === "key-retired/1"))
    throw new FrostglassError("answer-key-retired", "The key that signed the answer was retired before it.");
  return importPublicKey(parseBase64Url(added.key));
}

/**
 * What the log says of the key `kid` having come into other hands: from which size and which instant (Unix seconds) on it proves nothing. Where several
 * entries say so, the earliest of each. Undefined where none of these entries does.
 */
export function compromiseOf(entries: readonly LoggedEntry[], kid: string): RoleKey["compromised"] {
  return entries.reduce<RoleKey["compromised"]>(
    (known, { content }) => (content.entry === "key-compromised/1" && isOf(content, kid) ? earliest(known, content) : known),
    undefined,
  );
}

type KeyEntry = Extract<Entry, { entry: "key-added/1" | "key-retired/1" }>;

function addsOrRetires(content: Entry): content is KeyEntry {
  return content.entry === "key-added/1" || content.entry === "key-retired/1";
}

function isOf({ role, key }: { readonly role: RoleKey["role"]; readonly key: string }, kid: string): boolean {
  return role === "answer" && thumbprint(parseBase64Url(key)) === kid;
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
