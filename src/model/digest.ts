import { sha256Hex } from "#crypto";
import { formatHex, parseHex } from "../bytes/hex.js";
import { FrostglassError } from "../errors/error.js";

/** A SHA-256 digest in text: `sha256:` and 64 lower-case hexadecimal digits. One digest has one text, so texts compare with `===`. */
export type Digest = `sha256:${string}`;

export const digestPattern = /^sha256:[0-9a-f]{64}$/;

/** The text of a 32-byte digest. Throws `digest-invalid` for another length. */
export function formatDigest(bytes: Uint8Array): Digest {
  if (bytes.length !== 32) throw invalid();
  return `sha256:${formatHex(bytes)}`;
}

/** Takes the text of a digest as it is. Throws `digest-invalid` for anything but its one form. */
export function parseDigest(text: string): Digest {
  if (!digestPattern.test(text)) throw invalid();
  return text as Digest;
}

/** The 32 bytes that a digest names. */
export function digestBytes(digest: Digest): Uint8Array {
  return parseHex(digest.slice("sha256:".length));
}

/** The SHA-256 of the exact bytes given, as a digest text. A text stands for its UTF-8 bytes. */
export function digestOf(content: Uint8Array | string): Digest {
  return `sha256:${sha256Hex(content)}`;
}

function invalid(): FrostglassError {
  return new FrostglassError("digest-invalid", "A digest is `sha256:` and 64 lower-case hexadecimal digits.");
}
