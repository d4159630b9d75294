import { createHmac, createPrivateKey, createPublicKey, hash, type KeyObject, randomFillSync, sign, verify } from "node:crypto";
import { newBytes } from "../bytes/newBytes.js";
import { FrostglassError } from "../errors/error.js";
import { checkPublicKeyPoint } from "./point.js";
import type { Message, Primitives, PrivateKey, PublicKey } from "./primitives.js";

export type { PrivateKey, PublicKey } from "./primitives.js";

// RFC 8410 §7: the fixed DER prefixes before a raw Ed25519 key.
const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");
const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");

export function sha256(message: Message): Uint8Array {
  return fromLatin1(hash("sha256", message, "binary"));
}

export function sha256Hex(message: Message): string {
  return hash("sha256", message, "hex");
}

export function hmacSha256(key: Uint8Array, message: Message): Uint8Array {
  return fromLatin1(createHmac("sha256", key).update(message).digest("binary"));
}

/** A digest comes as a text with one character a byte: a Buffer from node:crypto costs more than the hash, and this short an array next to nothing. */
function fromLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

class NativePublicKey implements PublicKey {
  readonly bytes: Uint8Array;
  readonly #key: KeyObject;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#key = createPublicKey({ key: Buffer.concat([spkiPrefix, bytes]), format: "der", type: "spki" });
  }

  verify(message: Uint8Array, signature: Uint8Array): boolean {
    return signature.length === 64 && verify(null, message, this.#key, signature);
  }
}

class NativePrivateKey implements PrivateKey {
  readonly publicKey: PublicKey;
  readonly #key: KeyObject;

  constructor(seed: Uint8Array) {
    this.#key = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: "der", type: "pkcs8" });
    const spki = createPublicKey(this.#key).export({ format: "der", type: "spki" });
    this.publicKey = new NativePublicKey(new Uint8Array(spki.subarray(spkiPrefix.length)));
  }

  sign(message: Uint8Array): Uint8Array {
    return sign(null, message, this.#key);
  }
}

export function importPublicKey(bytes: Uint8Array): PublicKey {
  checkPublicKeyPoint(bytes);
  return new NativePublicKey(new Uint8Array(bytes));
}

export function importPrivateKey(seed: Uint8Array): PrivateKey {
  if (seed.length !== 32) throw new FrostglassError("private-key-invalid", "An Ed25519 seed has 32 bytes.", { length: seed.length });
  return new NativePrivateKey(seed);
}

// The system's generator charges for the call, not for the bytes. What was given out is wiped here.
const pool = new Uint8Array(4096);
let poolUsed = pool.length;

export function randomBytes(length: number): Uint8Array {
  if (length > pool.length) return randomFillSync(new Uint8Array(length));
  if (poolUsed + length > pool.length) {
    randomFillSync(pool);
    poolUsed = 0;
  }
  const bytes = newBytes(length);
  bytes.set(pool.subarray(poolUsed, poolUsed + length));
  pool.fill(0, poolUsed, poolUsed + length);
  poolUsed += length;
  return bytes;
}

({ sha256, sha256Hex, hmacSha256, importPublicKey, importPrivateKey, randomBytes }) satisfies Primitives;
