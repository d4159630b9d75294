import { formatBase64Url, parseBase64Url } from "../bytes/base64.js";
import { decodeUtf8, encodeUtf8 } from "../bytes/utf8.js";
import type { ErrorCode } from "../errors/codes.js";
import { asFrostglassError, FrostglassError } from "../errors/error.js";
import { isJsonObject, type JsonValue, parseStrictJson } from "./strictJson.js";

/** The three members of a header, and the only ones. */
export interface JwsHeader {
  /** Both name Ed25519: RFC 8037 the first, RFC 9864 the second. We write the first, which more verifiers know. */
  readonly alg: "EdDSA" | "Ed25519";
  readonly typ: string;
  /** RFC 7638 thumbprint of the signer's key. */
  readonly kid: string;
}

const maxSegmentLength = 400;
const cacheLimit = 1024;
// A sender's header is the same in each message. Only headers that passed every check are kept, under their exact text.
const decodedSegments = new Map<string, JwsHeader>();
const encodedSegments = new Map<string, string>();

/** The header's segment, base64url. */
export function encodeHeader(typ: string, kid: string): string {
  const json = `{"alg":"EdDSA","typ":${JSON.stringify(typ)},"kid":${JSON.stringify(kid)}}`;
  return encodedSegments.get(json) ?? remember(encodedSegments, json, formatBase64Url(encodeUtf8(json)));
}

/**
 * Decodes a header's segment. Throws `jws-header-too-long`, `base64-invalid`, a `json-…` code, `jws-header-key-refused` (jwk, jku, x5…),
 * `jws-crit-refused`, `jws-b64-refused`, `jws-header-member-refused` (any other member), `jws-alg-refused`, `jws-typ-refused` or
 * `jws-kid-refused`.
 */
export function decodeHeader(segment: string): JwsHeader {
  return decodedSegments.get(segment) ?? remember(decodedSegments, segment, checkHeader(parseHeader(segment)));
}

/**
 * The key that a message names, by its header alone: nothing is verified, so it is good for the order in which messages are looked at and no more. However a
 * sender writes its header, the key is the same. Undefined for a header that `decodeHeader` refuses: why is said when the message's turn comes.
 */
export function keyNamed(message: string): string | undefined {
  try {
    return decodeHeader(message.slice(0, Math.max(0, message.indexOf(".")))).kid;
  } catch (thrown) {
    if (asFrostglassError(thrown) === undefined) throw thrown;
    return undefined;
  }
}

function remember<T>(cache: Map<string, T>, key: string, value: T): T {
  if (cache.size >= cacheLimit) cache.clear();
  cache.set(key, value);
  return value;
}

function parseHeader(segment: string): JsonValue {
  if (segment.length > maxSegmentLength) throw refused("jws-header-too-long", "The header of the message is too long.");
  return parseStrictJson(decodeUtf8(parseBase64Url(segment)));
}

function checkHeader(header: JsonValue): JwsHeader {
  if (!isJsonObject(header)) throw refused("jws-malformed", "The header of the message is not a JSON object.");
  for (const member of Object.keys(header)) checkMember(member);
  const { alg, typ, kid } = header;
  // RFC 8725 §3.1: the algorithm comes from the key, which is always Ed25519; the header may only agree.
  if (alg !== "EdDSA" && alg !== "Ed25519") throw refused("jws-alg-refused", "The message is not signed with Ed25519.");
  if (typeof typ !== "string") throw refused("jws-typ-refused", "The message does not state its kind.");
  if (typeof kid !== "string" || !/^[A-Za-z0-9_-]{43}$/.test(kid)) {
    throw refused("jws-kid-refused", "The message does not name its key by an RFC 7638 thumbprint.");
  }
  return { alg, typ, kid };
}

/** Members by which a sender would choose the key that is to verify it, RFC 7515 §4.1.2, 3, 5 to 8. */
const keyMembers: readonly string[] = ["jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256"];

function checkMember(member: string): void {
  if (member === "alg" || member === "typ" || member === "kid") return;
  if (keyMembers.includes(member)) throw refused("jws-header-key-refused", "The header brings its own key or says where to fetch one.");
  if (member === "crit") throw refused("jws-crit-refused", "The header asks for extensions.");
  if (member === "b64") throw refused("jws-b64-refused", "The header asks for another encoding of the payload.");
  throw refused("jws-header-member-refused", "The header has a member other than alg, typ and kid.");
}

function refused(code: ErrorCode, sentence: string): FrostglassError {
  return new FrostglassError(code, sentence);
}
