import type { Problem } from "../wire/problem.js";

/** Reply headers as a plain object: the HTTP adapter writes one as it stands, while a `Headers` object costs several microseconds. */
export type ReplyHeaders = Record<string, string>;

/** A problem document as a reply (RFC 9457), with Retry-After where the caller should come back. */
export function problemReply(problem: Problem, headers: ReplyHeaders): Response {
  headers["Content-Type"] = "application/problem+json";
  headers["Cache-Control"] = "no-store";
  if (problem.status === 503) headers["Retry-After"] = retryAfter;
  return new Response(JSON.stringify(problem), { status: problem.status, headers });
}

/** Seconds after which to ask again (RFC 9110 §10.2.3). What makes a query wait, a full queue or a vault that restarts, passes quickly. */
export const retryAfter = "1";
