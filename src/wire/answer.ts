import { sha256 } from "#crypto";
import { formatBase64Url } from "../bytes/base64.js";
import { concat } from "../bytes/bytes.js";
import { encodeUtf8 } from "../bytes/utf8.js";
import { FrostglassError } from "../errors/error.js";
import { parseDay } from "../model/calendar.js";
import { type Digest, digestOf } from "../model/digest.js";
import { identifierPattern, legalBasisPattern, partyNamePattern, reasonCodePattern, versionPattern } from "../model/names.js";
import type { Outcome } from "../model/outcome.js";
import { formatSubject, type Subject } from "../model/subject.js";
import { bitsPattern } from "./bits.js";
import { bytes32Pattern, Claims, jtiPattern, type ParameterValues } from "./claims.js";
import { type DecodedJws, decodeJws, type SigningKey, signJws } from "./jws.js";
import { readOutcome } from "./outcomeClaim.js";

export const answerTyp = "frostglass-answer+jws";
/** The longest answer, in characters. */
export const maxAnswerLength = 16_384;

/** What stood behind an answer: a consent, by the digest of its text, or the legal basis in the words of the holder's policy. */
export type Basis = { readonly consent: Digest; readonly legalBasis?: never } | { readonly consent?: never; readonly legalBasis: string };

/** A holder's answer to one query: the outcome, and all that an auditor needs to know how it came about. It does not name the subject. */
export interface Answer {
  /** The holder's and the requester's names. */
  readonly iss: string;
  readonly aud: string;
  /** Unix seconds. */
  readonly iat: number;
  readonly jti: string;
  /** SHA-256 of the exact query JWS. */
  readonly query: Digest;
  /** `id` and `version` are absent only where the holder refused because it does not know the digest. */
  readonly computation: { readonly id?: string; readonly version?: string; readonly digest: Digest };
  readonly parameters: ParameterValues;
  readonly purpose: string;
  /** What stood behind the answer: one of the two, see `Basis`. Neither, where it was refused before that was looked at. */
  readonly consent?: Digest;
  readonly legalBasis?: string;
  /** The digest of the holder's policy in force. */
  readonly policy: Digest;
  readonly epoch: { readonly number: number; readonly root: Digest /** `YYYY-MM-DD` */; readonly asOf: string };
  readonly outcome: Outcome;
  /** At most four. */
  readonly reasonCodes: readonly string[];
  /** Bits charged and bits left, three decimals each; see bits.ts. */
  readonly disclosure: { readonly bits: string; readonly remaining: string };
  /** See `commitSubject`. */
  readonly subjectCommitment: string;
  /** 32 random bytes, base64url: they keep the log entry, a hash of the answer, from being guessed. */
  readonly salt: string;
  readonly environment: "demo" | "test" | "production";
  /** The set of algorithms and formats: `frostglass-1`. */
  readonly suite: string;
}

export interface DecodedAnswer {
  readonly answer: Answer;
  /** For `verifyJws`: decoding did not check the signature. */
  readonly decoded: DecodedJws;
  /** SHA-256 of the exact JWS text: what the log entry holds. */
  readonly digest: Digest;
}

/** Signs an answer. The claims are written as they are given; `decodeAnswer` is what checks them. */
export function signAnswer(answer: Answer, key: SigningKey): string {
  const { id, version, digest } = answer.computation;
  const { number, root, asOf } = answer.epoch;
  const claims = {
    iss: answer.iss,
    aud: answer.aud,
    iat: answer.iat,
    jti: answer.jti,
    query: answer.query,
    computation: { id, version, digest },
    parameters: answer.parameters,
    purpose: answer.purpose,
    consent: answer.consent,
    legalBasis: answer.legalBasis,
    policy: answer.policy,
    epoch: { number, root, asOf },
    outcome: answer.outcome,
    reasonCodes: answer.reasonCodes,
    disclosure: { bits: answer.disclosure.bits, remaining: answer.disclosure.remaining },
    subjectCommitment: answer.subjectCommitment,
    salt: answer.salt,
    environment: answer.environment,
    suite: answer.suite,
  };
  return signJws(answerTyp, claims, key.privateKey, key.kid);
}

/** Decodes an answer and checks its form and claims, not its signature. Throws the codes of `decodeJws`, `claims-…` and `suite-unknown`. */
export function decodeAnswer(text: string): DecodedAnswer {
  const decoded = decodeJws(text, { typ: answerTyp, maxLength: maxAnswerLength });
  return { answer: readAnswer(new Claims(decoded.payload)), decoded, digest: digestOf(decoded.bytes) };
}

function readAnswer(claims: Claims): Answer {
  checkSuite(claims.text("suite", /^[a-z0-9-]{1,32}$/)); // first: another suite may have other claims
  const answer: Answer = {
    iss: claims.text("iss", partyNamePattern),
    aud: claims.text("aud", partyNamePattern),
    iat: claims.count("iat"),
    jti: claims.text("jti", jtiPattern),
    query: claims.digest("query"),
    computation: readComputation(claims.object("computation")),
    parameters: claims.parameters("parameters"),
    purpose: claims.text("purpose", identifierPattern),
    ...readBasis(claims),
    policy: claims.digest("policy"),
    epoch: readEpoch(claims.object("epoch")),
    outcome: readOutcome(claims),
    reasonCodes: claims.texts("reasonCodes", reasonCodePattern, 0, 4),
    disclosure: readDisclosure(claims.object("disclosure")),
    subjectCommitment: claims.text("subjectCommitment", bytes32Pattern),
    salt: claims.text("salt", bytes32Pattern),
    environment: claims.text("environment", /^(?:demo|test|production)$/) as Answer["environment"],
    suite: "frostglass-1",
  };
  claims.end();
  if (answer.computation.id === undefined && answer.outcome.kind !== "refusal") throw claims.invalid("computation");
  return answer;
}

function checkSuite(suite: string): void {
  if (suite !== "frostglass-1") throw new FrostglassError("suite-unknown", "The answer was made with a suite that is not known here.");
}

/** Either claim; where both stand the second is left unread, so `end` refuses it as unknown. */
function readBasis(claims: Claims): Basis | undefined {
  if (claims.has("consent")) return { consent: claims.digest("consent") };
  return claims.has("legalBasis") ? { legalBasis: claims.text("legalBasis", legalBasisPattern) } : undefined;
}

function readComputation(claims: Claims): Answer["computation"] {
  const digest = claims.digest("digest");
  const named = claims.has("id") ? { id: claims.text("id", identifierPattern), version: claims.text("version", versionPattern) } : {};
  claims.end();
  return { ...named, digest };
}

function readEpoch(claims: Claims): Answer["epoch"] {
  const epoch = { number: claims.count("number"), root: claims.digest("root"), asOf: claims.text("asOf", /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/) };
  claims.end();
  parseDay(epoch.asOf);
  return epoch;
}

function readDisclosure(claims: Claims): Answer["disclosure"] {
  const disclosure = { bits: claims.text("bits", bitsPattern), remaining: claims.text("remaining", bitsPattern) };
  claims.end();
  return disclosure;
}

/**
 * Binds an answer to a subject without naming it: base64url of SHA-256("frostglass-subject/1\n" scheme ":" id "\n" || opening). `opening` is 32
 * random bytes that go to the requester beside the answer; who does not have them cannot try out identifiers.
 */
export function commitSubject(subject: Subject, opening: Uint8Array): string {
  if (opening.length !== 32) throw new FrostglassError("opening-invalid", "The opening of a subject commitment has 32 bytes.");
  return formatBase64Url(sha256(concat(encodeUtf8(`frostglass-subject/1\n${formatSubject(subject)}\n`), opening)));
}

/** True when the commitment of an answer opens to this subject with these 32 bytes. Throws `opening-invalid` for another length. */
export function checkOpening(subjectCommitment: string, subject: Subject, opening: Uint8Array): boolean {
  return commitSubject(subject, opening) === subjectCommitment;
}
