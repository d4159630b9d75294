import { ed25519 } from "@noble/curves/ed25519.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { randomBytes as nobleRandom } from "@noble/hashes/utils.js";
import { formatHex } from "../bytes/hex.js";
import { encodeUtf8 } from "../bytes/utf8.js";
import { FrostglassError } from "../errors/error.js";
import { checkPublicKeyPoint } from "./point.js";
import type { Message, Primitives, PrivateKey, PublicKey } from "./primitives.js";

export type { PrivateKey, PublicKey } from "./primitives.js";

export function sha256(message: Message): Uint8Array {
  return nobleSha256(bytesOf(message));
}

export function sha256Hex(message: Message): string {
  return formatHex(sha256(message));
}

export function hmacSha256(key: Uint8Array, message: Message): Uint8Array {
  return hmac(nobleSha256, key, bytesOf(message));
}

function bytesOf(message: Message): Uint8Array {
  return typeof message === "string" ? encodeUtf8(message) : message;
}

function publicKeyOf(bytes: Uint8Array): PublicKey {
  return { bytes, verify: (message, signature) => verifies(bytes, message, signature) };
}

function verifies(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  try {
    // zip215: false is RFC 8032's strict rule, the one that OpenSSL follows; the consensus rule of ZIP 215 accepts more.
    return ed25519.verify(signature, message, key, { zip215: false }) && hasPrimeOrderR(signature);
  } catch {
    return false; // noble throws for an R that is no point; to the caller that is only a bad signature
  }
}

/**
 * noble multiplies both sides of the equation by the cofactor, OpenSSL does not (RFC 8032 §5.1.7 allows either). They part ways only when R
 * has a component of small order, as a signer can make it on purpose; with such an R refused, both accept the same signatures.
 */
function hasPrimeOrderR(signature: Uint8Array): boolean {
  return ed25519.Point.fromBytes(signature.subarray(0, 32), false).isTorsionFree();
}

export function importPublicKey(bytes: Uint8Array): PublicKey {
  checkPublicKeyPoint(bytes);
  return publicKeyOf(new Uint8Array(bytes));
}

export function importPrivateKey(seed: Uint8Array): PrivateKey {
  if (seed.length !== 32) throw new FrostglassError("private-key-invalid", "An Ed25519 seed has 32 bytes.", { length: seed.length });
  const secret = new Uint8Array(seed); // a copy: what was given may be a view, and change
  return { publicKey: publicKeyOf(ed25519.getPublicKey(secret)), sign: (message) => ed25519.sign(message, secret) };
}

export function randomBytes(length: number): Uint8Array {
  return nobleRandom(length);
}

({ sha256, sha256Hex, hmacSha256, importPublicKey, importPrivateKey, randomBytes }) satisfies Primitives;
