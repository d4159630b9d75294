import type { Context, Handler, HonoRequest } from "hono";
import { faultFacts, type Log } from "../http/log.js";
import { problemReply, type ReplyHeaders } from "../http/problemReply.js";
import { problemOf } from "../wire/problem.js";
import { type HeaderOptions, startHeaders } from "./headers.js";
import type { Metrics } from "./metrics.js";

/** Answers one request. It may add to `headers`, which already hold what every reply carries; what it throws becomes a problem document. */
export type Responder = (request: HonoRequest, headers: ReplyHeaders) => Response | Promise<Response>;

/** What surrounds every request. `now` is a monotonic clock in milliseconds. */
export interface Surroundings extends HeaderOptions {
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => number;
}

/**
 * A route's handler: starts the headers, answers, turns what was thrown into a problem document, counts, logs. One function rather than a
 * row of middlewares, since each middleware costs every answer a promise and a copy of the headers.
 */
export function handlerOf(route: string, respond: Responder, around: Surroundings): Handler {
  const { metrics, log, now } = around;
  const count = metrics.routeCounter(route);
  return async ({ req }: Context): Promise<Response> => {
    const started = now();
    const headers = startHeaders(req, around);
    metrics.inFlight++;
    const response = await settle(route, respond, req, headers, log);
    metrics.inFlight--;
    const elapsed = now() - started;
    count(response.status, elapsed / 1000);
    if (log.isLevelEnabled("debug"))
      log.debug({ route, status: response.status, ms: elapsed, requestId: headers["X-Request-Id"] }, "replied");
    return response;
  };
}

async function settle(route: string, respond: Responder, req: HonoRequest, headers: ReplyHeaders, log: Log): Promise<Response> {
  try {
    const response = await respond(req, headers);
    if (response.status >= 500)
      log.warn({ route, status: response.status, requestId: headers["X-Request-Id"] }, "the vault reported a fault");
    return response;
  } catch (thrown) {
    const problem = problemOf(thrown);
    if (problem.status >= 500)
      logFault({ route, status: problem.status, code: problem.code, requestId: headers["X-Request-Id"] }, thrown, log);
    return problemReply(problem, headers);
  }
}

function logFault(facts: { readonly code: string } & Record<string, unknown>, thrown: unknown, log: Log): void {
  if (facts.code === "internal-fault") log.error({ ...facts, ...faultFacts(thrown) }, "the gateway failed");
  else log.warn(facts, "no answer from the vault");
}
