import { encodeUtf8 } from "../bytes/utf8.js";
import { FrostglassError } from "../errors/error.js";
import { formatSignatureLine, type NoteSignature, parseSignatureLine } from "./signatureLine.js";
import { cosignedMessage, decodeTimestamped } from "./timestampedSignature.js";
import { ed25519Type, type Signer, type VerifierKey, verifierKeyOf } from "./verifierKey.js";

/** A note as it was received. Nothing in it may be trusted before `verifyNote`. */
export interface Note {
  /** The signed text, with its final newline and without the blank line. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
  /** The exact whole, to store and pass on. */
  readonly full: string;
}

/** A signature that was checked, and the key that made it. */
export interface VerifiedSignature {
  readonly key: VerifierKey;
  readonly signature: Uint8Array;
}

/** C2SP signed-note asks for at least 16 and for an upper limit. */
export const maxSignatures = 64;
/** In UTF-16 units: room for a long manifest and for 64 signatures of types larger than ours. */
export const maxNoteLength = 1 << 20;

/*
 * holder.example/log
 * 20852163
 * CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
 *                                                   the last blank line parts text and signatures
 * — holder.example/log Az3grlgtzPICa5OS8npVmf1M…
 * — witness.example/w1 jWbPPwAAAABkGFDLEZMHwSRa…
 */

/**
 * Parses a signed note (C2SP signed-note, Format). Text from the network comes through `decodeUtf8` first. Throws `note-too-long`,
 * `note-character-refused` (a carriage return, for one), `note-malformed`, `note-too-many-signatures`, `note-signature-malformed`,
 * `key-name-invalid`.
 */
export function parseNote(full: string): Note {
  checkCharacters(full);
  const blank = full.lastIndexOf("\n\n");
  if (blank < 0) throw malformed("no blank line parts the text from the signatures");
  return { text: full.slice(0, blank + 1), signatures: parseSignatureLines(full.slice(blank + 2)), full };
}

/**
 * Parses one or more signature lines, each ended by a newline: the end of a note, or what a witness replies (C2SP tlog-witness). Throws
 * `note-malformed`, `note-too-many-signatures`, `note-signature-malformed`, `key-name-invalid`.
 */
export function parseSignatureLines(block: string): readonly NoteSignature[] {
  if (!block.endsWith("\n")) throw malformed("the signature lines do not end in a newline");
  const lines = block.slice(0, -1).split("\n");
  if (lines.length > maxSignatures)
    throw new FrostglassError("note-too-many-signatures", "The note has too many signatures.", {
      count: lines.length,
      limit: maxSignatures,
    });
  return lines.map(parseSignatureLine);
}

/** Joins a text and signature lines (each without its newline) to a note. Throws what `parseNote` throws. */
export function formatNote(text: string, signatureLines: readonly string[]): string {
  checkText(text);
  return parseNote(`${text}\n${signatureLines.map((line) => `${line}\n`).join("")}`).full;
}

/** The note with one more signature line; a line of the same name and key ID is replaced, so that no note names a key twice. */
export function addSignature(note: Note, line: string): Note {
  const added = parseSignatureLine(line);
  const others = note.signatures.filter((each) => each.name !== added.name || each.keyId !== added.keyId);
  return parseNote(formatNote(note.text, [...others.map(formatSignatureLine), line]));
}

/**
 * Signs a text with type 0x01 and gives the signature line, without a newline. Throws `note-malformed`, `note-character-refused`,
 * `key-name-invalid`.
 */
export function signNote(text: string, signer: Signer): string {
  checkText(text);
  const { name, keyId } = verifierKeyOf(signer, ed25519Type);
  return formatSignatureLine({ name, keyId, signature: signer.privateKey.sign(encodeUtf8(text)) });
}

/**
 * Checks the signatures of all keys in `keys` and passes over every other one (C2SP signed-note, Signatures). Gives the keys that signed,
 * at least one. Throws `note-unsigned` when none of them did, `note-signature-invalid` when one of them signed something else (the whole
 * note is refused), `note-signature-duplicate`, `verifier-key-ambiguous`.
 */
export function verifyNote(note: Note, keys: readonly VerifierKey[]): readonly VerifierKey[] {
  const verified = verifiedSignatures(note, keys);
  if (verified.length === 0) throw new FrostglassError("note-unsigned", "No key that is known here signed the note.");
  return verified.map(({ key }) => key);
}

/** Like `verifyNote`, but "nobody known signed" is an empty list here, not an error. */
export function verifiedSignatures(note: Note, keys: readonly VerifierKey[]): readonly VerifiedSignature[] {
  const seen = new Set<VerifierKey>();
  return note.signatures.flatMap(({ name, keyId, signature }) => {
    const key = findKey(keys, name, keyId);
    if (key === undefined) return [];
    if (seen.has(key)) throw new FrostglassError("note-signature-duplicate", "One key signed the note twice.", { name, keyId });
    seen.add(key);
    if (!signatureHolds(key, note.text, signature))
      throw new FrostglassError("note-signature-invalid", "The signature of a known key does not hold.", { name, keyId });
    return [{ key, signature }];
  });
}

function findKey(keys: readonly VerifierKey[], name: string, keyId: string): VerifierKey | undefined {
  const [found, ...others] = keys.filter((key) => key.name === name && key.keyId === keyId);
  if (others.length > 0) throw new FrostglassError("verifier-key-ambiguous", "Two known keys have one name and key ID.", { name, keyId });
  return found;
}

function signatureHolds(key: VerifierKey, text: string, signature: Uint8Array): boolean {
  if (key.type === ed25519Type) return key.publicKey.verify(encodeUtf8(text), signature);
  const stamped = decodeTimestamped(signature);
  return stamped !== undefined && key.publicKey.verify(cosignedMessage(stamped.time, text), stamped.signature);
}

function checkText(text: string): void {
  checkCharacters(text);
  if (!text.endsWith("\n")) throw malformed("the text does not end in a newline");
}

/** C2SP signed-note, Format: UTF-8 (so no lone surrogate), and no control character below U+0020 but the newline. */
function checkCharacters(text: string): void {
  if (text.length > maxNoteLength) throw new FrostglassError("note-too-long", "The note is too long.", { limit: maxNoteLength });
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 && code !== 0x0a) throw refused(i);
  }
  if (/\p{Surrogate}/u.test(text)) throw refused(text.search(/\p{Surrogate}/u));
}

function refused(position: number): FrostglassError {
  return new FrostglassError("note-character-refused", "The note has a character that no note may have.", { position });
}

function malformed(why: string): FrostglassError {
  return new FrostglassError("note-malformed", `The text is not a signed note: ${why}.`);
}
