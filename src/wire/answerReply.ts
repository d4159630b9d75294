import { FrostglassError } from "../errors/error.js";
import { bytes32Pattern, Claims } from "./claims.js";
import { isJsonObject, type JsonObject, parseStrictJson } from "./strictJson.js";

/** The most governance entries that one answer rests on. */
export const maxContext = 16;
/** The longest reply that a client reads, in characters. */
export const maxReplyLength = 65_536;

/**
 * What a requester receives for a query:
 *
 *   {"answer":"<JWS>","opening":"<32 bytes, base64url>","index":4711,"context":[0,3,17]}
 *
 * With a refusal (403) the same four members stand in the problem document, see problem.ts.
 */
export interface AnswerReply {
  /** The answer JWS. */
  readonly answer: string;
  /** Opens the answer's subject commitment: 32 bytes, base64url. For the requester alone; never part of the evidence. */
  readonly opening: string;
  /** Where the answer stands in the holder's log. */
  readonly index: number;
  /** Where the governance entries stand that the answer rests on; at most 16. */
  readonly context: readonly number[];
}

/** The body of a 200 reply. */
export function formatAnswerReply({ answer, opening, index, context }: AnswerReply): string {
  return JSON.stringify({ answer, opening, index, context });
}

/** Parses the body of a 200 reply strictly. The answer in it is not decoded yet. Throws `reply-invalid`, a `json-…` or a `claims-…` code. */
export function parseAnswerReply(text: string): AnswerReply {
  const claims = new Claims(parseReplyObject(text));
  const reply = readAnswerReply(claims);
  claims.end();
  return reply;
}

/** The JSON object in a reply's body. Throws `reply-invalid` when it is too long or another value, or a `json-…` code. */
export function parseReplyObject(text: string): JsonObject {
  if (text.length > maxReplyLength)
    throw new FrostglassError("reply-invalid", "The node's reply is too long.", { maxLength: maxReplyLength });
  const value = parseStrictJson(text);
  if (!isJsonObject(value)) throw new FrostglassError("reply-invalid", "The node's reply is not a JSON object.");
  return value;
}

/** The four members, out of an object that may have others. */
export function readAnswerReply(claims: Claims): AnswerReply {
  return {
    answer: claims.text("answer", /^[A-Za-z0-9_.-]{1,16384}$/),
    opening: claims.text("opening", bytes32Pattern),
    index: claims.count("index"),
    context: claims.counts("context", maxContext),
  };
}
