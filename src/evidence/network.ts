import { concat } from "../bytes/bytes.js";
import { FrostglassError } from "../errors/error.js";

/** The platform's `fetch`, or another with the same meaning. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** How to reach a node, and with how much patience. */
export interface Network {
  readonly fetch: Fetch;
  /** Resolves after so many milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** How often one request is sent, and how often the log is looked up again, before giving up; at least 1. */
  readonly attempts: number;
  /** How long one request may take, in milliseconds. */
  readonly timeout: number;
}

/** A whole HTTP reply. */
export interface Reply {
  readonly status: number;
  /** In lower case and without its parameters: `application/json`. */
  readonly contentType: string;
  readonly body: Uint8Array;
}

/**
 * Sends one request until a reply comes that is not "later" (429, 502, 503, 504), at most `attempts` times; for requests that may be sent twice.
 * The last reply is given as it is. Throws `node-unreachable` when none came, and `reply-invalid` when one is longer than `limit` bytes.
 */
export async function request(network: Network, url: string, init: RequestInit, limit: number): Promise<Reply> {
  for (let attempt = 1; ; attempt++) {
    const reply = await tryRequest(network, url, init, limit);
    const isLast = attempt >= network.attempts;
    if ("reply" in reply && (isLast || !laterStatuses.has(reply.reply.status))) return reply.reply;
    if ("fault" in reply && isLast)
      throw new FrostglassError("node-unreachable", "No reply came from the node.", { attempts: attempt }, { cause: reply.fault });
    await network.sleep(pause(attempt));
  }
}

const laterStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** 250 ms, then twice as long each time, at most 4 s. */
export function pause(attempt: number): number {
  return Math.min(250 * 2 ** (attempt - 1), 4000);
}

type Tried = { readonly reply: Reply } | { readonly fault: unknown };

async function tryRequest({ fetch, timeout }: Network, url: string, init: RequestInit, limit: number): Promise<Tried> {
  try {
    // Who asks one address wants no other's word: a redirect, which may lead from https to http, is a reply like any other.
    const response = await fetch(url, { redirect: "manual", ...init, signal: AbortSignal.timeout(timeout) });
    const contentType = (response.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
    return { reply: { status: response.status, contentType, body: await readBody(response, limit) } };
  } catch (fault) {
    if (fault instanceof FrostglassError) throw fault;
    return { fault }; // fetch tells a cut connection, a refused one and a timeout apart only by its text: all mean that no reply came
  }
}

async function readBody(response: Response, limit: number): Promise<Uint8Array> {
  const reader = response.body?.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const chunk = await reader?.read();
    if (chunk === undefined || chunk.done) return concat(...chunks);
    length += chunk.value.length;
    if (length > limit) {
      await reader?.cancel();
      throw new FrostglassError("reply-invalid", "The node's reply is too long.", { limit });
    }
    chunks.push(chunk.value);
  }
}
