import { formatBase64, parseBase64 } from "../bytes/base64.js";
import { FrostglassError } from "../errors/error.js";
import { formatNote, type Note, signNote, type VerifiedSignature, verifiedSignatures } from "../note/signedNote.js";
import { ed25519Type, type Signer, type VerifierKey } from "../note/verifierKey.js";
import { parseDecimal } from "./decimal.js";
import { hashLength, type Tree } from "./merkle.js";

/** What a log says of its tree. */
export interface Checkpoint extends Tree {
  /** The log's name, and the name of its key. */
  readonly origin: string;
  /** Further lines, which no monitor can check; ours has none. */
  readonly extensions: readonly string[];
}

/** A checkpoint whose log signature was checked, with the note that carries it. */
export interface SignedCheckpoint extends Checkpoint {
  readonly note: Note;
}

/*
 * holder.example/log
 * 20852163
 * CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
 */

/**
 * Parses the text of a checkpoint (C2SP tlog-checkpoint, Note text), which is a note's text, not the whole note. Throws
 * `checkpoint-malformed`, `checkpoint-size-invalid`, `checkpoint-root-invalid`.
 */
export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith("\n")) throw malformed("its last line does not end in a newline");
  const [origin = "", size = "", root = "", ...extensions] = text.slice(0, -1).split("\n");
  if ([origin, size, root, ...extensions].includes("")) throw malformed("it has an empty line, or fewer than three lines");
  return { origin, size: parseSize(size), root: parseRoot(root), extensions };
}

/** The text of a checkpoint without extension lines. Throws what `parseCheckpoint` throws. */
export function formatCheckpoint({ origin, size, root }: Omit<Checkpoint, "extensions">): string {
  const text = `${origin}\n${size}\n${formatBase64(root)}\n`;
  if (parseCheckpoint(text).extensions.length > 0) throw malformed("its origin has more than one line");
  return text;
}

/**
 * Signs a tree under the log's name, with more than one key of that name while a log changes its key, and gives the whole note. Whoever calls this has made the tiles and the checkpoint durable first, or
 * releases nothing before they are: a signed checkpoint that is not kept is a fork.
 */
export function signCheckpoint(tree: Tree, signer: Signer, ...others: readonly Signer[]): string {
  const text = formatCheckpoint({ origin: signer.name, size: tree.size, root: tree.root });
  return formatNote(
    text,
    [signer, ...others].map((each) => signNote(text, each)),
  );
}

/**
 * Checks a checkpoint against the log keys that are trusted: one of them, named as the origin, must have signed it, and no other known
 * key may have a bad signature on it. Throws `note-unsigned`, `note-signature-invalid`, `note-signature-duplicate`,
 * `checkpoint-origin-mismatch` and what `parseCheckpoint` throws.
 */
export function verifyCheckpoint(note: Note, logKeys: readonly VerifierKey[]): SignedCheckpoint {
  const verified = verifiedSignatures(note, logKeys);
  return checkpointSignedBy(note, verified);
}

/** The checkpoint in a note, given the signatures that were checked. Throws `note-unsigned`, `checkpoint-origin-mismatch`. */
export function checkpointSignedBy(note: Note, verified: readonly VerifiedSignature[]): SignedCheckpoint {
  const logs = verified.filter(({ key }) => key.type === ed25519Type);
  if (logs.length === 0) throw new FrostglassError("note-unsigned", "No known log signed the checkpoint.");
  const checkpoint = parseCheckpoint(note.text);
  if (!logs.some(({ key }) => key.name === checkpoint.origin))
    throw new FrostglassError("checkpoint-origin-mismatch", "A key that belongs to another log signed the checkpoint.", {
      origin: checkpoint.origin,
    });
  return { ...checkpoint, note };
}

function parseSize(text: string): number {
  const size = parseDecimal(text);
  if (size === undefined)
    throw new FrostglassError("checkpoint-size-invalid", "The checkpoint's size is not a plain decimal number up to 2^53 − 1.");
  return size;
}

function parseRoot(text: string): Uint8Array {
  let root: Uint8Array;
  try {
    root = parseBase64(text);
  } catch (cause) {
    throw new FrostglassError("checkpoint-root-invalid", "The checkpoint's root is not canonical base64.", {}, { cause });
  }
  if (root.length === hashLength) return root;
  throw new FrostglassError("checkpoint-root-invalid", "The checkpoint's root does not have 32 bytes.", { length: root.length });
}

function malformed(why: string): FrostglassError {
  return new FrostglassError("checkpoint-malformed", `The text is not a checkpoint: ${why}.`);
}
