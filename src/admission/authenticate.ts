import { importPublicKey, type PublicKey } from "#crypto";
import { parseBase64Url } from "../bytes/base64.js";
import { FrostglassError } from "../errors/error.js";
import { thumbprint } from "../wire/jwk.js";
import { verifyJws } from "../wire/jws.js";
import type { DecodedQuery, Query } from "../wire/query.js";
import type { Governance, Requester, RequesterKey } from "./governance.js";

/**
 * Proves who sent a query: a requester in the log, by one of its keys that holds at `now` (Unix seconds). Throws `requester-unknown`,
 * `requester-key-ended` or `jws-signature-invalid`; such a message is nobody's, so it is answered with an unsigned error and is not logged.
 */
export function authenticate({ query, decoded }: DecodedQuery, { requesters }: Governance, keys: KeyCache, now: number): Requester {
  const requester = requesters.get(query.iss);
  const found = requester === undefined ? undefined : keys.find(requester, decoded.header.kid);
  if (requester === undefined || found === undefined) {
    throw new FrostglassError("requester-unknown", "No requester of this name with this key is known here.");
  }
  if (found.until !== undefined && found.until <= now)
    throw new FrostglassError("requester-key-ended", "The requester's key was retired, and its time is over.");
  verifyJws(decoded, found.publicKey);
  return requester;
}

interface ImportedKey {
  readonly publicKey: PublicKey;
  readonly until: number | undefined;
}

/** Requester keys, imported once each: importing checks the point, which costs more than a verification. */
export class KeyCache {
  readonly #byRequester = new WeakMap<Requester, ReadonlyMap<string, ImportedKey>>();

  find(requester: Requester, kid: string): ImportedKey | undefined {
    let keys = this.#byRequester.get(requester);
    if (keys === undefined) {
      keys = new Map(requester.keys.map(importKey));
      this.#byRequester.set(requester, keys);
    }
    return keys.get(kid);
  }
}

function importKey({ key, until }: RequesterKey): [kid: string, imported: ImportedKey] {
  const bytes = parseBase64Url(key);
  return [thumbprint(bytes), { publicKey: importPublicKey(bytes), until }];
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
