import { importPublicKey, type PrivateKey, type PublicKey, sha256 } from "#crypto";
import { formatBase64, parseBase64 } from "../bytes/base64.js";
import { concat } from "../bytes/bytes.js";
import { formatHex } from "../bytes/hex.js";
import { encodeUtf8 } from "../bytes/utf8.js";
import { FrostglassError } from "../errors/error.js";
import { parseKeyName } from "./keyName.js";

/** Signs note texts: logs, reviewers, federations (C2SP signed-note, signature type 0x01). */
export const ed25519Type = 0x01;
/** Cosigns checkpoints, and nothing else (C2SP tlog-cosignature, signature type 0x04). */
export const cosignatureType = 0x04;

export type KeyType = typeof ed25519Type | typeof cosignatureType;

/** A public key that a note may be checked with. Name and key ID together say which key signed. */
export interface VerifierKey {
  readonly name: string;
  readonly type: KeyType;
  /** Four bytes as eight hex digits. An address, not a proof: anybody can make a key with a given ID. */
  readonly keyId: string;
  readonly publicKey: PublicKey;
}

/** A private key and the name that it signs notes under. */
export interface Signer {
  readonly name: string;
  readonly privateKey: PrivateKey;
}

/** The key ID of C2SP signed-note, Signatures: the first four bytes of SHA-256(name || 0x0A || type || public key), in hex. */
export function keyIdOf(name: string, type: KeyType, publicKey: Uint8Array): string {
  return formatHex(sha256(concat(encodeUtf8(`${name}\n`), Uint8Array.of(type), publicKey)).subarray(0, 4));
}

/** The verifier key that belongs to a signer. Throws `key-name-invalid`. */
export function verifierKeyOf(signer: Signer, type: KeyType = ed25519Type): VerifierKey {
  return verifierKey(parseKeyName(signer.name), type, signer.privateKey.publicKey);
}

/*
 * example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k
 * name             key ID   base64(type || public key), which may itself hold plus signs
 */

/**
 * Parses a verifier key in text form (C2SP signed-note, Verifier keys). Throws `verifier-key-malformed`, `key-name-invalid`,
 * `verifier-key-type-unsupported` (another algorithm), `public-key-invalid` (small order and the like) and `verifier-key-id-mismatch`.
 */
export function parseVerifierKey(text: string): VerifierKey {
  const parts = /^([^+]*)\+([0-9a-f]{8})\+([0-9A-Za-z+/=]+)$/.exec(text);
  if (parts === null) throw malformed("it is not name+hex8+base64");
  const [, name = "", keyId = "", material = ""] = parts;
  const bytes = parseMaterial(material);
  const key = verifierKey(parseKeyName(name), parseType(bytes[0]), importPublicKey(bytes.subarray(1)));
  if (key.keyId !== keyId)
    throw new FrostglassError("verifier-key-id-mismatch", "The key ID is not the one of this name and key.", {
      keyId,
      expected: key.keyId,
    });
  return key;
}

/** The text form of a verifier key. */
export function formatVerifierKey(key: VerifierKey): string {
  return `${key.name}+${key.keyId}+${formatBase64(concat(Uint8Array.of(key.type), key.publicKey.bytes))}`;
}

function verifierKey(name: string, type: KeyType, publicKey: PublicKey): VerifierKey {
  return { name, type, keyId: keyIdOf(name, type, publicKey.bytes), publicKey };
}

function parseMaterial(text: string): Uint8Array {
  try {
    return parseBase64(text);
  } catch (cause) {
    throw malformed("its last part is not canonical base64", cause);
  }
}

function parseType(type: number | undefined): KeyType {
  if (type === ed25519Type || type === cosignatureType) return type;
  throw new FrostglassError("verifier-key-type-unsupported", "The verifier key has a signature type other than 0x01 and 0x04.", {
    type: type ?? -1,
  });
}

function malformed(why: string, cause?: unknown): FrostglassError {
  return new FrostglassError("verifier-key-malformed", `The text is not a verifier key: ${why}.`, {}, { cause });
}
