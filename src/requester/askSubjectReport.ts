import type { PrivateKey } from "#crypto";
import { formatBase64Url } from "../bytes/base64.js";
import { asFrostglassError, FrostglassError } from "../errors/error.js";
import { answerKeyAt } from "../evidence/answerKeys.js";
import { formatSubject, type Subject } from "../model/subject.js";
import { parseReplyObject } from "../wire/answerReply.js";
import { Claims } from "../wire/claims.js";
import { signingKey } from "../wire/jwk.js";
import { verifyJws } from "../wire/jws.js";
import { type DecodedSubjectAccess, decodeSubjectAccess, signSubjectAccess } from "../wire/subjectAccess.js";
import { type Asking, type DecodedSubjectReport, decodeSubjectReport, type SubjectReport } from "../wire/subjectReport.js";
import { checkHolder, NodeLink, type NodeOptions } from "./nodeLink.js";

export interface SubjectReportOptions extends NodeOptions {
  /** The consent issuer's name and key. */
  readonly issuer: string;
  readonly privateKey: PrivateKey;
  readonly holder: string;
  readonly subject: Subject;
  /** Unix seconds. */
  readonly now: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
}

/** All that a holder tells a subject, checked. */
export interface CheckedSubjectReport {
  readonly askings: readonly Asking[];
  /** What was asked later than this instant is not listed yet (Unix seconds). */
  readonly until: number;
  /** The signed reports, to keep: each lists at most 20 askings. */
  readonly reports: readonly string[];
  readonly trust: "given" | "first-use";
}

/**
 * Asks a holder, as a consent issuer, who asked about a subject, report after report to the end. Each is signed with a key that the log gives to the holder's
 * answers, and bound to its token and subject. Throws the node's own code when it refuses, `report-invalid` for a report that does not hold,
 * `holder-not-trusted`, and as reading the published log does.
 */
export async function askSubjectReport(options: SubjectReportOptions): Promise<CheckedSubjectReport> {
  const link = new NodeLink(options);
  const trust = await link.trust();
  checkHolder(options.holder, trust);
  const reports: { readonly text: string; readonly report: SubjectReport }[] = [];
  for (let cursor: string | undefined; reports.length === 0 || cursor !== undefined; ) {
    const asked = tokenOf(options, cursor);
    const received = readReply(await link.sendMessage("v1/subject-access", asked.decoded.text));
    const { report } = await checked(link, asked, received);
    reports.push({ text: received.report.decoded.text, report });
    cursor = report.next;
  }
  const askings = reports.flatMap(({ report }) => report.askings);
  return { askings, until: reports[0]?.report.until ?? 0, reports: reports.map(({ text }) => text), trust: trust.source };
}

function tokenOf({ issuer, privateKey, holder, subject, now, randomBytes }: SubjectReportOptions, cursor: string | undefined) {
  const iat = now();
  const claims = { iss: issuer, aud: holder, iat, exp: iat + 120, jti: formatBase64Url(randomBytes(16)), subject };
  return decodeSubjectAccess(signSubjectAccess({ ...claims, cursor }, signingKey(privateKey)));
}

interface Received {
  readonly report: DecodedSubjectReport;
  readonly index: number;
  readonly context: readonly number[];
}

function readReply(body: string): Received {
  const claims = new Claims(parseReplyObject(body));
  const text = claims.text("report", /^[A-Za-z0-9_.-]+$/);
  return { report: decodeSubjectReport(text), index: claims.count("index"), context: claims.counts("context", 16) };
}

async function checked(link: NodeLink, { message, digest }: DecodedSubjectAccess, { report, index, context }: Received) {
  const key = answerKeyAt(await link.entriesAt(context, index), report.decoded.header.kid, index);
  if (!verifies(report, key)) throw invalid("its signature does not hold");
  const { iss, aud, request, subject } = report.report;
  if (iss !== message.aud || aud !== message.iss || request !== digest) throw invalid("it replies to another token");
  if (formatSubject(subject) !== formatSubject(message.subject)) throw invalid("it is about another subject");
  return report;
}

function verifies({ decoded }: DecodedSubjectReport, key: ReturnType<typeof answerKeyAt>): boolean {
  try {
    verifyJws(decoded, key);
    return true;
  } catch (thrown) {
    if (asFrostglassError(thrown, "jws-signature-invalid") === undefined) throw thrown;
    return false;
  }
}

function invalid(why: string): FrostglassError {
  return new FrostglassError("report-invalid", `The report was refused: ${why}.`);
}
