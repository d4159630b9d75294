import { FrostglassError } from "../errors/error.js";
import { parseReplyObject, readAnswerReply } from "./answerReply.js";
import { Claims } from "./claims.js";
import type { Problem, RefusalProblem } from "./problem.js";

/** Parses a problem document of a node; members that are not known are passed over (RFC 9457 §3.2). Throws `reply-invalid` or as `Claims` does. */
export function parseProblem(text: string): Problem {
  return readProblem(new Claims(parseReplyObject(text)));
}

/** Parses the problem document of a refusal (403). The answer in it is not decoded yet. Throws as `parseProblem` does. */
export function parseRefusalProblem(text: string): RefusalProblem {
  const claims = new Claims(parseReplyObject(text));
  const document = { ...readProblem(claims), ...readAnswerReply(claims) };
  return claims.has("renewsAt") ? { ...document, renewsAt: claims.count("renewsAt") } : document;
}

// A terminal may show these: no control or invisible character, whoever sent them.
const sentence = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{0,500}$/u;

function readProblem(claims: Claims): Problem {
  const status = claims.count("status");
  if (status < 400 || status > 599)
    throw new FrostglassError("reply-invalid", "The status in the problem document is not one of an error.");
  return {
    type: claims.text("type", sentence),
    title: claims.text("title", sentence),
    status,
    code: claims.text("code", /^[a-z0-9-]{1,64}$/),
    detail: claims.text("detail", sentence),
    next: claims.text("next", sentence),
  };
}
