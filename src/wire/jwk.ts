import { importPublicKey, type PrivateKey, type PublicKey, sha256 } from "#crypto";
import { formatBase64Url, parseBase64Url } from "../bytes/base64.js";
import { FrostglassError } from "../errors/error.js";
import type { SigningKey } from "./jws.js";
import { isJsonObject, type JsonValue } from "./strictJson.js";

/** A public Ed25519 key as a JWK (RFC 7517, RFC 8037 §2). */
export interface Jwk {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly x: string;
  readonly kid: string;
  readonly alg: "EdDSA";
  readonly use: "sig";
}

/** The RFC 7638 thumbprint of a raw 32-byte Ed25519 public key: base64url of SHA-256 over its required members (RFC 8037 appendix A.3). */
export function thumbprint(publicKey: Uint8Array): string {
  return formatBase64Url(sha256(`{"crv":"Ed25519","kty":"OKP","x":"${formatBase64Url(publicKey)}"}`));
}

/** A private key with its `kid`, ready to sign messages. */
export function signingKey(privateKey: PrivateKey): SigningKey {
  return { kid: thumbprint(privateKey.publicKey.bytes), privateKey };
}

/** The JWK to publish for a key that signs. */
export function formatJwk(publicKey: PublicKey): Jwk {
  const { bytes } = publicKey;
  return { kty: "OKP", crv: "Ed25519", x: formatBase64Url(bytes), kid: thumbprint(bytes), alg: "EdDSA", use: "sig" };
}

/**
 * Takes a public JWK strictly. Throws `jwk-private` when it holds the private part, `jwk-invalid` for another type of key, another member or a
 * `kid` that is not its thumbprint, `public-key-invalid` for a bad point.
 */
export function parseJwk(jwk: JsonValue): PublicKey {
  if (!isJsonObject(jwk)) throw invalid("it is not an object");
  const { kty, crv, x, kid, alg = "EdDSA", use = "sig", ...others } = jwk;
  if ("d" in others) throw new FrostglassError("jwk-private", "The JWK holds a private key.");
  if (Object.keys(others).length > 0) throw invalid("it has a member that is not known here");
  if (kty !== "OKP" || crv !== "Ed25519" || typeof x !== "string") throw invalid("it is not an Ed25519 key");
  if ((alg !== "EdDSA" && alg !== "Ed25519") || use !== "sig") throw invalid("it is not meant for Ed25519 signatures");
  const publicKey = importPublicKey(parseBase64Url(x));
  if (kid !== undefined && kid !== thumbprint(publicKey.bytes)) throw invalid("its kid is not its thumbprint");
  return publicKey;
}

function invalid(why: string): FrostglassError {
  return new FrostglassError("jwk-invalid", `The JWK was refused: ${why}.`);
}
