import { sha256 } from "#crypto";
import { formatBase64Url } from "../../bytes/base64.js";
import { decodeUtf8 } from "../../bytes/utf8.js";
import { open, seal } from "../../crypto/seal.js";
import type { Digest } from "../../model/digest.js";
import type { Store, StoredAnswer } from "../../store/store.js";
import type { AccountNames } from "../accounts/accounts.js";
import type { Batch } from "../batch.js";

/** An answer as it is kept: enough to give the very same reply again (P7), and to tell an auditor which answers were charged to one account. */
export interface ArchivedAnswer {
  /** The digest of the exact query that it answers. */
  readonly query: Digest;
  readonly accounts: AccountNames;
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
  const { status, query, accounts, length, body } = answer;
  return seal(archiveKey, `${status} ${query} ${accounts.account} ${accounts.ceiling} ${length} ${body}`, token.bytes);
}

/** The kept answer under a token, from this batch or from the store, or undefined. Throws `seal-broken` when it was altered. */
export function findArchived(store: Store, batch: Batch, archiveKey: Uint8Array, token: AnswerToken): ArchivedAnswer | undefined {
  const sealed = batch.sealedAnswer(token.text) ?? store.findAnswer(token.bytes)?.sealed;
  return sealed === undefined ? undefined : openArchived(archiveKey, { token: token.bytes, sealed });
}

/** A kept answer, from its row. Throws `seal-broken` when it was altered or moved to another token. */
export function openArchived(archiveKey: Uint8Array, { token, sealed }: Pick<StoredAnswer, "token" | "sealed">): ArchivedAnswer {
  const [status, query, account = "", ceiling = "", length, ...body] = decodeUtf8(open(archiveKey, sealed, token)).split(" ");
  return {
    status: status === "200" ? 200 : 403,
    query: query as Digest,
    accounts: { account, ceiling },
    length: Number(length),
    body: body.join(" "),
  };
}
