import { FrostglassError } from "../errors/error.js";
import { type Digest, digestOf } from "../model/digest.js";
import { identifierPattern, partyNamePattern } from "../model/names.js";
import type { Subject } from "../model/subject.js";
import { Claims, jtiPattern, type ParameterValues } from "./claims.js";
import { type DecodedJws, decodeJws, type SigningKey, signJws } from "./jws.js";

export const queryTyp = "frostglass-query+jws";
/** The same claims under this `typ` do not ask the question but what is left to be asked. */
export const budgetTyp = "frostglass-budget+jws";
type AskingTyp = typeof queryTyp | typeof budgetTyp;
/** How long a query may live, in seconds. */
export const maxQueryLifetime = 300;
/** The longest query, in characters, consent included. */
export const maxQueryLength = 16_384;

/** What a requester asks about one subject. */
export interface Query {
  /** The requester's name. */
  readonly iss: string;
  /** The holder's name. */
  readonly aud: string;
  /** Unix seconds; `exp` at most 300 later. */
  readonly iat: number;
  readonly exp: number;
  /** Unique for the requester, 16 to 64 characters of base64url: the same query again is the same text again. */
  readonly jti: string;
  readonly subject: Subject;
  /** The digest of the computation's exact manifest. */
  readonly computation: Digest;
  readonly parameters: ParameterValues;
  readonly purpose: string;
  /** The consent JWS, as its issuer signed it. */
  readonly consent?: string | undefined;
}

export interface DecodedQuery {
  readonly query: Query;
  /** For `verifyJws`: decoding did not check the signature. */
  readonly decoded: DecodedJws;
  /** SHA-256 of the exact JWS text: what the answer is bound to. */
  readonly digest: Digest;
}

/** Signs a query. The claims are written as they are given; `decodeQuery` is what checks them. */
export function signQuery(query: Query, key: SigningKey, typ: AskingTyp = queryTyp): string {
  const { iss, aud, iat, exp, jti, subject, computation, parameters, purpose, consent } = query;
  const claims = {
    iss,
    aud,
    iat,
    exp,
    jti,
    subject: { scheme: subject.scheme, id: subject.id },
    computation,
    parameters,
    purpose,
    consent,
  };
  return signJws(typ, claims, key.privateKey, key.kid);
}

/**
 * Decodes a query and checks its form and claims, but neither its signature nor its time against a clock. Throws the codes of `decodeJws`,
 * `claims-…`, `subject-…`, and `query-lifetime-refused` when it lives longer than 300 seconds or ends before it begins.
 */
export function decodeQuery(text: string, typ: AskingTyp = queryTyp): DecodedQuery {
  const decoded = decodeJws(text, { typ, maxLength: maxQueryLength });
  return { query: readQuery(new Claims(decoded.payload)), decoded, digest: digestOf(decoded.bytes) };
}

function readQuery(claims: Claims): Query {
  const query: Query = {
    iss: claims.text("iss", partyNamePattern),
    aud: claims.text("aud", partyNamePattern),
    iat: claims.count("iat"),
    exp: claims.count("exp"),
    jti: claims.text("jti", jtiPattern),
    subject: claims.subject("subject"),
    computation: claims.digest("computation"),
    parameters: claims.parameters("parameters"),
    purpose: claims.text("purpose", identifierPattern),
    consent: claims.optionalText("consent", /^[A-Za-z0-9_.-]{1,4096}$/),
  };
  claims.end();
  checkLifetime(query.iat, query.exp);
  return query;
}

function checkLifetime(iat: number, exp: number): void {
  if (exp > iat && exp - iat <= maxQueryLifetime) return;
  throw new FrostglassError("query-lifetime-refused", "A query ends after it begins, and at most 300 seconds after.", {
    maxSeconds: maxQueryLifetime,
  });
}
