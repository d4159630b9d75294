import { equalBytes } from "../bytes/bytes.js";
import { FrostglassError } from "../errors/error.js";
import { timeStamps } from "./timeStamp.js";

/**
 * Somebody outside who vouches that a digest was there at a time: a time-stamping authority, or a chain. A holder has the SHA-256 of a published checkpoint
 * vouched for and publishes the reply beside it; whoever audits the log later holds both against it. Everything here is pure.
 */
export interface Anchor {
  /** Names the kind for programs, such as `rfc3161`. */
  readonly kind: string;
  /** Ends the names of files with its replies. */
  readonly ending: string;
  /** Media types of request and reply over HTTP. */
  readonly requestType: string;
  readonly replyType: string;
  /** The bytes that ask for a digest of 32 bytes; the nonce comes from `nonceOf`. */
  request(digest: Uint8Array, nonce: Uint8Array): Uint8Array;
  /** What such a request asked for. Throws `anchor-reply-malformed`. */
  readRequest(request: Uint8Array): { readonly digest: Uint8Array; readonly nonce: Uint8Array };
  /** What a reply says; its signature is for the kind's own tools to check. Throws `anchor-reply-malformed`, `anchor-refused`. */
  read(reply: Uint8Array): Anchored;
}

/** What a reply says. */
export interface Anchored {
  /** SHA-256 of what was anchored. */
  readonly digest: Uint8Array;
  /** The authority's own clock, Unix seconds. */
  readonly time: number;
  /** The authority's number for it. */
  readonly serial: Uint8Array;
  readonly nonce?: Uint8Array;
}

/** Every kind of anchor; another one is one file and one line here. */
export const anchors: readonly Anchor[] = [timeStamps];

/** Reads a reply and holds it against what was asked. Throws `anchor-mismatch`, and what `Anchor.read` throws. */
export function readReplyTo(anchor: Anchor, request: Uint8Array, reply: Uint8Array): Anchored {
  const { digest, nonce } = anchor.readRequest(request);
  const anchored = anchor.read(reply);
  if (!equalBytes(anchored.digest, digest) || anchored.nonce === undefined || !equalBytes(anchored.nonce, nonce))
    throw new FrostglassError("anchor-mismatch", "The reply is to another request: its digest or its nonce differs.");
  return anchored;
}
