import type { HonoRequest } from "hono";
import { FrostglassError } from "../errors/error.js";
import type { Door, VaultReply } from "../http/door.js";
import { type ReplyHeaders, retryAfter } from "../http/problemReply.js";
import { keyNamed } from "../wire/jwsHeader.js";
import { Shares } from "./shares.js";

/** The largest body of a query, in bytes. */
const queryLimit = 65_536;
/** How many queries may wait for the vault at once. */
const usualPlaces = 1024;

/** The vault's word for a kind of signed message. */
export type MessageVerb = "query" | "budget" | "consent-revocation" | "subject-access";

/**
 * Answers `POST /v1/queries`, and the other paths that take one signed message: the body goes to the vault as it is, and the vault's status and body come back as they are. Nothing is checked
 * here: the vault checks everything itself, and whatever this path does is paid for by each answer. It looks only at what could break the
 * line protocol of the door, and at the key that the header names. `places` is how many queries may wait at once, over all senders.
 */
export function queryResponder(door: Door, places = usualPlaces, verb: MessageVerb = "query") {
  const shares = new Shares(places);
  return async (request: HonoRequest, headers: ReplyHeaders): Promise<Response> => {
    if (!isJose(request.header("content-type"))) {
      throw new FrostglassError("media-type-unsupported", "A signed message is sent with Content-Type: application/jose.");
    }
    const message = await readQuery(request);
    const sender = keyNamed(message) ?? "";
    if (!shares.enter(sender)) throw new FrostglassError("queue-full", "Too many of your requests wait for the vault.");
    try {
      return queryReply(await door.ask(verb, message), headers);
    } finally {
      shares.leave(sender);
    }
  };
}

function isJose(contentType: string | undefined): boolean {
  return contentType === "application/jose" || (contentType !== undefined && /^application\/jose[ \t]*(?:;|$)/i.test(contentType));
}

function queryReply(reply: VaultReply, headers: ReplyHeaders): Response {
  const { status, body } = reply;
  headers["Content-Type"] = status === 200 ? "application/json" : "application/problem+json";
  headers["Cache-Control"] = "no-store";
  if (status === 429 || status === 503) headers["Retry-After"] = retryAfter;
  return new Response(body, { status, headers });
}

/** The compact JWS in the body. Only its alphabet is checked: with no space and no line end in it, it fits on one line to the vault. */
async function readQuery(request: HonoRequest): Promise<string> {
  const declared = request.header("content-length");
  const text = declared === undefined ? await readStreamed(request) : await readDeclared(request, Number(declared));
  if (!/^[A-Za-z0-9_.-]+$/.test(text)) throw new FrostglassError("body-malformed", "The body is not one compact JWS.");
  return text;
}

// The HTTP parser ends a body at its declared length, so a declared length within the limit bounds what is read.
async function readDeclared(request: HonoRequest, length: number): Promise<string> {
  if (!(length <= queryLimit)) throw tooLarge();
  const text = await request.raw.text().catch(unreadable);
  // A byte order mark is dropped by decoding and would otherwise pass unseen.
  if (text.length !== length) throw new FrostglassError("body-malformed", "The body is not one compact JWS: it holds more than ASCII.");
  return text;
}

async function readStreamed(request: HonoRequest): Promise<string> {
  const reader = request.raw.body?.getReader();
  let text = "";
  for (;;) {
    const chunk = await reader?.read().catch(unreadable);
    if (chunk === undefined || chunk.done) return text;
    if (text.length + chunk.value.length > queryLimit) {
      await reader?.cancel().catch(unreadable);
      throw tooLarge();
    }
    // One character a byte: bytes above 0x7F stay outside the alphabet that is checked next.
    for (const byte of chunk.value) text += String.fromCharCode(byte);
  }
}

function tooLarge(): FrostglassError {
  return new FrostglassError("body-too-large", `The body of a query is at most ${queryLimit} bytes.`);
}

function unreadable(cause: unknown): never {
  throw new FrostglassError("body-unreadable", "The request body ended before it was whole.", {}, { cause });
}
