/**
 * Frostglass for auditors: verify one evidence file offline, or read a whole log. Runs in Node and in a browser; needs no access to records and does
 * not learn who a subject is.
 *
 *   const report = verifyEvidence(evidenceText, parseTrust(trustText));
 *   if (report.verdict !== "holds") for (const { number, words } of report.steps) …
 */
export type { Governance } from "../admission/governance.js";
export { type ErrorCode, errorCodes } from "../errors/codes.js";
export { asFrostglassError, FrostglassError } from "../errors/error.js";
export { type Evidence, parseEvidence } from "../evidence/evidenceFile.js";
export { type Opening, parseOpening } from "../evidence/openingFile.js";
export { formatPolicy as formatTrust, type Policy as TrustPolicy, parsePolicy as parseTrust } from "../tlog/policy.js";
export type { AnswersReport } from "./answers/answersAudit.js";
export { describeAnswers } from "./answers/describeAnswers.js";
export type { RequesterTotals } from "./answers/recount.js";
export { auditLog, type LogReport } from "./auditLog.js";
export { type AuditReport, type AuditWays, auditFiles, auditNode, type NodeAuditOptions } from "./auditNode.js";
export type { AuditMemory, AuditOptions } from "./auditOptions.js";
export { formatAuditPage } from "./auditPage.js";
export type { Evidence as FindingEvidence, Rule } from "./auditRules.js";
export { parseAuditState } from "./auditState.js";
export { type Comparison, compareLogs, type ShownLog } from "./compareLogs.js";
export { describeAct } from "./describeAct.js";
export { describeUnseen } from "./describeUnseen.js";
export type { LogAlarm } from "./logAlarm.js";
export { describePolicies, type PolicyInForce } from "./policyHistory.js";
export { recallAudit } from "./recallAudit.js";
export type { Act, Finding, ReplayState, Unseen } from "./replay.js";
export type { EvidenceReport, Step } from "./report.js";
export { type Audited, type Knowledge, verifyEvidence } from "./verifyEvidence.js";
