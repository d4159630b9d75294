import { hmacSha256 } from "#crypto";
import { formatSubject, type Subject } from "../../model/subject.js";
import { pseudonymLength } from "./bucket.js";

/** The keyed token that finds a subject's pages: 16 bytes of HMAC-SHA256, the same in all datasets of a holder. */
export function pseudonymOf(key: Uint8Array, subject: Subject): Uint8Array {
  return hmacSha256(key, `pseudonym/1\n${formatSubject(subject)}`).subarray(0, pseudonymLength);
}
