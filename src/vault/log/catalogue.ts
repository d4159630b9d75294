import { importPublicKey } from "#crypto";
import { judgeApproval } from "../../admission/approval.js";
import type { ApprovedComputation } from "../../admission/lifecycle.js";
import { parseBase64Url } from "../../bytes/base64.js";
import { formatHex } from "../../bytes/hex.js";
import { decodeUtf8 } from "../../bytes/utf8.js";
import { type Description, describeManifest } from "../../computations/description.js";
import { leakageLineOf } from "../../computations/leakageLine.js";
import { asFrostglassError } from "../../errors/error.js";
import { type Digest, digestBytes } from "../../model/digest.js";
import { compareVersions } from "../../model/names.js";
import { revocationSentence } from "../../model/revocation.js";
import { formatPolicy, noQuorum, type Policy as TrustPolicy } from "../../tlog/policy.js";
import { formatBits } from "../../wire/bits.js";
import { formatJwk } from "../../wire/jwk.js";
import type { VaultState } from "../state.js";
import type { Publisher } from "./publisher.js";
import { verifiersOf } from "./sequencer.js";

/**
 * Writes what anyone may know of the node besides its log: every computation that ever was in force and how it stands, the approved notes with
 * their leakage reports, the policy, the keys that answers are signed with, old ones included, and a trust file to start from.
 */
export function publishCatalogue(state: VaultState, publisher: Publisher, witnesses: TrustPolicy | undefined): void {
  const listed = [...state.governance.computations.values()].flatMap((approved) => listedComputation(state, approved));
  const { minimumIndex } = state.governance.pruned ?? {};
  const computations = listed.map(({ summary }) => summary);
  publisher.publishFile("computations.json", json({ holder: state.holder, minimumIndex, computations })); // absent while nothing is pruned
  for (const each of listed)
    publisher.publishFile(`computations/by-digest/${hexOf(each.summary.digest)}.json`, json(detail(state, each, listed)));
  for (const each of newestOfEach(listed)) publisher.publishFile(`computations/${each.summary.id}.json`, json(detail(state, each, listed)));
  for (const { approved } of listed) publishDocument(state, publisher, approved.note, "notes", "note");
  for (const { leakage } of listed) if (leakage !== undefined) publishDocument(state, publisher, leakage, "leakage", "json");
  for (const policy of state.policies) publishDocument(state, publisher, policy, "policies", "yaml");
  for (const note of state.policyNotes) publishDocument(state, publisher, note, "notes", "note");
  publisher.publishFile("jwks.json", json({ keys: answerKeys(state) }));
  publisher.publishFile("trust", trustFile(state, witnesses));
}

/** What the list has of a computation, and what its own page needs besides. */
interface Listed {
  readonly summary: ReturnType<typeof summaryOf>;
  readonly approved: ApprovedComputation;
  readonly description: Description;
  readonly text: string;
  readonly leakage: Digest | undefined;
}

/** Nothing where the text no longer reads as a manifest, which only a change of the language could bring about. */
function listedComputation(state: VaultState, approved: ApprovedComputation): readonly Listed[] {
  const manifest = state.signedComputation(approved.computation)?.manifest;
  if (manifest === undefined) return [];
  const { text } = manifest;
  const description = describeManifest(manifest);
  return [{ summary: summaryOf(state, approved, description), approved, description, text, leakage: leakageOf(text) }];
}

function summaryOf(state: VaultState, approved: ApprovedComputation, description: Description) {
  const { title, reveals, purposes, subject, parameters } = description;
  const millibits = state.computations.get(approved.computation)?.millibits;
  return {
    id: approved.id,
    version: approved.version,
    digest: approved.computation,
    state: state.standingOf(approved),
    ...askable(state, approved),
    ...(approved.superseded === undefined ? {} : { supersededBy: approved.superseded.by }),
    ...{ title, reveals, purposes, subject, parameters },
    ...(millibits === undefined ? {} : { bitsPerAnswer: formatBits(millibits) }),
    note: `/notes/${hexOf(approved.note)}.note`,
    approvedAtIndex: approved.position,
  };
}

/** From when (included) until when (excluded) it may be asked, by its own text and by what the holder set: Unix seconds. */
function askable(state: VaultState, { computation, expiry, superseded }: ApprovedComputation): { from?: number; until?: number } {
  const { from, until: lastDay } = state.computations.get(computation)?.valid ?? {};
  const dayAfter = lastDay === undefined ? undefined : (lastDay + 1) * secondsPerDay;
  const ends = [expiry?.until, superseded?.from, dayAfter].filter((end) => end !== undefined);
  return { ...(from === undefined ? {} : { from: from * secondsPerDay }), ...(ends.length === 0 ? {} : { until: Math.min(...ends) }) };
}

const secondsPerDay = 86_400;

/** The page of one computation: enough to build a form for queries from, and to check what was signed. */
function detail(state: VaultState, { summary, approved, description, text, leakage }: Listed, listed: readonly Listed[]) {
  const { author, valid, outcome, reasons } = description;
  const { revoked } = approved;
  return {
    holder: state.holder,
    ...summary,
    ...(revoked === undefined ? {} : { revoked: { index: revoked.position, ...reasonMembers(revoked) } }),
    ...(author === undefined ? {} : { author }),
    ...{ valid, outcome, reasons },
    datasets: datasetsOf(state, approved.computation),
    approvals: approvalsOf(state, approved.computation),
    ...leakageMembers(state, leakage),
    manifest: text,
    versions: listed
      .filter((other) => other.summary.id === summary.id)
      .map(({ summary: { version, digest, state: standing } }) => ({ version, digest, state: standing })),
  };
}

function reasonMembers({ reason }: NonNullable<ApprovedComputation["revoked"]>): { reason?: string; sentence?: string } {
  return reason === undefined ? {} : { reason, sentence: revocationSentence(reason) };
}

/** The columns that are read; none where the schemas that it needs are not here any more. */
function datasetsOf(state: VaultState, digest: Digest) {
  const datasets = state.computations.get(digest)?.datasets ?? [];
  return datasets.map(({ name, columns }) => {
    const schema = state.schemas.get(name);
    return { dataset: name, columns: columns.map((column) => schema?.columns[column]?.name ?? "") };
  });
}

/** The reviewers whom the policy in force trusts and who signed. Others who signed are in the note. */
function approvalsOf(state: VaultState, digest: Digest) {
  const signed = state.signedComputation(digest);
  if (signed === undefined) return [];
  try {
    return judgeApproval(signed, state.policy).signatures.map(({ reviewer: { key, organisation }, counts }) => ({
      reviewer: key.name,
      organisation,
      counts,
    }));
  } catch (thrown) {
    if (asFrostglassError(thrown) === undefined) throw thrown;
    return []; // a signature that does not hold under this policy counts for nothing
  }
}

/** The report as reviewers signed it, not as a newer analyser would write it. */
function leakageMembers(state: VaultState, leakage: Digest | undefined): { leakage?: unknown; leakageReport?: string } {
  const body = leakage && state.store.document(leakage);
  if (leakage === undefined || body === undefined) return {};
  return { leakageReport: `/leakage/${hexOf(leakage)}.json`, leakage: JSON.parse(decodeUtf8(body)) as unknown };
}

function leakageOf(text: string): Digest | undefined {
  try {
    return leakageLineOf(text);
  } catch (thrown) {
    if (asFrostglassError(thrown, "leakage-mismatch") === undefined) throw thrown;
    return undefined;
  }
}

/** Of each id the newest version in force, or the newest of all where none is. */
function newestOfEach(listed: readonly Listed[]): readonly Listed[] {
  const byId = new Map<string, Listed>();
  for (const each of listed) {
    const known = byId.get(each.summary.id);
    if (known === undefined || isAhead(each, known)) byId.set(each.summary.id, each);
  }
  return [...byId.values()];
}

function isAhead({ summary }: Listed, { summary: known }: Listed): boolean {
  const [runs, knownRuns] = [summary.state === "in-force", known.state === "in-force"];
  return runs === knownRuns ? compareVersions(summary.version, known.version) > 0 : runs;
}

function hexOf(digest: Digest): string {
  return formatHex(digestBytes(digest));
}

function publishDocument(state: VaultState, publisher: Publisher, digest: Digest, folder: string, ending: string): void {
  const body = state.store.document(digest);
  if (body !== undefined) publisher.publishOnce(`${folder}/${hexOf(digest)}.${ending}`, body);
}

/** Old keys too, so that old answers can be checked; what the log says against a key stands beside it (RFC 7517 §4 lets a JWK have more members). */
function answerKeys(state: VaultState) {
  return state.governance.keys
    .filter(({ role }) => role === "answer")
    .map(({ key, retired, compromised }) => ({
      ...formatJwk(importPublicKey(parseBase64Url(key))),
      ...(retired === undefined ? {} : { retired: { index: retired.position, at: retired.at } }),
      ...(compromised === undefined ? {} : { compromised }),
    }));
}

/** The log's key, or both while it changes, and the witnesses that the node asks. Whoever relies on it names the witnesses that they trust themselves. */
function trustFile({ holder, signers }: VaultState, witnesses: TrustPolicy | undefined): string {
  const logs = verifiersOf(holder, signers.ofLog).map((key) => ({ key, url: undefined }));
  return formatPolicy({ ...(witnesses ?? { witnesses: [], groups: [], quorum: noQuorum }), logs });
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
