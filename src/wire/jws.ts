import type { PrivateKey, PublicKey } from "#crypto";
import { formatBase64Url, parseBase64Url } from "../bytes/base64.js";
import { decodeUtf8, encodeUtf8 } from "../bytes/utf8.js";
import { FrostglassError } from "../errors/error.js";
import { decodeHeader, encodeHeader, type JwsHeader } from "./jwsHeader.js";
import { isJsonObject, type JsonObject, parseStrictJson } from "./strictJson.js";

/*
 * JWS compact serialization (RFC 7515 §7.1) with Ed25519 (RFC 8037 §3.1), one strict form:
 *
 *   base64url({"alg":"EdDSA","typ":"…","kid":"<thumbprint>"}) . base64url(<strict JSON object>) . base64url(<64-byte signature>)
 *
 * The exact text is what was signed, what is hashed and what is kept. Nothing is ever written anew from decoded parts.
 */

/** A JWS whose every part is well-formed. Its signature is NOT checked yet: `verifyJws` does that, with a key that the caller chose by `kid`. */
export interface DecodedJws {
  readonly text: string;
  /** The bytes of `text`, which is ASCII. */
  readonly bytes: Uint8Array;
  readonly header: JwsHeader;
  readonly payload: JsonObject;
  readonly signingInput: Uint8Array;
  readonly signature: Uint8Array;
}

/** What signs messages: a private key and the RFC 7638 thumbprint of its public key. Made by `signingKey` in jwk.ts. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: PrivateKey;
}

/** Signs a payload: an object, written in the order of its members, or the exact bytes of one. `kid` is the thumbprint of the key. */
export function signJws(typ: string, payload: object, privateKey: PrivateKey, kid: string): string {
  const bytes = payload instanceof Uint8Array ? payload : encodeUtf8(JSON.stringify(payload));
  const signed = `${encodeHeader(typ, kid)}.${formatBase64Url(bytes)}`;
  return `${signed}.${formatBase64Url(privateKey.sign(encodeUtf8(signed)))}`;
}

/**
 * Takes a JWS apart and checks all of its form, nothing of its signature. `maxLength` counts characters. Throws `jws-too-long`,
 * `jws-malformed`, `base64-invalid`, `utf8-invalid`, a `json-…` code, or a code of `decodeHeader`.
 */
export function decodeJws(text: string, { typ, maxLength }: { readonly typ: string; readonly maxLength: number }): DecodedJws {
  if (text.length > maxLength) throw new FrostglassError("jws-too-long", "The message is longer than its kind may be.", { maxLength });
  const { first, second } = dotsOf(text);
  const header = decodeHeader(text.slice(0, first));
  if (header.typ !== typ)
    throw new FrostglassError("jws-typ-refused", "The message is not of the kind that is expected here.", { expected: typ });
  const signature = parseBase64Url(text.slice(second + 1));
  if (signature.length !== 64) throw new FrostglassError("jws-malformed", "An Ed25519 signature has 64 bytes.");
  const payload = parseStrictJson(decodeUtf8(parseBase64Url(text.slice(first + 1, second))));
  if (!isJsonObject(payload)) throw new FrostglassError("jws-malformed", "The payload of the message is not a JSON object.");
  const bytes = encodeUtf8(text); // only base64url and two dots by now, so a character is a byte
  return { text, bytes, header, payload, signingInput: bytes.subarray(0, second), signature };
}

/** Checks the signature over the exact bytes that were received. Throws `jws-signature-invalid`. */
export function verifyJws(decoded: DecodedJws, publicKey: PublicKey): void {
  if (publicKey.verify(decoded.signingInput, decoded.signature)) return;
  throw new FrostglassError("jws-signature-invalid", "The signature of the message does not verify under the sender's key.");
}

function dotsOf(text: string): { first: number; second: number } {
  const first = text.indexOf(".");
  const second = text.indexOf(".", first + 1);
  const isWhole = first > 0 && second > first + 1 && second < text.length - 1 && text.indexOf(".", second + 1) < 0;
  if (!isWhole) throw new FrostglassError("jws-malformed", "A compact JWS has exactly three parts between dots, none of them empty.");
  return { first, second };
}
