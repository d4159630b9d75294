import { asFrostglassError } from "../errors/error.js";
import { parseEvidence } from "../evidence/evidenceFile.js";
import { parseNote } from "../note/signedNote.js";
import { parseCheckpoint } from "../tlog/checkpoint.js";
import type { Tree } from "../tlog/merkle.js";
import { TileReader } from "../tlog/tileReader.js";
import type { AuditMemory } from "./auditOptions.js";
import { parseAuditState } from "./auditState.js";
import { quietly } from "./publishedText.js";
import type { Audited } from "./verifyEvidence.js";

/**
 * What an audit left that matters to one evidence file: its acts, and the tree that it saw at the size of the file's checkpoint. `saved` is what the memory
 * loads. Throws `audit-state-invalid`, and `tile-not-authentic` where the mirror is damaged.
 */
export async function recallAudit(saved: string, memory: Pick<AuditMemory, "readTile">, evidence: string): Promise<Audited> {
  const { origin, acts, checkpoint } = parseAuditState(saved);
  const size = quietly(() => parseCheckpoint(parseEvidence(evidence).proof.checkpoint.text).size);
  const tree = size === undefined ? undefined : await treeAt(parseCheckpoint(parseNote(checkpoint).text), size, memory);
  return { origin, acts, ...(tree === undefined ? {} : { tree }) };
}

/** Undefined past what was audited, and where an audit that was interrupted did not read the tiles. */
async function treeAt(audited: Tree, size: number, { readTile }: Pick<AuditMemory, "readTile">): Promise<Tree | undefined> {
  if (size > audited.size) return undefined;
  try {
    const reader = await TileReader.open(audited, readTile);
    return { size, root: await reader.rootAt(size) };
  } catch (thrown) {
    if (asFrostglassError(thrown, "tile-missing") === undefined) throw thrown;
    return undefined;
  }
}
