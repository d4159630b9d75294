import type { PublicKey } from "#crypto";
import { parseBase64Url } from "../bytes/base64.js";
import { decodeUtf8 } from "../bytes/utf8.js";
import type { ErrorCode } from "../errors/codes.js";
import { FrostglassError } from "../errors/error.js";
import { checkAnswerSignature } from "../evidence/answerKeys.js";
import type { Reply } from "../evidence/network.js";
import type { Outcome } from "../model/outcome.js";
import { type Answer, checkOpening, type DecodedAnswer, decodeAnswer } from "../wire/answer.js";
import { type AnswerReply, parseAnswerReply, parseReplyObject } from "../wire/answerReply.js";
import { consentDigest } from "../wire/consent.js";
import { parseProblem, parseRefusalProblem } from "../wire/problemReply.js";
import type { DecodedQuery, Query } from "../wire/query.js";

/** What a node's reply carries, before anything in it was judged. */
export interface ReadReply {
  readonly reply: AnswerReply;
  readonly answer: DecodedAnswer;
  /** When a spent budget renews, Unix seconds; with such a refusal only. */
  readonly renewsAt?: number;
}

export interface Expectations {
  /** The holder's answer key for a `kid`, or undefined when it has none of that name. */
  readonly answerKey: (kid: string) => PublicKey | undefined;
  /** Refuses answers from another kind of node. */
  readonly environment?: Answer["environment"] | undefined;
}

/** An answer that is the holder's and answers exactly the query. */
export interface Judged extends ReadReply {
  readonly outcome: Outcome;
}

/**
 * Reads a reply to `POST /v1/queries`. A signed answer comes with 200, a signed refusal with 403. Any other problem document is thrown as the error
 * that the node reported. Throws `reply-invalid`, the codes of `parseAnswerReply` and `decodeAnswer`, or the node's own code.
 */
export function readReply({ status, contentType, body }: Reply): ReadReply {
  const text = decodeUtf8(body);
  if (contentType === "application/json" && status === 200) return readAnswer(text);
  if (contentType !== "application/problem+json")
    throw new FrostglassError("reply-invalid", "The reply is neither an answer nor a problem document.", { status });
  if (status === 403 && parseReplyObject(text).answer !== undefined) return readRefusal(text);
  const { code, detail, status: stated } = parseProblem(text);
  if (stated !== status) throw disagrees();
  throw FrostglassError.fromProblem(code, detail);
}

/**
 * Judges a reply without any network: the answer is signed with the holder's key and answers exactly this query. Throws as `readReply` does, and
 * `answer-key-unknown`, `answer-signature-invalid`, `answer-for-other-query`, `answer-wrong-holder`, `answer-wrong-requester`,
 * `answer-wrong-computation`, `answer-wrong-parameters`, `answer-wrong-purpose`, `answer-wrong-consent`, `subject-commitment-mismatch`,
 * `answer-wrong-environment`.
 */
export function judgeReply(received: Reply, query: DecodedQuery, expectations: Expectations): Judged {
  const read = readReply(received);
  const key = expectations.answerKey(read.answer.decoded.header.kid);
  if (key === undefined)
    throw new FrostglassError("answer-key-unknown", "The answer is signed with a key that the holder is not known to have.");
  checkAnswerSignature(read.answer, key);
  checkAgreement(read.answer.answer, query, expectations);
  if (!checkOpening(read.answer.answer.subjectCommitment, query.query.subject, parseBase64Url(read.reply.opening)))
    throw new FrostglassError("subject-commitment-mismatch", "The answer's subject commitment does not open to the subject of the query.");
  return { ...read, outcome: read.answer.answer.outcome };
}

// The status must not disagree with what was signed: a gateway in foreign hands could swap them.

function readAnswer(text: string): ReadReply {
  const reply = parseAnswerReply(text);
  const answer = decodeAnswer(reply.answer);
  if (answer.answer.outcome.kind === "refusal") throw disagrees();
  return { reply, answer };
}

function readRefusal(text: string): ReadReply {
  const { code, answer: jws, opening, index, context, renewsAt } = parseRefusalProblem(text);
  const answer = decodeAnswer(jws);
  const { outcome } = answer.answer;
  if (outcome.kind !== "refusal" || outcome.code !== code) throw disagrees();
  const read = { reply: { answer: jws, opening, index, context }, answer };
  return renewsAt === undefined ? read : { ...read, renewsAt };
}

function disagrees(): FrostglassError {
  return new FrostglassError("reply-invalid", "The status or code of the reply is not the one that is stated inside it.");
}

type Comparison = readonly [agrees: boolean, code: ErrorCode, sentence: string];

function checkAgreement(answer: Answer, { query, digest }: DecodedQuery, { environment }: Expectations): void {
  const comparisons: readonly Comparison[] = [
    [answer.query === digest, "answer-for-other-query", "The answer is bound to another query."],
    [answer.iss === query.aud, "answer-wrong-holder", "The answer names another holder."],
    [answer.aud === query.iss, "answer-wrong-requester", "The answer names another requester."],
    [answer.computation.digest === query.computation, "answer-wrong-computation", "The answer names another computation."],
    [sameParameters(answer.parameters, query.parameters), "answer-wrong-parameters", "The answer names other parameters."],
    [answer.purpose === query.purpose, "answer-wrong-purpose", "The answer names another purpose."],
    [consentAgrees(answer, query), "answer-wrong-consent", "The answer names a consent that the query did not carry."],
    [
      environment === undefined || answer.environment === environment,
      "answer-wrong-environment",
      "The answer comes from another kind of node.",
    ],
  ];
  for (const [agrees, code, sentence] of comparisons) if (!agrees) throw new FrostglassError(code, sentence);
}

function sameParameters(a: Query["parameters"], b: Query["parameters"]): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && a[name] === b[name]);
}

/** An answer names no consent where it was refused, or where the policy needed none though one was sent. */
function consentAgrees({ consent }: Answer, query: Query): boolean {
  return consent === undefined || (query.consent !== undefined && consent === consentDigest(query.consent));
}
