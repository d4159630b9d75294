import { equalBytes } from "../bytes/bytes.js";
import type { ErrorCode } from "../errors/codes.js";
import { asFrostglassError, FrostglassError } from "../errors/error.js";
import { type ListedAnchor, listAnchors, readAnchor } from "../evidence/publishedAnchors.js";
import type { PublishedFiles } from "../evidence/publishedFiles.js";
import { parseNote } from "../note/signedNote.js";
import type { VerifierKey } from "../note/verifierKey.js";
import { type SignedCheckpoint, verifyCheckpoint } from "../tlog/checkpoint.js";
import { TileReader } from "../tlog/tileReader.js";
import { formatInstant } from "./witnesses.js";

/** What one anchor says about the log. */
export interface JudgedAnchor extends ListedAnchor {
  readonly result: "holds" | "fails";
  /** By the authority's clock, Unix seconds; absent where the reply could not be read. */
  readonly time?: number;
  readonly words: string;
  /** With `fails` only. */
  readonly code?: ErrorCode;
}

/**
 * Holds each anchor that a node publishes against the log that was audited: the log's key signed the anchored checkpoint, and the audited log begins with
 * its tree. The authority's signature is not judged: `openssl ts -verify` does it. Throws `anchor-list-invalid`, and what reading files throws.
 */
export async function judgeAnchors(
  files: PublishedFiles,
  audited: SignedCheckpoint,
  logKeys: readonly VerifierKey[],
): Promise<readonly JudgedAnchor[]> {
  const listed = await listAnchors(files);
  if (listed.length === 0) return [];
  const reader = await TileReader.open(audited, files.bytes);
  const judged: JudgedAnchor[] = [];
  for (const each of listed) judged.push(await judge(files, each, reader, logKeys));
  return judged;
}

async function judge(
  files: PublishedFiles,
  listed: ListedAnchor,
  reader: TileReader,
  logKeys: readonly VerifierKey[],
): Promise<JudgedAnchor> {
  try {
    const { checkpoint, anchored } = await readAnchor(files, listed);
    await checkContinued(verifyCheckpoint(parseNote(checkpoint), logKeys), listed, reader);
    const says = `The first ${listed.size} entries were there at ${formatInstant(anchored.time)}, says the reply of an authority (${listed.kind})`;
    const words = `${says}; whether the authority signed it was not checked.`;
    return { ...listed, result: "holds", time: anchored.time, words };
  } catch (thrown) {
    const error = asFrostglassError(thrown);
    if (error === undefined) throw thrown;
    return { ...listed, result: "fails", words: error.message, code: error.code };
  }
}

async function checkContinued({ size, root }: SignedCheckpoint, listed: ListedAnchor, reader: TileReader): Promise<void> {
  if (size !== listed.size) throw new FrostglassError("anchor-mismatch", "The anchored checkpoint is of another size than the list says.");
  if (size > reader.tree.size || !equalBytes(await reader.rootAt(size), root))
    throw new FrostglassError("anchor-contradicts-log", "The log does not continue the tree that was anchored.", { size });
}
