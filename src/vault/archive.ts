import { sha256 } from "#crypto";
import { formatBase64Url } from "../bytes/base64.js";
import { decodeUtf8 } from "../bytes/utf8.js";
import { open, seal } from "../crypto/seal.js";
import type { Digest } from "../model/digest.js";
import type { Store } from "../store/store.js";
import type { Batch } from "./batch.js";

/** An answer as it is kept: enough to give the very same reply again (P7). */
export interface ArchivedAnswer {
  /** The digest of the exact query that it answers. */
  readonly query: Digest;
  readonly status: 200 | 403;
  /** The body of the reply, without the spaces that end it. */
  readonly body: string;
  /** How long the reply is with them. */
  readonly length: number;
}

/** Finds a kept answer: one for each requester and jti. */
export interface AnswerToken {
  readonly text: string;
  readonly bytes: Uint8Array;
}

export function answerToken(requester: string, jti: string): AnswerToken {
  const bytes = sha256(`frostglass answer/1\n${requester}\n${jti}`).subarray(0, 16);
  return { text: formatBase64Url(bytes), bytes };
}

/** Seals an answer for the disk. The token is bound in, so a row moved to another token does not open. */
export function sealAnswer(archiveKey: Uint8Array, token: AnswerToken, answer: ArchivedAnswer): Uint8Array {
  return seal(archiveKey, `${answer.status} ${answer.query} ${answer.length} ${answer.body}`, token.bytes);
}

/** The kept answer under a token, from this batch or from the store, or undefined. Throws `seal-broken` when it was altered. */
export function findArchived(store: Store, batch: Batch, archiveKey: Uint8Array, token: AnswerToken): ArchivedAnswer | undefined {
  const sealed = batch.sealedAnswer(token.text) ?? store.findAnswer(token.bytes)?.sealed;
  if (sealed === undefined) return undefined;
  const [status, query, length, ...body] = decodeUtf8(open(archiveKey, sealed, token.bytes)).split(" ");
  return { status: status === "200" ? 200 : 403, query: query as Digest, length: Number(length), body: body.join(" ") };
}
