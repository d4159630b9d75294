import { importPublicKey, type PublicKey } from "#crypto";
import { parseBase64Url } from "../bytes/base64.js";
import { FrostglassError } from "../errors/error.js";
import { thumbprint } from "../wire/jwk.js";
import { verifyJws } from "../wire/jws.js";
import type { DecodedQuery, Query } from "../wire/query.js";
import type { Governance, Requester } from "./governance.js";

/**
 * Proves who sent a query: a requester in the log, by one of its keys there. Throws `requester-unknown` or `jws-signature-invalid`; such a
 * message is nobody's, so it is answered with an unsigned error and is not logged.
 */
export function authenticate({ query, decoded }: DecodedQuery, governance: Governance, keys: KeyCache): Requester {
  const requester = governance.requesters.get(query.iss);
  const key = requester === undefined ? undefined : keys.find(requester, decoded.header.kid);
  if (requester === undefined || key === undefined) {
    throw new FrostglassError("requester-unknown", "No requester of this name with this key is known here.");
  }
  verifyJws(decoded, key);
  return requester;
}

/** Requester keys, imported once each: importing checks the point, which costs more than a verification. */
export class KeyCache {
  readonly #byRequester = new WeakMap<Requester, ReadonlyMap<string, PublicKey>>();

  find(requester: Requester, kid: string): PublicKey | undefined {
    let keys = this.#byRequester.get(requester);
    if (keys === undefined) {
      const raw = requester.keys.map(parseBase64Url);
      keys = new Map(raw.map((bytes) => [thumbprint(bytes), importPublicKey(bytes)]));
      this.#byRequester.set(requester, keys);
    }
    return keys.get(kid);
  }
}

/**
 * Checks that a query is meant for this holder and for now, give or take `skew` seconds. Throws `query-wrong-audience`, `query-not-yet-valid`
 * or `query-expired`.
 */
export function checkFreshness(query: Query, holder: string, now: number, skew: number): void {
  if (query.aud !== holder) throw new FrostglassError("query-wrong-audience", "The query is addressed to another holder.");
  if (query.iat > now + skew) throw new FrostglassError("query-not-yet-valid", "The query was issued in the future by this node's clock.");
  if (query.exp <= now - skew) throw new FrostglassError("query-expired", "The query has expired by this node's clock.");
}
