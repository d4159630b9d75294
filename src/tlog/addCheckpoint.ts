import { formatBase64, parseBase64 } from "../bytes/base64.js";
import { FrostglassError } from "../errors/error.js";
import type { NoteSignature } from "../note/signatureLine.js";
import { type Note, parseNote, parseSignatureLines } from "../note/signedNote.js";
import { parseDecimal } from "./decimal.js";
import { hashLength } from "./merkle.js";

/** What is sent to a witness: a checkpoint, and the proof that its tree continues the one that the witness cosigned last. */
export interface AddCheckpoint {
  /** The size that the witness cosigned last, as far as the sender knows; 0 for never. */
  readonly oldSize: number;
  /** RFC 6962 §2.1.2, from `oldSize` to the checkpoint's size; none where `oldSize` is 0 or equal to that size. */
  readonly proof: readonly Uint8Array[];
  /** The checkpoint, exact, with the log's signatures. Not checked yet. */
  readonly checkpoint: Note;
}

/** The media type of a 409 reply that states a size. */
export const treeSizeType = "text/x.tlog.size";
/** No tree of up to 2^63 leaves needs more. */
const maxProofLines = 63;
/** The longest request body, in bytes: 63 proof lines of 45, and a note of at most 1 MiB. */
export const maxAddCheckpointLength = (1 << 20) + 4096;

/*
 * old 20852014
 * PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=     none to 63 of them
 *
 * holder.example/log                               from here on the signed checkpoint, verbatim
 * 20852163
 * CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
 *
 * — holder.example/log Az3grlgt…
 */

/**
 * Parses the body of an add-checkpoint request (C2SP tlog-witness, add-checkpoint). Throws `witness-request-malformed`, and what `parseNote`
 * throws for the checkpoint; a witness replies 400 to each of them.
 */
export function parseAddCheckpoint(body: string): AddCheckpoint {
  const blank = body.indexOf("\n\n");
  if (blank < 0) throw malformed("no blank line parts the proof from the checkpoint");
  const [old = "", ...lines] = body.slice(0, blank).split("\n");
  const oldSize = old.startsWith("old ") ? parseDecimal(old.slice("old ".length)) : undefined;
  if (oldSize === undefined) throw malformed("the first line is not `old` and a plain decimal number");
  if (lines.length > maxProofLines) throw malformed("it has more than 63 proof lines");
  return { oldSize, proof: lines.map(parseProofLine), checkpoint: parseNote(body.slice(blank + 2)) };
}

/** The body of an add-checkpoint request. */
export function formatAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpoint): string {
  return [`old ${oldSize}`, ...proof.map(formatBase64), "", checkpoint.full].join("\n");
}

/** Parses the body of a 409 reply of type `text/x.tlog.size`: the size that the witness cosigned last. Throws `witness-reply-malformed`. */
export function parseTreeSize(body: string): number {
  const size = body.endsWith("\n") ? parseDecimal(body.slice(0, -1)) : undefined;
  if (size === undefined) throw replyMalformed("it is not one plain decimal number and a newline");
  return size;
}

export function formatTreeSize(size: number): string {
  return `${size}\n`;
}

/**
 * Parses the body of a 200 reply: one or more signature lines, in the order given, not checked. The caller passes over those of unknown keys.
 * Throws `witness-reply-malformed`, `note-too-many-signatures` and what `parseSignatureLine` throws.
 */
export function parseCosignatures(body: string): readonly NoteSignature[] {
  if (body === "" || !body.endsWith("\n")) throw replyMalformed("it is not signature lines, each ended by a newline");
  return parseSignatureLines(body);
}

function parseProofLine(line: string): Uint8Array {
  const hash = parseHash(line);
  if (hash.length !== hashLength) throw malformed("a proof line does not have 32 bytes");
  return hash;
}

function parseHash(line: string): Uint8Array {
  try {
    return parseBase64(line);
  } catch (cause) {
    throw malformed("a proof line is not canonical base64", cause);
  }
}

function malformed(why: string, cause?: unknown): FrostglassError {
  return new FrostglassError("witness-request-malformed", `The request to a witness cannot be read: ${why}.`, {}, { cause });
}

function replyMalformed(why: string): FrostglassError {
  return new FrostglassError("witness-reply-malformed", `The reply of a witness cannot be read: ${why}.`);
}
