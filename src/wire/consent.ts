import { type Digest, digestOf, digestPattern } from "../model/digest.js";
import { identifierPattern, partyNamePattern } from "../model/names.js";
import type { Subject } from "../model/subject.js";
import { Claims, jtiPattern } from "./claims.js";
import { type DecodedJws, decodeJws, type SigningKey, signJws } from "./jws.js";

export const consentTyp = "frostglass-consent+jws";
/** The longest consent, in characters. */
export const maxConsentLength = 4096;

/** A subject's leave, signed by a consent issuer: one requester may ask for these purposes, by these computations or over these datasets. */
export interface Consent {
  /** The consent issuer's name. */
  readonly iss: string;
  readonly jti: string;
  readonly subject: Subject;
  /** The requester's name. */
  readonly aud: string;
  /** 1 to 16. */
  readonly purposes: readonly string[];
  /** 1 to 16 digests of manifests. Exactly one of `computations` and `datasets` is there. */
  readonly computations?: readonly Digest[];
  /** 1 to 16 names of datasets. */
  readonly datasets?: readonly string[];
  /** Valid from (included) and until (excluded), Unix seconds. */
  readonly nbf: number;
  readonly exp: number;
}

export interface DecodedConsent {
  readonly consent: Consent;
  /** For `verifyJws`: decoding did not check the signature. */
  readonly decoded: DecodedJws;
  /** What a revocation names. */
  readonly digest: Digest;
}

/** Signs a consent. The claims are written as they are given; `decodeConsent` is what checks them. */
export function signConsent(consent: Consent, key: SigningKey): string {
  const { iss, jti, subject, aud, purposes, computations, datasets, nbf, exp } = consent;
  const claims = { iss, jti, subject: { scheme: subject.scheme, id: subject.id }, aud, purposes, computations, datasets, nbf, exp };
  return signJws(consentTyp, claims, key.privateKey, key.kid);
}

/** The digest of a consent: SHA-256 of its exact JWS text. */
export function consentDigest(text: string): Digest {
  return digestOf(text);
}

/** Decodes a consent and checks its form and claims, neither its signature nor its dates against a clock. Throws as `decodeQuery` does. */
export function decodeConsent(text: string): DecodedConsent {
  const decoded = decodeJws(text, { typ: consentTyp, maxLength: maxConsentLength });
  return { consent: readConsent(new Claims(decoded.payload)), decoded, digest: digestOf(decoded.bytes) };
}

function readConsent(claims: Claims): Consent {
  const consent = {
    iss: claims.text("iss", partyNamePattern),
    jti: claims.text("jti", jtiPattern),
    subject: claims.subject("subject"),
    aud: claims.text("aud", partyNamePattern),
    purposes: claims.texts("purposes", identifierPattern, 1, 16),
    ...readScope(claims),
    nbf: claims.count("nbf"),
    exp: claims.count("exp"),
  };
  claims.end();
  if (consent.nbf >= consent.exp) throw claims.invalid("exp");
  return consent;
}

/** Either claim, and where both stand the second is left unread, so `end` refuses it as unknown. */
function readScope(claims: Claims): Pick<Consent, "computations" | "datasets"> {
  if (claims.has("datasets")) return { datasets: claims.texts("datasets", identifierPattern, 1, 16) };
  return { computations: claims.texts("computations", digestPattern, 1, 16) as Digest[] };
}
