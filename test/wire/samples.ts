import { importPrivateKey } from "#crypto";
import { formatBase64Url } from "../../src/bytes/base64.js";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { type Digest, digestOf } from "../../src/model/digest.js";
import type { Answer } from "../../src/wire/answer.js";
import type { Consent } from "../../src/wire/consent.js";
import { signingKey } from "../../src/wire/jwk.js";
import type { Query } from "../../src/wire/query.js";

/** The Ed25519 key of RFC 8037 appendix A.1. */
export const rfcKey = {
  seed: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
  x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
  thumbprint: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
};

export const privateKey = importPrivateKey(Buffer.from(rfcKey.seed, "base64url"));
export const key = signingKey(privateKey);

export const digest: Digest = digestOf(encodeUtf8("a manifest"));
export const subject = { scheme: "uscc", id: "91350100M000100Y43" };

export const query: Query = {
  iss: "bank.example",
  aud: "tax.example",
  iat: 1_700_000_000,
  exp: 1_700_000_060,
  jti: "Zm9vYmFyYmF6cXV4",
  subject,
  computation: digest,
  parameters: { cutoff: 560, region: "north" },
  purpose: "loan-origination",
};

export const consent: Consent = {
  iss: "consent.example",
  jti: "Y29uc2VudC0wMDAwMQ",
  subject,
  aud: "bank.example",
  purposes: ["loan-origination"],
  computations: [digest],
  nbf: 1_699_000_000,
  exp: 1_701_000_000,
};

export const answer: Answer = {
  iss: "tax.example",
  aud: "bank.example",
  iat: 1_700_000_001,
  jti: "YW5zd2VyLTAwMDAwMDE",
  query: digest,
  computation: { id: "sales-continuity", version: "1.0.0", digest },
  parameters: { cutoff: 560 },
  purpose: "loan-origination",
  consent: digest,
  policy: digest,
  epoch: { number: 3, root: digest, asOf: "2020-01-31" },
  outcome: { kind: "decision", decision: true },
  reasonCodes: ["R12"],
  disclosure: { bits: "1.585", remaining: "6.415" },
  subjectCommitment: formatBase64Url(new Uint8Array(32).fill(1)),
  salt: formatBase64Url(new Uint8Array(32).fill(2)),
  environment: "demo",
  suite: "frostglass-1",
};

/** A compact JWS of any header and payload text, properly signed: what a hostile but known sender can make. */
export function forge(header: string | Uint8Array, payload: string | Uint8Array): string {
  const signed = [header, payload].map((part) => formatBase64Url(typeof part === "string" ? encodeUtf8(part) : part)).join(".");
  return `${signed}.${formatBase64Url(privateKey.sign(encodeUtf8(signed)))}`;
}

/** The JSON of an object with some members replaced, added or (where undefined) left out. */
export function altered(object: object, changes: Record<string, unknown>): string {
  return JSON.stringify({ ...object, ...changes });
}
