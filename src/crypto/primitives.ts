/**
 * What every floor above may ask of cryptography, whichever engine serves it. Import the values from `#crypto`: Node gets `native.ts`
 * (node:crypto), a browser gets `portable.ts` (@noble). Both must agree on every vector in `test/crypto/`.
 */

/** An Ed25519 verification key that passed the checks of `importPublicKey`: canonical, on the curve, not of small order. */
export interface PublicKey {
  /** The 32-byte encoding of RFC 8032 §5.1.2. */
  readonly bytes: Uint8Array;
  /** True when `signature` (64 bytes) is this key's over `message` (RFC 8032 §5.1.7, strict S). Never throws for bad bytes. */
  verify(message: Uint8Array, signature: Uint8Array): boolean;
}

/** An Ed25519 signing key. Keep it inside the process that owns its role. */
export interface PrivateKey {
  readonly publicKey: PublicKey;
  /** The 64-byte deterministic signature of RFC 8032 §5.1.6. */
  sign(message: Uint8Array): Uint8Array;
}

/** A text stands for its UTF-8 bytes. */
export type Message = Uint8Array | string;

export interface Primitives {
  /** SHA-256 (FIPS 180-4), 32 bytes. */
  sha256(message: Message): Uint8Array;
  /** The same in lower-case hexadecimal. */
  sha256Hex(message: Message): string;
  /** HMAC-SHA256 (RFC 2104), 32 bytes. */
  hmacSha256(key: Uint8Array, message: Message): Uint8Array;
  /** Takes a raw 32-byte public key. Throws `public-key-invalid` for a wrong length, a non-canonical or small-order point. */
  importPublicKey(bytes: Uint8Array): PublicKey;
  /** Takes a 32-byte seed (RFC 8032 §5.1.5). Throws `private-key-invalid` for another length. */
  importPrivateKey(seed: Uint8Array): PrivateKey;
  /** Bytes from the system's generator. */
  randomBytes(length: number): Uint8Array;
}
