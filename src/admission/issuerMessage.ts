import { FrostglassError } from "../errors/error.js";
import type { DecodedJws } from "../wire/jws.js";
import { verifyJws } from "../wire/jws.js";
import type { ConsentIssuer, Policy } from "./policy.js";

/** What every message of a consent issuer to a holder says of itself. */
interface IssuerMessage {
  readonly message: { readonly iss: string; readonly aud: string; readonly iat: number };
  readonly decoded: DecodedJws;
}

/** For whom and when a message may be: the holder's name, and its clock in Unix seconds. */
export interface Receipt {
  readonly holder: string;
  readonly now: number;
}

/**
 * Proves that a message comes from a consent issuer whom the policy trusts, that it is for this holder, and that it is not of the future. Whatever fails
 * here is nobody's message: it is answered with an unsigned error and not logged. Throws `issuer-unknown`, `jws-signature-invalid`,
 * `message-wrong-audience`, `message-not-yet-valid`.
 */
export function authenticateIssuer({ message, decoded }: IssuerMessage, policy: Policy, { holder, now }: Receipt): ConsentIssuer {
  const issuer = issuerOf(policy, message.iss, decoded.header.kid);
  if (issuer === undefined) throw new FrostglassError("issuer-unknown", "No consent issuer of this name with this key is trusted here.");
  verifyJws(decoded, issuer.publicKey);
  if (message.aud !== holder) throw new FrostglassError("message-wrong-audience", "The message is addressed to another holder.");
  if (message.iat > now + policy.clockSkewSeconds)
    throw new FrostglassError("message-not-yet-valid", "The message was issued in the future by this node's clock.");
  return issuer;
}

/** An issuer that changes its key stands in the policy once for each key, under one name. */
export function issuerOf({ consentIssuers }: Policy, name: string, kid: string): ConsentIssuer | undefined {
  return consentIssuers.find((issuer) => issuer.name === name && issuer.kid === kid);
}
