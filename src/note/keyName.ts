import { FrostglassError } from "../errors/error.js";

/** The longest name that a key of ours, or one that we are to know, may have; tlog-cosignature allows a cosigner's name 255 bytes. */
const maxLength = 255;

// C2SP signed-note, Format: not empty, no Unicode space, no plus. A control character or a lone surrogate could never stand in a note.
const pattern = /^[^\p{White_Space}\p{Cc}\p{Surrogate}+]+$/u;

/**
 * Checks a key name (C2SP signed-note, Format), best a URL without its scheme such as `holder.example/log`. Gives it back, or throws
 * `key-name-invalid`.
 */
export function parseKeyName(text: string): string {
  if (text.length > maxLength) throw invalid();
  return parseSignerName(text);
}

/** The name on a signature line, of any length: what strangers added to a note is passed over, whatever they call themselves. Throws `key-name-invalid`. */
export function parseSignerName(text: string): string {
  if (!pattern.test(text)) throw invalid();
  return text;
}

function invalid(): FrostglassError {
  return new FrostglassError("key-name-invalid", "A key name has 1 to 255 characters, and no space, plus sign or control character.");
}
