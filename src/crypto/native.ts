import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  hash,
  type KeyObject,
  sign,
  randomBytes as systemRandom,
  verify,
} from "node:crypto";
import { FrostglassError } from "../errors/error.js";
import { checkPublicKeyPoint } from "./point.js";
import type { Primitives, PrivateKey, PublicKey } from "./primitives.js";

export type { PrivateKey, PublicKey } from "./primitives.js";

// RFC 8410 §7: the fixed DER prefixes before a raw Ed25519 key.
const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");
const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");

export function sha256(message: Uint8Array): Uint8Array {
  return hash("sha256", message, "buffer");
}

export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  return createHmac("sha256", key).update(message).digest();
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

export function randomBytes(length: number): Uint8Array {
  return systemRandom(length);
}

({ sha256, hmacSha256, importPublicKey, importPrivateKey, randomBytes }) satisfies Primitives;
