import { calculateJwkThumbprint, importJWK } from "jose";
import { expect, test } from "vitest";
import { formatBase64Url } from "../../src/bytes/base64.js";
import { formatJwk, parseJwk, thumbprint } from "../../src/wire/jwk.js";
import { codeOf } from "../model/codeOf.js";
import { key, privateKey, rfcKey } from "./samples.js";

const published = { kty: "OKP", crv: "Ed25519", x: rfcKey.x };

test("RFC 8037 A.2 and A.3: the public key and its thumbprint", () => {
  expect(formatBase64Url(privateKey.publicKey.bytes)).toBe(rfcKey.x);
  expect(thumbprint(privateKey.publicKey.bytes)).toBe(rfcKey.thumbprint);
  expect(key.kid).toBe(rfcKey.thumbprint);
});

test("jose takes our JWK and makes the same thumbprint", async () => {
  const jwk = formatJwk(privateKey.publicKey);
  expect(jwk).toEqual({ ...published, kid: rfcKey.thumbprint, alg: "EdDSA", use: "sig" });
  expect(await calculateJwkThumbprint(jwk)).toBe(jwk.kid);
  await importJWK({ ...jwk });
});

test("reads the key of RFC 8037 A.2 with and without the optional members", () => {
  for (const more of [{}, { kid: rfcKey.thumbprint }, { alg: "EdDSA", use: "sig" }, { alg: "Ed25519" }]) {
    expect(parseJwk({ ...published, ...more }).bytes).toEqual(privateKey.publicKey.bytes);
  }
});

test.each([
  ["jwk-private", "a private key", { ...published, d: rfcKey.seed }],
  ["jwk-invalid", "no object", "jwk"],
  ["jwk-invalid", "an array", [published]],
  ["jwk-invalid", "no kty", { crv: "Ed25519", x: rfcKey.x }],
  ["jwk-invalid", "another type", { ...published, kty: "EC" }],
  ["jwk-invalid", "another curve", { ...published, crv: "X25519" }],
  ["jwk-invalid", "no x", { kty: "OKP", crv: "Ed25519" }],
  ["jwk-invalid", "x as a number", { ...published, x: 1 }],
  ["jwk-invalid", "another algorithm", { ...published, alg: "ES256" }],
  ["jwk-invalid", "another use", { ...published, use: "enc" }],
  ["jwk-invalid", "a symmetric key beside it", { ...published, k: "AAAA" }],
  ["jwk-invalid", "a kid that is not the thumbprint", { ...published, kid: "key-1" }],
  ["base64-invalid", "padded base64", { ...published, x: `${rfcKey.x}=` }],
  ["public-key-invalid", "a short x", { ...published, x: "AAAA" }],
  ["public-key-invalid", "a point of small order", { ...published, x: `AQ${"A".repeat(41)}` }],
])("%s: %s", (code, _, jwk) => {
  expect(codeOf(() => parseJwk(jwk))).toBe(code);
});
