import { type Digest, digestOf } from "../model/digest.js";
import { partyNamePattern } from "../model/names.js";
import { Claims, jtiPattern } from "./claims.js";
import { type DecodedJws, decodeJws, type SigningKey, signJws } from "./jws.js";

export const consentRevocationTyp = "frostglass-consent-revocation+jws";
/** The longest revocation, in characters. */
const maxRevocationLength = 2048;

/** A consent issuer takes back, at one holder, a consent that it signed. It has no end: carried late, it still takes effect. */
export interface ConsentRevocation {
  /** The consent issuer's name; only consents of this name are revoked. */
  readonly iss: string;
  /** The holder's name. */
  readonly aud: string;
  /** Unix seconds. */
  readonly iat: number;
  readonly jti: string;
  /** The digest of the consent: SHA-256 of its exact JWS text. */
  readonly consent: Digest;
}

export interface DecodedConsentRevocation {
  readonly message: ConsentRevocation;
  /** For `verifyJws`: decoding did not check the signature. */
  readonly decoded: DecodedJws;
  readonly digest: Digest;
}

/** Signs a revocation. The claims are written as they are given; `decodeConsentRevocation` is what checks them. */
export function signConsentRevocation({ iss, aud, iat, jti, consent }: ConsentRevocation, key: SigningKey): string {
  return signJws(consentRevocationTyp, { iss, aud, iat, jti, consent }, key.privateKey, key.kid);
}

/** Decodes a revocation and checks its form and claims, not its signature. Throws the codes of `decodeJws` and `claims-…`. */
export function decodeConsentRevocation(text: string): DecodedConsentRevocation {
  const decoded = decodeJws(text, { typ: consentRevocationTyp, maxLength: maxRevocationLength });
  return { message: readRevocation(new Claims(decoded.payload)), decoded, digest: digestOf(decoded.bytes) };
}

function readRevocation(claims: Claims): ConsentRevocation {
  const revocation = {
    iss: claims.text("iss", partyNamePattern),
    aud: claims.text("aud", partyNamePattern),
    iat: claims.count("iat"),
    jti: claims.text("jti", jtiPattern),
    consent: claims.digest("consent"),
  };
  claims.end();
  return revocation;
}
