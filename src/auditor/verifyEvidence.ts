import { equalBytes } from "../bytes/bytes.js";
import { FrostglassError } from "../errors/error.js";
import type { LoggedEntry } from "../evidence/answerKeys.js";
import { type Evidence, parseEvidence } from "../evidence/evidenceFile.js";
import type { Opening } from "../evidence/openingFile.js";
import type { SignedCheckpoint } from "../tlog/checkpoint.js";
import type { Tree } from "../tlog/merkle.js";
import { noQuorum, type Policy } from "../tlog/policy.js";
import type { Entry } from "../wire/entry.js";
import { checkComputation, checkEpoch, checkGrant, checkPolicy, computationEntries } from "./governanceSteps.js";
import { notProved } from "./notProved.js";
import { checkEntry, checkKey, checkLog, checkSignature, checkSubjectOf, isKeyEntry, keyEntries } from "./proofSteps.js";
import type { Act } from "./replay.js";
import type { EvidenceReport, Step } from "./report.js";
import type { Shown } from "./shown.js";
import { type Found, StepList } from "./stepList.js";
import { clockSlack, describeWitnesses, isWitnessedBefore, readWitnesses, type Witnessing } from "./witnesses.js";

/** What a verifier may know besides the file and the trust file. */
export interface Knowledge {
  /** From the opening file: lets the report say that the answer is about that subject; without it nobody learns who the subject is. */
  readonly opening?: Opening | undefined;
  /**
   * What an audit of the same log read: an evidence file cannot show what came after it, such as that its key was stolen, and need not show what
   * speaks against it. What its acts say of keys is taken as the log's word.
   */
  readonly audited?: Audited | undefined;
}

export interface Audited {
  readonly origin: string;
  readonly acts: readonly Act[];
  /** The tree that was seen at the size of the evidence's checkpoint; absent where the audit did not come so far. */
  readonly tree?: Tree;
}

/**
 * Verifies one evidence file offline, in numbered steps. `trust` is the trust file: it alone decides whom to believe. Never throws for what the file
 * holds: whatever is wrong with it is in the report.
 */
export function verifyEvidence(text: string, trust: Policy, { opening, audited }: Knowledge = {}): EvidenceReport {
  const list = new StepList();
  const evidence = list.read("The file", () => readFile(text));
  const checkpoint = list.read("The log", evidence && (() => readLog(evidence, trust, audited)));
  const shown = evidence && checkpoint && { evidence, checkpoint, trust, keyActs: keyActsOf(audited) };
  const ask = (check: (shown: Shown) => Found) => shown && (() => check(shown));
  list.look("The entry", ask(checkEntry));
  const witnessing = list.read("The witnesses", shown && (() => readWitnessing(shown))) ?? nobody(trust);
  list.look("The answer key", ask(checkKey));
  list.look("The signature", ask(checkSignature));
  list.look("The computation", ask(checkComputation));
  list.look("The grant", ask(checkGrant));
  list.look("The policy", ask(checkPolicy));
  list.look("The epoch", ask(checkEpoch));
  list.look(
    "The subject",
    ask((file) => checkSubjectOf(file, opening)),
  );
  return reportOf(list.steps, witnessing, { evidence, checkpoint, opened: opening !== undefined });
}

/** Step 1: every part is well-formed, and nothing rides along that no step would look at. */
function readFile(text: string): readonly [Evidence, Found] {
  const evidence = parseEvidence(text);
  if (!evidence.entries.every(({ content }) => lookedAt.has(content.entry)))
    throw new FrostglassError("evidence-entry-needless", "The file carries a log entry that no answer rests on.");
  return [evidence, { words: `The file is whole: an answer, its proof, and ${evidence.entries.length} log entries that it rests on.` }];
}

function keyActsOf(audited: Audited | undefined): readonly LoggedEntry[] {
  const ofKeys = (audited?.acts ?? []).filter(({ entry }) => isKeyEntry(entry));
  return ofKeys.map(({ index, entry }) => ({ index, content: entry }));
}

const lookedAt: ReadonlySet<Entry["entry"]> = new Set<Entry["entry"]>([
  ...keyEntries,
  "policy-set/1",
  ...computationEntries,
  "requester-added/1",
  "requester-granted/1",
  "requester-cut-off/1",
  "epoch-published/1",
]);

function readLog(evidence: Evidence, trust: Policy, audited: Audited | undefined): readonly [SignedCheckpoint, Found] {
  const checkpoint = checkLog(evidence, trust);
  if (audited !== undefined) checkAudited(checkpoint, audited);
  const seen = audited === undefined ? "." : audited.tree === undefined ? ". The audit did not come so far." : ", as the audit saw it.";
  return [
    checkpoint,
    { words: `The trust file names the log ${checkpoint.origin}, which signed the checkpoint and is the holder's own${seen}` },
  ];
}

/** Who has both the evidence and a mirror finds out whether the holder showed two people the same log. */
function checkAudited({ origin, size, root }: SignedCheckpoint, audited: Audited): void {
  if (audited.origin !== origin)
    throw new FrostglassError("audit-other-log", "What was audited is another log than the answer's.", { audited: audited.origin });
  if (audited.tree?.size === size && !equalBytes(audited.tree.root, root))
    throw new FrostglassError("evidence-other-view", "The log showed another tree of this size to the audit than to this file.", { size });
}

function readWitnessing({ evidence, trust }: Shown): readonly [Witnessing, Found] {
  const { checkpoint } = evidence.proof;
  const witnessing = readWitnesses(checkpoint, trust);
  // The answer's time decides whether grant and computation were in force. It is the holder's own word, but witnesses cannot have seen what was not there.
  if (isWitnessedBefore(checkpoint, trust, evidence.answer.answer.iat - clockSlack))
    throw new FrostglassError(
      "answer-postdated",
      "The quorum had cosigned the answer's log a day and more before the time that the answer claims.",
    );
  return [witnessing, describeWitnesses(witnessing)];
}

/** Who is known to have cosigned when the question could not be asked. */
function nobody(trust: Policy): Witnessing {
  return { witnesses: [], witnessing: trust.quorum === noQuorum ? "not-asked" : "not-yet-witnessed" };
}

interface Read {
  readonly evidence: Evidence | undefined;
  readonly checkpoint: SignedCheckpoint | undefined;
  readonly opened: boolean;
}

function reportOf(steps: readonly Step[], witnessing: Witnessing, { evidence, checkpoint, opened }: Read): EvidenceReport {
  const verdict = verdictOf(steps, witnessing);
  return {
    verdict,
    holds: verdict === "holds",
    steps,
    ...(evidence === undefined ? {} : { answer: evidence.answer.answer, index: evidence.proof.index }),
    ...(checkpoint === undefined ? {} : { log: { origin: checkpoint.origin, size: checkpoint.size } }),
    ...witnessing,
    notProved: notProved(evidence?.answer.answer, witnessing, opened),
  };
}

function verdictOf(steps: readonly Step[], { witnessing }: Witnessing): EvidenceReport["verdict"] {
  if (steps.some(({ result }) => result === "fails")) return "fails";
  return witnessing === "not-yet-witnessed" ? "not-yet-witnessed" : "holds";
}
