import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type EvidenceReport, parseOpening, parseTrust, verifyEvidence } from "../../auditor/index.js";
import { formatBase64Url } from "../../bytes/base64.js";
import { parseSubject } from "../../model/subject.js";
import { type Answered, createRequester, type Requester } from "../../requester/index.js";
import { recordFiles } from "../../sample/index.js";
import { signConsent } from "../../wire/consent.js";
import { signingKey } from "../../wire/jwk.js";
import { writeEvidence } from "../ask.js";
import { realNetwork, realSurroundings } from "../surroundings.js";
import type { Federation, Holder } from "./federation.js";
import type { StoryQuestion } from "./questions.js";

/** A question that was answered, and what the verifier says of its evidence file. */
export interface StoryAnswer {
  readonly question: StoryQuestion;
  readonly answered: Answered;
  readonly report: EvidenceReport;
  /** The evidence file; its opening file stands beside it. */
  readonly file: string;
  readonly milliseconds: number;
}

const days = 86_400;

/** The bank's side towards one node. It believes the trust file that it was given, not the node's own word. */
export function requesterTo({ bank }: Federation, { trustFile }: Holder, nodeUrl: string): Requester {
  return createRequester({
    nodeUrl,
    name: bank.name,
    privateKey: bank.privateKey,
    trust: parseTrust(readFileSync(trustFile, "utf8")),
    environment: "demo",
    now: realSurroundings.now,
    randomBytes: realSurroundings.randomBytes,
    ...realNetwork,
  });
}

/** Asks one question over HTTP, writes the evidence, and verifies the written file without any network. */
export async function askAndVerify(
  federation: Federation,
  requester: Requester,
  question: StoryQuestion,
  number: number,
): Promise<StoryAnswer> {
  const { firm, computation, parameters = {}, purpose } = question;
  const consent = question.consent ? readFileSync(consentFile(federation, firm), "utf8").trim() : undefined;
  const started = performance.now();
  const answered = await requester.ask({ subject: parseSubject(`uscc:${firm}`), computation, parameters, purpose, consent });
  const milliseconds = performance.now() - started;
  const file = join(federation.dir, "evidence", `${number}-${computation}.tlog-proof`);
  writeEvidence(file, answered);
  return { question, answered, report: verifyFiles(file, federation[question.holder].trustFile), file, milliseconds };
}

/** What `frostglass verify` does: three files in, a report out. */
export function verifyFiles(evidence: string, trustFile: string): EvidenceReport {
  const opening = parseOpening(readFileSync(`${evidence}.opening`, "utf8"));
  return verifyEvidence(readFileSync(evidence, "utf8"), parseTrust(readFileSync(trustFile, "utf8")), { opening });
}

/** The consent issuer signs what a firm agreed to: this bank, loans, all that both holders have. */
export function issueConsent(federation: Federation, firm: string): void {
  const { issuer, bank } = federation;
  const path = consentFile(federation, firm);
  if (existsSync(path)) return;
  const now = realSurroundings.now();
  const consent = {
    iss: issuer.name,
    jti: formatBase64Url(realSurroundings.randomBytes(16)),
    subject: parseSubject(`uscc:${firm}`),
    aud: bank.name,
    purposes: ["loan-origination"],
    datasets: recordFiles.map(({ dataset }) => dataset),
    nbf: now,
    exp: now + 90 * days,
  };
  writeFileSync(path, `${signConsent(consent, signingKey(issuer.privateKey))}\n`, { flag: "wx" });
}

export function consentFile({ dir }: Federation, firm: string): string {
  return join(dir, "consents", `${firm}.consent`);
}
