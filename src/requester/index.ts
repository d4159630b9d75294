/**
 * Frostglass for requesters: ask a node about a firm and check what comes back. Runs in Node and in a browser.
 *
 *   const requester = createRequester({ nodeUrl, name: "bank.example", privateKey, trust, fetch, now, sleep, randomBytes });
 *   const { outcome, evidence, opening } = await requester.ask({ subject, computation: "sales-continuity", purpose: "loan-origination" });
 *
 * `createRequester` does everything; `buildQuery` and `judgeReply` are its two halves that need no network. Store `evidence` and `opening` side by
 * side: the first goes to an auditor, the second names the firm and stays.
 */
export { importPrivateKey, importPublicKey, type PrivateKey, type PublicKey, randomBytes } from "#crypto";
export type { Description, OutcomeForm } from "../computations/description.js";
export { type ErrorCode, errorCodes } from "../errors/codes.js";
export { asFrostglassError, FrostglassError } from "../errors/error.js";
export type { Fetch, Reply } from "../evidence/network.js";
export { formatOpening, type Opening, parseOpening } from "../evidence/openingFile.js";
export type { Trust } from "../evidence/trust.js";
export { type Digest, digestOf, parseDigest } from "../model/digest.js";
export { type Outcome, type RefusalCode, refusalCodes, refusalSentences } from "../model/outcome.js";
export { formatSubject, parseSubject, type Subject } from "../model/subject.js";
export { formatPolicy as formatTrust, type Policy as TrustPolicy, parsePolicy as parseTrust } from "../tlog/policy.js";
export { type Answer, type DecodedAnswer, decodeAnswer } from "../wire/answer.js";
export type { BudgetReply } from "../wire/budgetReply.js";
export { signingKey, thumbprint } from "../wire/jwk.js";
export type { SigningKey } from "../wire/jws.js";
export { type DecodedQuery, decodeQuery, type Query } from "../wire/query.js";
export { askSubjectReport, type CheckedSubjectReport, type SubjectReportOptions } from "./askSubjectReport.js";
export { buildQuery, defaultLifetime, type QueryContent } from "./buildQuery.js";
export { type Catalogue, findComputation, type ListedComputation, parseCatalogue } from "./catalogue.js";
export { type Answered, createRequester, type Question, type Requester, type RequesterOptions } from "./createRequester.js";
export { type DescribedComputation, type ListedApproval, parseDescribed } from "./describe.js";
export { type Expectations, type Judged, judgeReply, type ReadReply, readReply } from "./judgeReply.js";
export { fetchEvidence, type NodeOptions } from "./nodeLink.js";
