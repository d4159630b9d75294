import type { HonoRequest } from "hono";
import type { ReplyHeaders } from "../http/problemReply.js";

/** What the headers of a reply depend on, besides the request. */
export interface HeaderOptions {
  /** A fresh request id, for a request that brings none. */
  readonly newRequestId: () => string;
  /** True when the node speaks TLS itself: replies then carry Strict-Transport-Security (RFC 6797). */
  readonly secure: boolean;
}

/**
 * The headers that every reply carries. `X-Request-Id` is the caller's own when it is a UUID, otherwise a new one; `traceparent` is
 * passed out when it is valid and left out otherwise, so nothing a caller sends comes back unchecked.
 */
export function startHeaders(request: HonoRequest, options: HeaderOptions): ReplyHeaders {
  const headers: ReplyHeaders = {
    "X-Request-Id": requestIdOf(request.header("x-request-id")) ?? options.newRequestId(),
    "X-Content-Type-Options": "nosniff",
  };
  const trace = traceparentOf(request.header("traceparent"));
  if (trace !== undefined) headers.traceparent = trace;
  if (options.secure) headers["Strict-Transport-Security"] = "max-age=31536000";
  return headers;
}

/** The request id that a caller sent, if it is a UUID (RFC 9562 §4). It goes into log lines, so it must not be a firm's code, as a caller's own numbering may be. */
export function requestIdOf(value: string | undefined): string | undefined {
  const form = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
  return value !== undefined && form.test(value) ? value : undefined;
}

/** The W3C Trace Context §3.2 header a caller sent, if it is valid: version 00, no id of zeros only. */
export function traceparentOf(value: string | undefined): string | undefined {
  if (value === undefined || !/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(value)) return undefined;
  return /^00-0{32}|-0{16}-[0-9a-f]{2}$/.test(value) ? undefined : value;
}

/**
 * The path of a request exactly as it stands in the URL, percent signs and all. Each path of this node has one spelling, so `%2e` and its kin
 * match nothing instead of being decoded into something.
 */
export function rawPath(request: Request): string {
  const url = request.url;
  const start = url.indexOf("/", url.indexOf("://") + 3);
  for (let i = start; i < url.length; i++) {
    const code = url.charCodeAt(i);
    if (code === 0x3f || code === 0x23) return url.slice(start, i);
  }
  return url.slice(start);
}
