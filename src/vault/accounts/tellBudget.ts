import { admit } from "../../admission/admit.js";
import { authenticate, checkFreshness } from "../../admission/authenticate.js";
import { isFree, remaining } from "../../disclosure/account.js";
import { renewalOf } from "../../disclosure/period.js";
import { questionOf } from "../../disclosure/question.js";
import { FrostglassError } from "../../errors/error.js";
import { refusalSentences } from "../../model/outcome.js";
import { formatSubject } from "../../model/subject.js";
import { formatBits } from "../../wire/bits.js";
import type { BudgetReply } from "../../wire/budgetReply.js";
import { budgetTyp, decodeQuery } from "../../wire/query.js";
import type { Reply } from "../answerQuery.js";
import type { Batch } from "../batch.js";
import type { VaultState } from "../state.js";
import { accountNames, readAccounts } from "./accounts.js";

/** Replies are as long as this or a multiple of it, so that digits do not show. */
const step = 256;

/**
 * Tells a requester what is left of its own budget for the subject of a question that it could ask: the message is that question under another `typ`, and
 * what admission would refuse to the question is refused here (`budget-not-told`). Nothing is charged, logged or looked up among records, so whether the
 * subject is on file makes no difference. What other requesters spent is not told. Throws what `decodeQuery`, `authenticate` and `checkFreshness`
 * throw, and `rate-limited`.
 */
export function tellBudget(vault: VaultState, batch: Batch, text: string): Reply {
  const received = decodeQuery(text, budgetTyp);
  const { query } = received;
  const now = vault.now();
  const { governance, policy, computations, approvals } = vault;
  authenticate(received, governance, vault.requesterKeys, now);
  vault.limits.countMessage(query.iss, policy.limits.queriesPerMinute, now);
  checkFreshness(query, vault.holder, now, policy.clockSkewSeconds);
  const admitted = admit(query, { governance, policy, computations, approvals, now });
  if ("refusal" in admitted) throw new FrostglassError("budget-not-told", refusalSentences(admitted.refusal).detail);
  const { computation, parameters } = admitted;
  const names = accountNames(vault.keyring.account, query.iss, formatSubject(query.subject), vault.periods.at(now));
  const { account } = readAccounts(vault.store, batch, names);
  const asked = { epoch: vault.epoch.number, question: questionOf(computation.digest, parameters.values) };
  const datasets = [...new Set(computation.datasets.map(({ name }) => name))];
  const reply: BudgetReply = {
    holder: vault.holder,
    epoch: vault.epoch.number,
    bits: formatBits(isFree(account, asked) ? 0 : computation.millibits),
    datasets: datasets.map((dataset) => ({ dataset, remaining: formatBits(remaining(account, [dataset], policy.disclosure)) })),
    renewsAt: renewalOf(now, policy.disclosure.periodDays),
  };
  const body = JSON.stringify(reply);
  return { status: 200, body: body.padEnd(Math.ceil(body.length / step) * step) };
}
