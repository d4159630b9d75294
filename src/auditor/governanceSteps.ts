import { applyEntry, emptyGovernance } from "../admission/governance.js";
import { type LoggedStanding, loggedStanding } from "../admission/lifecycle.js";
import { FrostglassError } from "../errors/error.js";
import type { RefusalCode } from "../model/outcome.js";
import type { Answer } from "../wire/answer.js";
import type { Entry } from "../wire/entry.js";
import { entriesOf, type ProvedEntry, type Shown } from "./shown.js";
import type { Found } from "./stepList.js";
import { formatInstant } from "./witnesses.js";

/** Step 7: the log shows the approval of the computation that the answer names, and nothing shown had ended it at that time. */
export function checkComputation(shown: Shown): Found {
  const { computation, outcome, iat } = answerOf(shown);
  const entries = entriesOf(shown, ...computationEntries);
  if (entries.length === 0 && isRefusal(shown)) return refusalRestsOn("approval");
  const state = emptyGovernance();
  for (const { index, content } of before(shown, entries, "approval")) applyEntry(state, index, content);
  const approved = state.computations.get(computation.digest);
  if (approved === undefined || approved.id !== computation.id || approved.version !== computation.version)
    throw new FrostglassError("answer-computation-mismatch", "The approval shown is not that of the computation in the answer.");
  const name = `Computation ${approved.id} ${approved.version}, with the digest that the answer names,`;
  const standing = loggedStanding(approved, iat);
  if (outcome.kind === "refusal") return { words: `${name} was ${refusalStanding(outcome.code, standing)} in the log before.` };
  if (standing !== "in-force")
    throw new FrostglassError(`answer-computation-${standing}`, `The computation in the answer was ${standing} before it.`);
  return { words: `${name} was approved in the log before.` };
}

export const computationEntries = [
  "computation-approved/1",
  "computation-superseded/1",
  "computation-expires/1",
  "computation-revoked/1",
] as const;

/** A refusal because the log ended a computation has to show that end. */
function refusalStanding(code: RefusalCode, standing: LoggedStanding): string {
  const ended = code === "computation-revoked" || code === "computation-superseded";
  if (ended && code !== `computation-${standing}`)
    throw new FrostglassError(
      "answer-refusal-unfounded",
      "The log entries shown do not say that the computation ended as the refusal says.",
    );
  return standing === "in-force" ? "approved" : standing;
}

/** Step 8: the log shows the grant of this requester, for this computation and purpose, in force at the time that the answer states. */
export function checkGrant(shown: Shown): Found {
  const answer = answerOf(shown);
  const entries = entriesOf(shown, "requester-added/1", "requester-granted/1", "requester-cut-off/1");
  if (entries.length === 0 && isRefusal(shown)) return refusalRestsOn("grant");
  const ofRequester = before(shown, entries, "grant").filter(({ content }) => content.requester === answer.aud);
  const lastCut = ofRequester.findLastIndex(({ content }) => content.entry === "requester-cut-off/1");
  const fitting = ofRequester.filter(({ content }) => content.entry === "requester-granted/1" && fits(content, answer));
  if (fitting.length === 0)
    throw new FrostglassError("answer-grant-mismatch", "The grant shown is for another requester, computation or purpose than the answer.");
  if (!ofRequester.slice(lastCut + 1).some((entry) => fitting.includes(entry)))
    throw new FrostglassError("answer-grant-ended", "The requester was cut off between the grant and the answer.");
  if (!fitting.some(({ content }) => isInForce(content, answer.iat)))
    throw new FrostglassError("answer-grant-out-of-time", "The grant shown was not in force at the time that the answer states.");
  const { aud, computation, purpose, iat } = answer;
  return { words: `The log shows the grant of ${aud} for ${computation.id ?? "it"} and ${purpose}, in force at ${formatInstant(iat)}.` };
}

/** Step 9: the policy that the answer names is the last one that the file shows before it. */
export function checkPolicy(shown: Shown): Found {
  const last = before(shown, entriesOf(shown, "policy-set/1"), "policy").at(-1);
  if (last?.content.policy !== answerOf(shown).policy)
    throw new FrostglassError("answer-policy-mismatch", "The answer names another policy than the log entry shown.");
  return { words: `The policy that the answer names was put in force by entry ${last.index}.` };
}

/** Step 10: the epoch that the answer names is the last one that the file shows before it. */
export function checkEpoch(shown: Shown): Found {
  const { epoch } = answerOf(shown);
  const last = before(shown, entriesOf(shown, "epoch-published/1"), "epoch").at(-1)?.content;
  if (last === undefined || last.number !== epoch.number || last.root !== epoch.root || last.asOf !== epoch.asOf)
    throw new FrostglassError("answer-epoch-mismatch", "The answer names another epoch than the log entry shown.");
  return { words: `The records are those of epoch ${epoch.number}, as of ${epoch.asOf}, with the root that the log committed to.` };
}

type GrantEntry = Extract<Entry, { entry: "requester-granted/1" }>;
type RequesterEntry = Extract<Entry, { requester: string }>;

function fits(grant: GrantEntry, { aud, computation, purpose }: Answer): boolean {
  return grant.requester === aud && grant.computation === computation.id && grant.purposes.includes(purpose);
}

function isInForce(content: RequesterEntry, iat: number): boolean {
  return content.entry === "requester-granted/1" && content.from <= iat && iat < content.until;
}

/** The entries that stand before the answer. Throws `evidence-entry-absent` and `evidence-entry-late`. */
function before<Kind extends Entry["entry"]>(
  { evidence }: Shown,
  entries: readonly ProvedEntry<Kind>[],
  what: string,
): readonly ProvedEntry<Kind>[] {
  if (entries.length === 0)
    throw new FrostglassError("evidence-entry-absent", `The file does not show the ${what} that the answer rests on.`);
  const earlier = entries.filter(({ index }) => index < evidence.proof.index);
  if (earlier.length === 0) throw new FrostglassError("evidence-entry-late", `The ${what} shown came into the log after the answer.`);
  return earlier;
}

function refusalRestsOn(what: string): Found {
  return { words: `The answer is a refusal; the file shows no ${what}, and a refusal need not have one.`, notShown: true };
}

function isRefusal(shown: Shown): boolean {
  return answerOf(shown).outcome.kind === "refusal";
}

function answerOf({ evidence }: Shown): Answer {
  return evidence.answer.answer;
}
