import { equalBytes } from "../bytes/bytes.js";
import { asFrostglassError, FrostglassError } from "../errors/error.js";
import type { VerifierKey } from "../note/verifierKey.js";
import type { AddCheckpoint } from "../tlog/addCheckpoint.js";
import { parseCheckpoint, type SignedCheckpoint, verifyCheckpoint } from "../tlog/checkpoint.js";
import { checkConsistency, emptyRoot, type Tree } from "../tlog/merkle.js";

/** The tree that a witness cosigned last for an origin; of size 0 where it never cosigned one. */
export type Cosigned = Tree;

/** What a witness makes of a request, before anything is written. */
export type Verdict =
  /** The checkpoint continues the tree that was cosigned last: it may be cosigned. */
  | { readonly kind: "consistent"; readonly checkpoint: SignedCheckpoint }
  /** The sender believes in another last size than the witness has. */
  | { readonly kind: "other-size"; readonly size: number }
  /** The log signed two trees of one size. Both notes are proof of it. */
  | { readonly kind: "split-view"; readonly checkpoint: SignedCheckpoint };

/** What a witness knows when it judges. */
export interface WitnessRecord {
  /** The keys trusted for an origin; none where the origin is unknown. */
  keysOf(origin: string): readonly VerifierKey[];
  cosigned(origin: string): Cosigned;
}

/**
 * Judges a request in the order of C2SP tlog-witness, add-checkpoint. Pure. Throws `witness-log-unknown` (404); `note-unsigned`,
 * `note-signature-invalid` or `checkpoint-origin-mismatch` (403); `witness-old-size-invalid` (400); `consistency-proof-invalid` (422); and what
 * `parseCheckpoint` throws (400).
 */
export function judge({ oldSize, proof, checkpoint: note }: AddCheckpoint, record: WitnessRecord): Verdict {
  // 1. The origin is known.
  const { origin } = parseCheckpoint(note.text);
  const keys = record.keysOf(origin);
  if (keys.length === 0)
    throw new FrostglassError("witness-log-unknown", "This witness does not know the checkpoint's origin.", { origin });
  // 2. A key that is trusted for it signed the checkpoint.
  const checkpoint = verifyCheckpoint(note, keys);
  // 3. The old size is possible.
  if (oldSize > checkpoint.size)
    throw new FrostglassError("witness-old-size-invalid", "The old size is larger than the checkpoint's.", {
      oldSize,
      size: checkpoint.size,
    });
  // 4. The old size is that of the tree that was cosigned last.
  const last = record.cosigned(origin);
  if (last.size === checkpoint.size && last.size > 0 && !equalBytes(last.root, checkpoint.root)) return { kind: "split-view", checkpoint };
  if (oldSize !== last.size) return { kind: "other-size", size: last.size };
  // 5. The new tree continues it.
  checkContinues(last, checkpoint, proof);
  return { kind: "consistent", checkpoint };
}

function checkContinues(last: Tree, tree: Tree, proof: readonly Uint8Array[]): void {
  if (last.size === 0 && proof.length > 0) throw inconsistent("A proof from size 0 is empty.");
  if (tree.size === 0 && !equalBytes(tree.root, emptyRoot())) throw inconsistent("The root is not that of an empty tree.");
  if (last.size === 0) return;
  try {
    checkConsistency(last, tree, proof);
  } catch (thrown) {
    if (asFrostglassError(thrown) === undefined) throw thrown;
    throw inconsistent("The proof does not lead from the tree that was cosigned last to this one.", thrown);
  }
}

function inconsistent(why: string, cause?: unknown): FrostglassError {
  return new FrostglassError("consistency-proof-invalid", why, {}, { cause });
}
