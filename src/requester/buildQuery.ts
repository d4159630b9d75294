import { formatBase64Url } from "../bytes/base64.js";
import type { Digest } from "../model/digest.js";
import type { Subject } from "../model/subject.js";
import type { ParameterValues } from "../wire/claims.js";
import type { SigningKey } from "../wire/jws.js";
import { type DecodedQuery, decodeQuery, signQuery } from "../wire/query.js";

/** What a requester wants to know. */
export interface QueryContent {
  /** The requester's own name, as the holder knows it. */
  readonly requester: string;
  readonly holder: string;
  readonly subject: Subject;
  /** The digest of the computation's exact manifest. */
  readonly computation: Digest;
  readonly parameters: ParameterValues;
  readonly purpose: string;
  /** The consent JWS, where the holder's policy asks for one. */
  readonly consent?: string | undefined;
}

/** How long a query lives when the caller does not say, in seconds. */
export const defaultLifetime = 120;

/**
 * Signs a query. `now` is in Unix seconds, `random` has 16 random bytes that no other query has, `lifetime` is 1 to 300 seconds. Keep the text
 * (`decoded.text`): sending the same text again gives the same answer and costs nothing. Throws as `decodeQuery` does for a part that the
 * protocol does not take.
 */
export function buildQuery(
  content: QueryContent,
  key: SigningKey,
  { now, random, lifetime = defaultLifetime }: { readonly now: number; readonly random: Uint8Array; readonly lifetime?: number },
): DecodedQuery {
  const { requester, holder, subject, computation, parameters, purpose, consent } = content;
  const claims = { iss: requester, aud: holder, iat: now, exp: now + lifetime, jti: formatBase64Url(random) };
  const query = { ...claims, subject, computation, parameters, purpose };
  return decodeQuery(signQuery(consent === undefined ? query : { ...query, consent }, key));
}
