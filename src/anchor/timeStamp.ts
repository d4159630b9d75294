import { concat, equalBytes } from "../bytes/bytes.js";
import { parseHex } from "../bytes/hex.js";
import { decodeUtf8 } from "../bytes/utf8.js";
import { FrostglassError } from "../errors/error.js";
import type { Anchor, Anchored } from "./anchor.js";
import { DerReader, der, malformed, tags } from "./der.js";

/*
 * RFC 3161 time-stamps: a request for one over a SHA-256 digest, and what a reply says. The authority's signature is not checked here, since judging
 * certificates is not ours: `openssl ts -verify` does it, with the certificate that the reader trusts.
 */

const oids = {
  sha256: parseHex("608648016503040201"),
  signedData: parseHex("2a864886f70d010702"),
  timeStampInfo: parseHex("2a864886f70d0109100104"),
} as const;

const sha256Algorithm = der(tags.sequence, der(tags.oid, oids.sha256), der(tags.empty));

/** A time-stamping authority. */
export const timeStamps: Anchor = {
  kind: "rfc3161",
  ending: "tsr",
  requestType: "application/timestamp-query",
  replyType: "application/timestamp-reply",
  request: (digest, nonce) =>
    der(
      tags.sequence,
      der(tags.integer, new Uint8Array([1])),
      der(tags.sequence, sha256Algorithm, der(tags.octets, digest)),
      der(tags.integer, nonce),
      der(tags.boolean, new Uint8Array([0xff])), // the certificate comes with the reply, so that it can be verified in ten years
    ),
  readRequest,
  read,
};

/** Takes a request that we could have written, and no other. Throws `anchor-reply-malformed`. */
function readRequest(bytes: Uint8Array): { readonly digest: Uint8Array; readonly nonce: Uint8Array } {
  const fields = new DerReader(bytes).inside(tags.sequence);
  fields.take(tags.integer);
  const imprint = fields.inside(tags.sequence);
  imprint.take(tags.sequence);
  const [digest, nonce] = [imprint.take(tags.octets), fields.take(tags.integer)];
  if (!equalBytes(timeStamps.request(digest, nonce), bytes)) throw malformed("the request is not one of ours");
  return { digest, nonce };
}

/** TimeStampResp: a status, then a token, which is a CMS SignedData around the TSTInfo. */
function read(reply: Uint8Array): Anchored {
  const outer = new DerReader(reply);
  const response = outer.inside(tags.sequence);
  outer.end();
  checkStatus(response.inside(tags.sequence));
  const token = response.inside(tags.sequence);
  response.end();
  return readInfo(signedContent(token));
}

function checkStatus(statusInfo: DerReader): void {
  const [status] = statusInfo.take(tags.integer);
  if (status !== 0 && status !== 1)
    throw new FrostglassError("anchor-refused", "The authority did not grant the time-stamp.", { status: status ?? -1 });
}

function signedContent(token: DerReader): Uint8Array {
  requireOid(token, oids.signedData, "the token is not signed data");
  const signed = token.inside(tags.explicit0).inside(tags.sequence);
  signed.take(tags.integer);
  signed.take(tags.set);
  const content = signed.inside(tags.sequence);
  requireOid(content, oids.timeStampInfo, "what was signed is not a time-stamp");
  return content.inside(tags.explicit0).take(tags.octets);
}

function readInfo(bytes: Uint8Array): Anchored {
  const outer = new DerReader(bytes);
  const fields = outer.inside(tags.sequence);
  outer.end();
  if (!equalBytes(fields.take(tags.integer), new Uint8Array([1]))) throw malformed("the time-stamp is of another version");
  fields.take(tags.oid);
  const digest = readImprint(fields.inside(tags.sequence));
  const serial = fields.take(tags.integer);
  const time = readTime(fields.take(tags.time));
  fields.skip(tags.sequence); // accuracy
  fields.skip(tags.boolean); // ordering
  const nonce = fields.skip(tags.integer);
  return { digest, time, serial, ...(nonce === undefined ? {} : { nonce }) };
}

function readImprint(imprint: DerReader): Uint8Array {
  const algorithm = imprint.inside(tags.sequence);
  requireOid(algorithm, oids.sha256, "the digest is not SHA-256");
  const digest = imprint.take(tags.octets);
  imprint.end();
  if (digest.length !== 32) throw malformed("the digest is not SHA-256");
  return digest;
}

function requireOid(reader: DerReader, oid: Uint8Array, otherwise: string): void {
  if (!equalBytes(reader.take(tags.oid), oid)) throw malformed(otherwise);
}

/** GeneralizedTime as RFC 3161 has it: UTC, with seconds, perhaps with a fraction, which is cut. */
function readTime(content: Uint8Array): number {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d*[1-9])?Z$/.exec(decodeUtf8(content));
  if (match === null) throw malformed("the time is not in UTC with seconds");
  const [, year, month, day, hour, minute, second] = match;
  const milliseconds = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(milliseconds)) throw malformed("there is no such time");
  return milliseconds / 1000;
}

/** A nonce out of random bytes: a positive INTEGER in its shortest form. */
export function nonceOf(random: Uint8Array): Uint8Array {
  return concat(new Uint8Array([0x40 | ((random[0] ?? 0) & 0x3f)]), random.subarray(1));
}
