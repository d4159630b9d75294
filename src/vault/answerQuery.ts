import { type Admitted, admit, type Refused } from "../admission/admit.js";
import { authenticate, checkFreshness } from "../admission/authenticate.js";
import { type ApprovedComputation, lifecyclePositions } from "../admission/lifecycle.js";
import { formatBase64Url } from "../bytes/base64.js";
import type { Computation } from "../computations/computation.js";
import type { Evaluated } from "../computations/evaluation/evaluation.js";
import type { PageColumns } from "../datasets/page.js";
import { renewalOf } from "../disclosure/period.js";
import { questionOf } from "../disclosure/question.js";
import { FrostglassError } from "../errors/error.js";
import { digestOf } from "../model/digest.js";
import type { Outcome } from "../model/outcome.js";
import { commitSubject, signAnswer } from "../wire/answer.js";
import { formatAnswerReply } from "../wire/answerReply.js";
import { formatBits } from "../wire/bits.js";
import { refusalProblem } from "../wire/problem.js";
import { type DecodedQuery, decodeQuery } from "../wire/query.js";
import { type AccountNames, type ChargedAccounts, chargeFor, writeAccounts } from "./accounts/accounts.js";
import { type AnswerToken, type ArchivedAnswer, answerToken, findArchived, sealAnswer } from "./answers/archive.js";
import { subjectHint } from "./answers/askings.js";
import { evenLength } from "./answers/evenLength.js";
import type { Batch } from "./batch.js";
import type { VaultState } from "./state.js";

/*
 * The life of a query. Each step takes only what the step before it made:
 *
 *   receive ─▶ admit ─▶ lookUp ─▶ evaluate ─▶ release ─▶ sign ─▶ record
 *
 * A refusal takes the short way from admit (or release) to sign: it is a result like any other, signed and logged. `record` writes to the batch;
 * the reply leaves only after the batch is durable. Signing comes before recording because the log entry is the hash of the signed answer.
 */

export interface Reply {
  readonly status: 200 | 403;
  /** JSON, and spaces after it: see evenLength.ts. */
  readonly body: string;
}

/** One signed query in, one signed answer or refusal out, to be let go after the batch's commit. Throws coded errors for bad input. */
export function answerQuery(vault: VaultState, batch: Batch, text: string): Reply {
  const received = receive(vault, text);
  const repeated = findRepeated(vault, batch, received);
  if (repeated !== undefined) return repeated;
  checkFreshness(received.query, vault.holder, received.now, vault.policy.clockSkewSeconds);
  const { governance, policy, computations, approvals } = vault;
  const admitted = admit(received.query, { governance, policy, computations, approvals, now: received.now });
  const released =
    "refusal" in admitted
      ? releaseRefusal(vault, batch, received, admitted)
      : release(vault, batch, received, evaluate(vault, lookUp(vault, admitted)));
  return record(vault, batch, sign(vault, released));
}

interface Received extends DecodedQuery {
  readonly token: AnswerToken;
  /** The instant of receipt, Unix seconds: one clock reading for all checks of a query. */
  readonly now: number;
}

function receive(vault: VaultState, text: string): Received {
  const received = decodeQuery(text);
  const now = vault.now();
  authenticate(received, vault.governance, vault.requesterKeys, now);
  const { query, decoded, digest } = received;
  vault.limits.countMessage(query.iss, vault.policy.limits.queriesPerMinute, now);
  return { query, decoded, digest, token: answerToken(query.iss, query.jti), now };
}

/** P7: the same signed query gets the stored answer, whenever it comes; another query under a used jti is refused. */
function findRepeated(vault: VaultState, batch: Batch, received: Received): Reply | undefined {
  const archived = findArchived(vault.store, batch, vault.keyring.archive, received.token);
  if (archived === undefined) return undefined;
  if (archived.query !== received.digest) throw new FrostglassError("jti-reused", "This jti was used before for another query.");
  return replyOf(archived);
}

function replyOf({ status, body, length }: ArchivedAnswer): Reply {
  return { status, body: body.padEnd(length) };
}

// Steps hand on what they were given as one member: copying its members would cost an answer more than most of the steps themselves.
interface Found {
  readonly admitted: Admitted;
  /** One for each dataset that the computation reads, in its order; undefined where the subject has no records. */
  readonly pages: readonly (PageColumns | undefined)[];
}

function lookUp(vault: VaultState, admitted: Admitted): Found {
  const pseudonym = vault.pseudonymOf(admitted.query.subject);
  const pages = admitted.computation.datasets.map(({ name }) => {
    const dataset = vault.dataset(name);
    const page = dataset.lookUp(pseudonym);
    if (page === undefined) dataset.readDecoy(pseudonym); // P5: the same reads
    return page;
  });
  return { admitted, pages };
}

interface EvaluatedQuery {
  readonly admitted: Admitted;
  readonly evaluated: Evaluated;
}

function evaluate(vault: VaultState, { admitted, pages }: Found): EvaluatedQuery {
  const { computation, parameters } = admitted;
  const evaluated = computation.evaluate(pages, parameters, vault.asOf);
  const datasets = computation.datasets.map(({ name }) => vault.dataset(name));
  // P5: the same work. Where there was too little to evaluate, pages that there was enough of are evaluated, and that outcome is dropped.
  if (evaluated.outcome.kind === "no-record")
    computation.evaluate(
      datasets.map((dataset) => dataset.likeness()),
      parameters,
      vault.asOf,
    );
  else for (const dataset of datasets) dataset.keepLikeness();
  return { admitted, evaluated };
}

interface Released {
  readonly received: Received;
  readonly admitted: Admitted | undefined;
  readonly approved: ApprovedComputation | undefined;
  readonly computation: Computation | undefined;
  readonly outcome: Outcome;
  readonly reasonCodes: readonly string[];
  readonly millibits: number;
  readonly remaining: number;
  readonly names: AccountNames;
  /** When a pin to another epoch ends, where that is why it was refused: Unix seconds. */
  readonly pinnedUntil?: number | undefined;
  /** The accounts after the charge; absent where nothing was charged. */
  readonly charged?: ChargedAccounts | undefined;
}

/** P4: the outcome may leave only if the budget bears it; the charge becomes durable in the same commit as the answer. */
function release(vault: VaultState, batch: Batch, received: Received, { admitted, evaluated }: EvaluatedQuery): Released {
  const { computation } = admitted;
  const asked = { millibits: computation.millibits, question: questionOf(computation.digest, admitted.parameters.values) };
  const { names, charged, accounts } = chargeFor(vault, batch, received, computation, asked);
  const { approved } = admitted;
  const { remaining } = charged;
  if (!charged.ok) {
    const outcome: Outcome = { kind: "refusal", code: charged.refusal };
    const { until: pinnedUntil } = charged;
    return { received, admitted, approved, computation, outcome, reasonCodes: [], millibits: 0, remaining, names, pinnedUntil };
  }
  const { outcome, reasonCodes } = evaluated;
  const { millibits } = charged;
  return { received, admitted, approved, computation, outcome, reasonCodes, millibits, remaining, names, charged: accounts };
}

function releaseRefusal(vault: VaultState, batch: Batch, received: Received, { refusal, computation, approved }: Refused): Released {
  const { names, charged } = chargeFor(vault, batch, received, computation, { millibits: 0, question: "" });
  return {
    received,
    admitted: undefined,
    approved,
    computation,
    outcome: { kind: "refusal", code: refusal },
    reasonCodes: [],
    millibits: 0,
    remaining: charged.remaining,
    names,
  };
}

interface Signed {
  readonly released: Released;
  readonly answer: string;
  readonly opening: string;
}

function sign(vault: VaultState, released: Released): Signed {
  const { query, digest, now } = released.received;
  const { computation, admitted } = released;
  const random = vault.randomBytes(80); // one call for all three: asking the system costs more than the bytes
  const opening = random.subarray(0, 32);
  const answer = signAnswer(
    {
      iss: vault.holder,
      aud: query.iss,
      iat: now,
      jti: formatBase64Url(random.subarray(64)),
      query: digest,
      computation:
        computation === undefined
          ? { digest: query.computation }
          : { id: computation.id, version: computation.version, digest: computation.digest },
      parameters: query.parameters,
      purpose: query.purpose,
      ...admitted?.basis,
      policy: vault.policy.digest,
      epoch: vault.epochClaim,
      outcome: released.outcome,
      reasonCodes: released.reasonCodes,
      disclosure: { bits: formatBits(released.millibits), remaining: formatBits(released.remaining) },
      subjectCommitment: commitSubject(query.subject, opening),
      salt: formatBase64Url(random.subarray(32, 64)),
      environment: vault.environment,
      suite: vault.suite,
    },
    vault.signers.ofAnswers,
  );
  return { released, answer, opening: formatBase64Url(opening) };
}

/** Writes answer, log entry and charge to the batch. From here on the answer exists, and the batch's commit makes all of it durable at once. */
function record(vault: VaultState, batch: Batch, { released, answer, opening }: Signed): Reply {
  const { received, names, charged } = released;
  const members = { answer, opening, index: batch.nextPosition, context: contextOf(vault, released) };
  const [status, body] =
    released.outcome.kind === "refusal"
      ? ([403, JSON.stringify(refusalProblem(released.outcome.code, members, renewal(vault, released)))] as const)
      : ([200, formatAnswerReply(members)] as const);
  const archived: ArchivedAnswer = {
    query: received.digest,
    accounts: names,
    status,
    body,
    length: evenLength(body, { answer, ...released }),
  };
  const sealed = sealAnswer(vault.keyring.archive, received.token, archived);
  batch.addAnswer(digestOf(answer), received.token, sealed, subjectHint(vault.keyring.account, received.query.subject));
  if (charged !== undefined) writeAccounts(vault.store, batch, charged);
  watch(vault, released);
  return replyOf(archived);
}

/** A question that was charged for may be one of a pattern that the operator has to know of. */
function watch({ probing }: VaultState, { received, computation, outcome, millibits, charged }: Released): void {
  if (computation === undefined || charged === undefined || millibits === 0) return;
  probing.count({
    requester: received.query.iss,
    account: charged.names.account,
    computation: computation.id,
    datasets: computation.datasets.map(({ name }) => name),
    isNew: charged.isNew,
    noRecord: outcome.kind === "no-record",
  });
}

/** The governance entries that an answer rests on, by position: key, policy, epoch; approval and what ends it; grant. */
function contextOf(vault: VaultState, { approved, admitted }: Released): number[] {
  const positions = [...vault.contextPositions];
  if (approved !== undefined) positions.push(...lifecyclePositions(approved));
  if (admitted !== undefined) positions.push(admitted.grant.position);
  return positions.sort((a, b) => a - b);
}

function renewal(vault: VaultState, { outcome, pinnedUntil, received: { now } }: Released): number | undefined {
  if (outcome.kind !== "refusal") return undefined;
  if (outcome.code === "epoch-pinned") return pinnedUntil;
  if (outcome.code === "subjects-limit") return renewalOf(now, 1);
  const spent = outcome.code === "budget-spent" || outcome.code === "ceiling-reached";
  return spent ? renewalOf(now, vault.policy.disclosure.periodDays) : undefined;
}
