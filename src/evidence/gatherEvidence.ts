import { FrostglassError } from "../errors/error.js";
import { checkInclusion, leafHash } from "../tlog/merkle.js";
import { fullWidth } from "../tlog/tile.js";
import type { TileReader } from "../tlog/tileReader.js";
import { decodeAnswer } from "../wire/answer.js";
import type { AnswerReply } from "../wire/answerReply.js";
import { decodeEntry, encodeAnswerEntry } from "../wire/entry.js";
import { checkOrigin, checkShownEntry, type Evidence, type ShownEntry } from "./evidenceFile.js";
import type { PublishedLog } from "./publishedLog.js";

/**
 * Gathers the evidence for an answer from the log that its node publishes, and checks every proof in it: the answer is in the log at `index`, and
 * so are the entries that it rests on. Whether these agree with the answer is another question, see the auditor's `verifyEvidence`. `log` must
 * reach past all indexes. Throws `evidence-other-holder`, `answer-not-logged` when the log has something else at `index`, `tree-index-out-of-range`, the codes of
 * `TileReader`, `entry-invalid`, and what `decodeAnswer` throws.
 */
export async function gatherEvidence(log: PublishedLog, reply: Pick<AnswerReply, "answer" | "index" | "context">): Promise<Evidence> {
  const { checkpoint, reader } = log;
  const answer = decodeAnswer(reply.answer);
  checkOrigin(checkpoint.origin, answer);
  const indexes = [...new Set(reply.context)].sort((a, b) => a - b);
  const [hashes, entries] = await Promise.all([reader.proveInclusion(reply.index), showEntries(reader, indexes)]);
  if (!isIncluded(() => checkInclusion(leafHash(encodeAnswerEntry(answer.digest)), reply.index, checkpoint, hashes)))
    throw new FrostglassError("answer-not-logged", "The log does not hold the answer where the node says.", { index: reply.index });
  for (const entry of entries) checkShownEntry(entry, checkpoint);
  return { proof: { extra: undefined, index: reply.index, hashes, checkpoint: checkpoint.note }, answer, entries };
}

/** The entries at these indexes, each with its proof; a bundle that holds some of them is read once. Throws as `gatherEvidence` does. */
export async function showEntries(reader: TileReader, indexes: readonly number[]): Promise<readonly ShownEntry[]> {
  const numbers = [...new Set(indexes.map((index) => Math.floor(index / fullWidth)))];
  const bundles = new Map(await Promise.all(numbers.map(async (number) => [number, await reader.entries(number)] as const)));
  return Promise.all(indexes.map((index) => showEntry(reader, bundles.get(Math.floor(index / fullWidth)) ?? [], index)));
}

async function showEntry(reader: TileReader, bundle: readonly Uint8Array[], index: number): Promise<ShownEntry> {
  const proof = await reader.proveInclusion(index);
  const entry = bundle[index % fullWidth];
  if (entry === undefined) throw new FrostglassError("tree-index-out-of-range", "The tree has no entry at this index.", { index });
  return { index, entry, proof, content: decodeEntry(entry) };
}

function isIncluded(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (thrown) {
    if (thrown instanceof FrostglassError && thrown.code === "inclusion-proof-invalid") return false;
    throw thrown;
  }
}
