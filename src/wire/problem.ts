import { asFrostglassError, FrostglassError } from "../errors/error.js";
import { type RefusalCode, refusalSentences } from "../model/outcome.js";
import type { AnswerReply } from "./answerReply.js";

/**
 * A problem document, RFC 9457:
 *
 *   {"type":"/problems/jws-too-long","title":"JWS too long","status":413,"code":"jws-too-long","detail":"…","next":"…"}
 *
 * It never holds a subject's identifier, a record or a key, because no error does. The gateway writes these as well, so this file knows
 * nothing of signed messages; `problemReply.ts` reads what is written here.
 */
export interface Problem {
  /** A relative reference that ends in the code. */
  readonly type: string;
  /** The same for each problem of one code. */
  readonly title: string;
  readonly status: number;
  /** Stable: programs ask for this. */
  readonly code: string;
  /** What was wrong in this case, one sentence. */
  readonly detail: string;
  /** What to do about it. */
  readonly next: string;
}

/** The problem document of a refusal: it carries the signed answer as well. */
export interface RefusalProblem extends Problem, AnswerReply {
  /** When the spent budget renews, Unix seconds. */
  readonly renewsAt?: number;
}

/** What to tell a caller about anything that was thrown. A fault of our own shows nothing of itself: it becomes `internal-fault`. */
export function problemOf(thrown: unknown): Problem {
  const error = asFrostglassError(thrown);
  if (error === undefined || error.status === 0 || error.status === 500) return masked();
  return problem(error.status, error.code, error.message, error.next);
}

/** The problem document of a signed refusal. */
export function refusalProblem(code: RefusalCode, reply: AnswerReply, renewsAt?: number): RefusalProblem {
  const { answer, opening, index, context } = reply;
  const { detail, next } = refusalSentences(code);
  const document = { ...problem(403, code, detail, next), answer, opening, index, context };
  return renewsAt === undefined ? document : { ...document, renewsAt };
}

function masked(): Problem {
  const { status, code, message, next } = new FrostglassError("internal-fault", "The node failed to answer.");
  return problem(status, code, message, next);
}

function problem(status: number, code: string, detail: string, next: string): Problem {
  return { type: `/problems/${code}`, title: titleOf(code), status, code, detail, next };
}

const abbreviations = new Map([
  ["jws", "JWS"],
  ["jwk", "JWK"],
  ["json", "JSON"],
  ["utf8", "UTF-8"],
  ["kid", "kid"],
  ["jti", "jti"],
]);

/** `jws-too-long` becomes `JWS too long`. */
function titleOf(code: string): string {
  const words = code.split("-").map((word) => abbreviations.get(word) ?? word);
  const title = words.join(" ");
  return title.charAt(0).toUpperCase() + title.slice(1);
}
