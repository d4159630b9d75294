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
export { type AuditOptions, auditLog, type Finding, type LogReport } from "./auditLog.js";
export { auditNode, type NodeAuditOptions } from "./auditNode.js";
export type { Rule } from "./auditRules.js";
export type { EvidenceReport, Step } from "./report.js";
export { verifyEvidence } from "./verifyEvidence.js";
