import { type Digest, digestOf } from "../model/digest.js";
import { partyNamePattern } from "../model/names.js";
import type { Subject } from "../model/subject.js";
import { Claims, jtiPattern } from "./claims.js";
import { type DecodedJws, decodeJws, type SigningKey, signJws } from "./jws.js";

export const subjectAccessTyp = "frostglass-subject-access+jws";
/** How long a token may live, in seconds. */
export const maxAccessLifetime = 300;
/** The longest token, in characters. */
const maxAccessLength = 4096;
const cursorPattern = /^[A-Za-z0-9_-]{1,128}$/;

/** A consent issuer's word that the subject itself wants to know who asked about it. */
export interface SubjectAccess {
  /** The consent issuer's and the holder's names. */
  readonly iss: string;
  readonly aud: string;
  /** Unix seconds; `exp` at most 300 later. */
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  readonly subject: Subject;
  /** The `next` of the report before, where there was one. */
  readonly cursor?: string | undefined;
}

export interface DecodedSubjectAccess {
  readonly message: SubjectAccess;
  /** For `verifyJws`: decoding did not check the signature. */
  readonly decoded: DecodedJws;
  /** SHA-256 of the exact JWS text: what the report is bound to. */
  readonly digest: Digest;
}

/** Signs a token. The claims are written as they are given; `decodeSubjectAccess` is what checks them. */
export function signSubjectAccess({ iss, aud, iat, exp, jti, subject, cursor }: SubjectAccess, key: SigningKey): string {
  const claims = { iss, aud, iat, exp, jti, subject: { scheme: subject.scheme, id: subject.id }, cursor };
  return signJws(subjectAccessTyp, claims, key.privateKey, key.kid);
}

/** Decodes a token and checks its form and claims, neither its signature nor its time against a clock. Throws as `decodeQuery` does. */
export function decodeSubjectAccess(text: string): DecodedSubjectAccess {
  const decoded = decodeJws(text, { typ: subjectAccessTyp, maxLength: maxAccessLength });
  return { message: readAccess(new Claims(decoded.payload)), decoded, digest: digestOf(decoded.bytes) };
}

function readAccess(claims: Claims): SubjectAccess {
  const access = {
    iss: claims.text("iss", partyNamePattern),
    aud: claims.text("aud", partyNamePattern),
    iat: claims.count("iat"),
    exp: claims.count("exp"),
    jti: claims.text("jti", jtiPattern),
    subject: claims.subject("subject"),
    ...(claims.has("cursor") ? { cursor: claims.text("cursor", cursorPattern) } : {}),
  };
  claims.end();
  if (access.exp <= access.iat || access.exp - access.iat > maxAccessLifetime) throw claims.invalid("exp");
  return access;
}
