import type { Digest } from "../model/digest.js";
import { identifierPattern, legalBasisPattern, partyNamePattern, versionPattern } from "../model/names.js";
import type { Subject } from "../model/subject.js";
import type { Answer } from "./answer.js";
import { Claims, jtiPattern } from "./claims.js";
import { type DecodedJws, decodeJws, type SigningKey, signJws } from "./jws.js";

export const subjectReportTyp = "frostglass-subject-report+jws";
/** The longest report, in characters. */
const maxReportLength = 65_536;
/** The most askings that one report lists. */
export const askingsPerReport = 20;

/**
 * One question that was asked about a subject. How it was answered is not told, nor whether, but for this: a question without a basis was refused before its
 * consent or legal basis was found good.
 */
export interface Asking {
  /** Where the answer or refusal stands in the holder's log, and its digest, which is the entry there. */
  readonly index: number;
  readonly answer: Digest;
  /** Unix seconds. */
  readonly at: number;
  /** Absent where the holder's policy does not name requesters. */
  readonly requester?: string;
  readonly purpose: string;
  readonly computation: Answer["computation"];
  /** What it rested on; neither, where it was refused before that was looked at. */
  readonly consent?: Digest;
  readonly legalBasis?: string;
}

/** A holder's signed word on who asked about one subject. */
export interface SubjectReport {
  /** The holder's and the consent issuer's names. */
  readonly iss: string;
  readonly aud: string;
  readonly iat: number;
  readonly jti: string;
  /** The digest of the exact token that it replies to. */
  readonly request: Digest;
  readonly subject: Subject;
  /** What was asked later than this instant (Unix seconds) is not listed yet. */
  readonly until: number;
  /** Oldest first, at most 20. */
  readonly askings: readonly Asking[];
  /** The `cursor` for the rest, where there is more. */
  readonly next?: string;
  readonly policy: Digest;
  readonly environment: Answer["environment"];
  readonly suite: string;
}

export interface DecodedSubjectReport {
  readonly report: SubjectReport;
  /** For `verifyJws`: decoding did not check the signature. */
  readonly decoded: DecodedJws;
}

/** Signs a report. The claims are written as they are given; `decodeSubjectReport` is what checks them. */
export function signSubjectReport(report: SubjectReport, key: SigningKey): string {
  const { iss, aud, iat, jti, request, subject, until, askings, next, policy, environment, suite } = report;
  const named = { scheme: subject.scheme, id: subject.id };
  const claims = { iss, aud, iat, jti, request, subject: named, until, askings, next, policy, environment, suite };
  return signJws(subjectReportTyp, claims, key.privateKey, key.kid);
}

/** Decodes a report and checks its form and claims, not its signature. Throws the codes of `decodeJws` and `claims-…`. */
export function decodeSubjectReport(text: string): DecodedSubjectReport {
  const decoded = decodeJws(text, { typ: subjectReportTyp, maxLength: maxReportLength });
  return { report: readReport(new Claims(decoded.payload)), decoded };
}

function readReport(claims: Claims): SubjectReport {
  const report = {
    iss: claims.text("iss", partyNamePattern),
    aud: claims.text("aud", partyNamePattern),
    iat: claims.count("iat"),
    jti: claims.text("jti", jtiPattern),
    request: claims.digest("request"),
    subject: claims.subject("subject"),
    until: claims.count("until"),
    askings: claims.objects("askings", askingsPerReport).map(readAsking),
    ...(claims.has("next") ? { next: claims.text("next", /^[A-Za-z0-9_-]{1,128}$/) } : {}),
    policy: claims.digest("policy"),
    environment: claims.text("environment", /^(?:demo|test|production)$/) as Answer["environment"],
    suite: claims.text("suite", /^frostglass-1$/),
  };
  claims.end();
  return report;
}

function readAsking(claims: Claims): Asking {
  const asking = {
    index: claims.count("index"),
    answer: claims.digest("answer"),
    at: claims.count("at"),
    ...(claims.has("requester") ? { requester: claims.text("requester", partyNamePattern) } : {}),
    purpose: claims.text("purpose", identifierPattern),
    computation: readComputation(claims.object("computation")),
    ...(claims.has("consent") ? { consent: claims.digest("consent") } : {}),
    ...(claims.has("legalBasis") ? { legalBasis: claims.text("legalBasis", legalBasisPattern) } : {}),
  };
  claims.end();
  return asking;
}

function readComputation(claims: Claims): Answer["computation"] {
  const named = claims.has("id") ? { id: claims.text("id", identifierPattern), version: claims.text("version", versionPattern) } : {};
  const computation = { ...named, digest: claims.digest("digest") };
  claims.end();
  return computation;
}
