import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Epoch } from "../../admission/governance.js";
import { equalBytes } from "../../bytes/bytes.js";
import type { Computation } from "../../computations/computation.js";
import { parseParameters } from "../../computations/parameters.js";
import type { PageColumns } from "../../datasets/page.js";
import { FrostglassError } from "../../errors/error.js";
import { checkSubject, parseOpening } from "../../evidence/openingFile.js";
import { parseDay } from "../../model/calendar.js";
import type { Digest } from "../../model/digest.js";
import type { Outcome } from "../../model/outcome.js";
import { type Answer, type DecodedAnswer, decodeAnswer, maxAnswerLength } from "../../wire/answer.js";
import { encodeAnswerEntry } from "../../wire/entry.js";
import { parseStrictJson } from "../../wire/strictJson.js";
import { openDatasetAt } from "../records/history.js";
import type { VaultState } from "../state.js";
import type { Vault } from "../vault.js";

/*
 * Computing an answer again, on the premises: from the sealed pages of the epoch that it names, with the computation's text and the parameters that it
 * names, about the subject that its opening names. What is compared is outcome and reason codes. It charges nothing and is an entry of the log.
 */

const requestShape = z.strictObject({
  /** The answer JWS. Its signature is for `verifyEvidence` to check; here it counts that this log holds its digest. */
  answer: z.string().max(maxAnswerLength),
  /** Where the log has it. */
  index: z.int().min(0),
  /** The text of the opening file. */
  opening: z.string().max(1024),
});

export type ReplayRequest = z.infer<typeof requestShape>;

/** What an answer says, or should have said, of its subject. */
export interface Said {
  readonly outcome: Outcome;
  readonly reasonCodes: readonly string[];
}

export interface ReplayReport {
  readonly result: "right" | "wrong";
  readonly answer: Digest;
  readonly epoch: Pick<Epoch, "number" | "asOf">;
  readonly signed: Said;
  readonly recomputed: Said;
}

/** Parses a request that came over the admin socket. Throws `admin-invalid`. */
export function parseReplayRequest(text: string): ReplayRequest {
  const parsed = requestShape.safeParse(parseStrictJson(text, { maxDepth: 2 }));
  if (parsed.success) return parsed.data;
  throw new FrostglassError("admin-invalid", `The replay is not of a known form: ${parsed.error.issues[0]?.path.join(".") ?? ""}.`);
}

/**
 * Computes an answer of this node again. When it returns, the log says that it was done and what came out; one that was wrong raises the alarm
 * `outcome-differs` too. Throws, and logs nothing, where it cannot be done: `answer-not-logged`, `subject-commitment-mismatch`, `replay-refusal`,
 * `answer-epoch-mismatch`, `computation-missing`, `page-erased`, what `openDatasetAt` throws, and as decoding does.
 */
export function replayAnswer(vault: Vault, { answer: text, index, opening: openingText }: ReplayRequest): ReplayReport {
  const { state } = vault;
  const decoded = decodeAnswer(text);
  requireLogged(vault, decoded, index);
  const opening = parseOpening(openingText);
  checkSubject(decoded, opening);
  const { outcome, reasonCodes } = requireComputed(decoded.answer);
  const epoch = epochAt(state, decoded.answer, index);
  const recomputed = compute(state, decoded.answer, epoch, state.pseudonymOf(opening.subject));
  const signed = { outcome, reasonCodes };
  const result = isDeepStrictEqual(recomputed, signed) ? "right" : "wrong";
  record(vault, decoded.digest, result);
  return { result, answer: decoded.digest, epoch: { number: epoch.number, asOf: epoch.asOf }, signed, recomputed };
}

function requireLogged({ state, head }: Vault, { digest }: DecodedAnswer, index: number): void {
  const [entry] = index < head.size ? state.store.entries(index, index + 1) : [];
  if (entry === undefined || !equalBytes(entry, encodeAnswerEntry(digest)))
    throw new FrostglassError("answer-not-logged", "This node's log does not hold the answer there.", { index });
}

function requireComputed(answer: Answer): Answer {
  if (answer.outcome.kind === "refusal") throw new FrostglassError("replay-refusal", "The answer is a refusal: no record was read for it.");
  return answer;
}

/** The epoch that was in force where the answer stands in the log, which is the one that it has to name. */
function epochAt({ governance }: VaultState, { epoch: named }: Answer, index: number): Epoch {
  const epoch = governance.epochs.findLast(({ position }) => position < index);
  if (epoch === undefined || epoch.number !== named.number || epoch.root !== named.root || epoch.asOf !== named.asOf)
    throw new FrostglassError("answer-epoch-mismatch", "The answer names another epoch than the one that was in force before it.");
  return epoch;
}

function compute(state: VaultState, answer: Answer, epoch: Epoch, pseudonym: Uint8Array): Said {
  const computation = state.computations.get(answer.computation.digest);
  if (computation === undefined)
    throw new FrostglassError("computation-missing", "The answer's computation is not in this log, or does not fit the schemas any more.");
  const parameters = parseParameters(computation, answer.parameters);
  const { outcome, reasonCodes } = computation.evaluate(readPages(state, computation, epoch, pseudonym), parameters, parseDay(epoch.asOf));
  return { outcome, reasonCodes };
}

function readPages(state: VaultState, { datasets }: Computation, epoch: Epoch, pseudonym: Uint8Array): (PageColumns | undefined)[] {
  return datasets.map(({ name }) => {
    const dataset = openDatasetAt(state, epoch, name);
    try {
      return dataset.lookUp(pseudonym);
    } finally {
      dataset.close();
    }
  });
}

/** P6 for replays: the entry is durable before anybody hears what came out. */
function record(vault: Vault, answer: Digest, result: ReplayReport["result"]): void {
  vault.administer((batch) => void batch.addGovernance({ entry: "answer-replayed/1", at: vault.state.now(), answer, result }));
  if (result === "wrong") vault.alarms.raise(new FrostglassError("outcome-differs", "An answer is not what the records give.", { answer }));
}
