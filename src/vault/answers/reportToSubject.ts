import { sha256 } from "#crypto";
import { authenticateIssuer } from "../../admission/issuerMessage.js";
import type { SubjectAccessPolicy } from "../../admission/policy.js";
import { formatBase64Url } from "../../bytes/base64.js";
import { equalBytes } from "../../bytes/bytes.js";
import { decodeUtf8 } from "../../bytes/utf8.js";
import { open, seal } from "../../crypto/seal.js";
import { FrostglassError } from "../../errors/error.js";
import { formatSubject, type Subject } from "../../model/subject.js";
import type { Store, StoredAnswer } from "../../store/store.js";
import { type DecodedSubjectAccess, decodeSubjectAccess } from "../../wire/subjectAccess.js";
import { type Asking, askingsPerReport, signSubjectReport } from "../../wire/subjectReport.js";
import type { Reply } from "../answerQuery.js";
import type { Batch } from "../batch.js";
import type { VaultState } from "../state.js";
import { openCursor, readAsking, sealCursor, subjectHint } from "./askings.js";

/**
 * Tells a subject, through a consent issuer that the policy trusts, who asked about it: a signed report for one signed token, to be let go after the batch's
 * commit. The log says that a report was given, and nothing of it; the same token again gets the same report. A subject that is not on file gets an empty
 * report, like one that nobody asked about: no records are looked at. Throws what `decodeSubjectAccess` and `authenticateIssuer` throw, `jti-reused`,
 * `message-expired`, `rate-limited`, `subject-access-off`, `claims-invalid` for a cursor of elsewhere, and `node-not-ready`.
 */
export function reportToSubject(vault: VaultState, batch: Batch, text: string): Reply {
  const access = decodeSubjectAccess(text);
  const { message, digest } = access;
  const now = vault.now();
  authenticateIssuer(access, vault.policy, { holder: vault.holder, now });
  vault.limits.countMessage(`issuer ${message.iss}`, vault.policy.limits.queriesPerMinute, now); // no requester has such a name
  const token = accessToken(message.iss, message.jti);
  const repeated = findReport(vault, batch, token);
  if (repeated !== undefined && repeated.request !== digest)
    throw new FrostglassError("jti-reused", "This jti was used before for another token.");
  if (repeated !== undefined) return { status: 200, body: repeated.body };
  if (message.exp <= now - vault.policy.clockSkewSeconds)
    throw new FrostglassError("message-expired", "The token has expired by this node's clock.");
  const body = bodyOf(vault, batch, access, now);
  batch.addReport(now, { token, sealed: seal(vault.keyring.archive, `${digest} ${body}`, token) });
  return { status: 200, body };
}

function accessToken(issuer: string, jti: string): Uint8Array {
  return sha256(`frostglass subject access/1\n${issuer}\n${jti}`).subarray(0, 16);
}

/** The report that was given for a token, from this batch or from the store. Throws `seal-broken` when it was altered. */
function findReport({ store, keyring }: VaultState, batch: Batch, token: Uint8Array): { request: string; body: string } | undefined {
  const sealed = batch.reports.find((report) => equalBytes(report.token, token))?.sealed ?? store.report(token);
  if (sealed === undefined) return undefined;
  const [request = "", ...body] = decodeUtf8(open(keyring.archive, sealed, token)).split(" ");
  return { request, body: body.join(" ") };
}

function bodyOf(vault: VaultState, batch: Batch, access: DecodedSubjectAccess, now: number): string {
  const rules = vault.policy.subjectAccess;
  if (rules === undefined) throw new FrostglassError("subject-access-off", "The holder's policy does not let subjects see who asked.");
  const until = Math.max(0, now - rules.delaySeconds);
  const { message, digest } = access;
  const report = signSubjectReport(
    {
      ...{ iss: vault.holder, aud: message.iss, iat: now, jti: formatBase64Url(vault.randomBytes(16)) },
      ...{ request: digest, subject: message.subject, until },
      ...pageOf(vault, batch, access, rules, until),
      ...{ policy: vault.policy.digest, environment: vault.environment, suite: vault.suite },
    },
    vault.signers.ofAnswers,
  );
  const [answerKey] = vault.contextPositions;
  return JSON.stringify({ report, index: batch.nextPosition, context: [answerKey] });
}

/** The askings after the cursor, as far as they are old enough. A clock that was set back may hide some until it is right again. */
function pageOf(
  vault: VaultState,
  batch: Batch,
  { message }: DecodedSubjectAccess,
  { requestersNamed }: SubjectAccessPolicy,
  until: number,
): { askings: readonly Asking[]; next?: string } {
  const { archive } = vault.keyring;
  const subject = formatSubject(message.subject);
  const after = message.cursor === undefined ? -1 : openCursor(archive, subject, message.cursor);
  const found = askingsAfter(vault, batch, message.subject, { after, until });
  const shown = found.slice(0, askingsPerReport);
  const askings = requestersNamed ? shown : shown.map(({ requester: _, ...asking }) => asking);
  const last = shown.at(-1);
  return { askings, ...(last === undefined || shown.length === found.length ? {} : { next: sealCursor(archive, subject, last.index) }) };
}

interface Span {
  readonly after: number;
  readonly until: number;
}

/** One more than a report takes, so that it is known whether there are more. */
function askingsAfter({ store, keyring }: VaultState, batch: Batch, subject: Subject, { after, until }: Span): readonly Asking[] {
  const found: Asking[] = [];
  for (const row of rowsAfter(store, batch, subjectHint(keyring.account, subject), after)) {
    const asking = readAsking(keyring.archive, row, subject);
    if (asking === undefined) continue;
    if (asking.at > until) break;
    found.push(asking);
    if (found.length > askingsPerReport) break;
  }
  return found;
}

/** Also what this batch answered: it stands before the report in the log, and no cursor points past it. */
function* rowsAfter(store: Store, batch: Batch, hint: number, after: number): Iterable<StoredAnswer> {
  yield* store.askings(hint, after);
  yield* batch.answers.filter((answer) => answer.hint === hint);
}
