import { formatBase64, parseBase64 } from "../bytes/base64.js";
import { concat } from "../bytes/bytes.js";
import { formatHex, parseHex } from "../bytes/hex.js";
import { FrostglassError } from "../errors/error.js";
import { parseSignerName } from "./keyName.js";

/** One signature of a note, not checked yet. */
export interface NoteSignature {
  readonly name: string;
  /** Four bytes as eight hex digits. */
  readonly keyId: string;
  /** What follows the key ID: 64 bytes for type 0x01, 72 for type 0x04, anything for a type that we do not know. */
  readonly signature: Uint8Array;
}

const keyIdLength = 4;
/** U+2014, the em dash. */
const dash = "\u2014";

/*
 * — holder.example/log UOKfS9…
 * U+2014, space, key name, space, base64(key ID[4] || signature); the newline that ends the line is not part of these texts
 */

/** Parses one signature line without its newline (C2SP signed-note, Format). Throws `note-signature-malformed`, `key-name-invalid`. */
export function parseSignatureLine(line: string): NoteSignature {
  const [start, name, material, ...rest] = line.split(" ");
  if (start !== dash || name === undefined || material === undefined || rest.length > 0) throw malformed("it is not `— name base64`");
  const bytes = parseMaterial(material);
  if (bytes.length <= keyIdLength) throw malformed("it is too short for a key ID and a signature");
  return { name: parseSignerName(name), keyId: formatHex(bytes.subarray(0, keyIdLength)), signature: bytes.subarray(keyIdLength) };
}

/** Formats one signature line, without a newline. */
export function formatSignatureLine(signature: NoteSignature): string {
  return `${dash} ${signature.name} ${formatBase64(concat(parseHex(signature.keyId), signature.signature))}`;
}

function parseMaterial(text: string): Uint8Array {
  try {
    return parseBase64(text);
  } catch (cause) {
    throw malformed("its last part is not canonical base64", cause);
  }
}

function malformed(why: string, cause?: unknown): FrostglassError {
  return new FrostglassError("note-signature-malformed", `A signature line cannot be read: ${why}.`, {}, { cause });
}
