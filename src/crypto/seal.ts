import { createCipheriv, createDecipheriv } from "node:crypto";
import { concat } from "../bytes/bytes.js";
import { newBytes } from "../bytes/newBytes.js";
import { FrostglassError } from "../errors/error.js";
import { hmacSha256, randomBytes } from "./native.js";
import type { Message } from "./primitives.js";

const nonceLength = 12;
const tagLength = 16;

/** How many bytes `seal` adds to a plaintext: nonce and tag. */
export const sealOverhead = nonceLength + tagLength;

/**
 * Seals `plaintext` with AES-256-GCM (NIST SP 800-38D) under a 32-byte key: `nonce[12] || ciphertext || tag[16]`. The nonce is random, so one
 * key may seal at most 2^32 messages; pages use a key each. A text is sealed as its UTF-8 bytes. `associated` says what the bytes are and where they belong; it is not stored.
 */
export function seal(key: Uint8Array, plaintext: Message, associated: Uint8Array): Uint8Array {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: tagLength });
  cipher.setAAD(associated);
  const ciphertext = typeof plaintext === "string" ? cipher.update(plaintext, "utf8") : cipher.update(plaintext);
  cipher.final();
  return concat(nonce, ciphertext, cipher.getAuthTag());
}

/** Opens what `seal` made with the same key and associated bytes. Throws `seal-broken` when anything was altered, moved or cut. */
export function open(key: Uint8Array, sealed: Uint8Array, associated: Uint8Array): Uint8Array {
  if (sealed.length < sealOverhead) throw broken();
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, nonceLength), { authTagLength: tagLength });
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(sealed.length - tagLength));
  const plaintext = decipher.update(sealed.subarray(nonceLength, sealed.length - tagLength));
  try {
    decipher.final();
  } catch (cause) {
    throw broken(cause);
  }
  return plaintext;
}

/**
 * One 32-byte key from a uniformly random 32-byte key and a label: HKDF-Expand (RFC 5869 §2.3) with one block, T(1) = HMAC(PRK, info || 0x01).
 * The extract step is left out because the input is already a key (RFC 5869 §3.3).
 */
export function deriveKey(key: Uint8Array, info: Uint8Array): Uint8Array {
  const message = newBytes(info.length + 1);
  message.set(info);
  message[info.length] = 1;
  return hmacSha256(key, message);
}

function broken(cause?: unknown): FrostglassError {
  return new FrostglassError("seal-broken", "Sealed bytes did not open: they were altered, cut or put in another place.", {}, { cause });
}
