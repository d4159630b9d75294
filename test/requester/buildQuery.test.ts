import { compactVerify, importJWK } from "jose";
import { describe, expect, it } from "vitest";
import { formatBase64Url } from "../../src/bytes/base64.js";
import { buildQuery, type QueryContent, signingKey } from "../../src/requester/index.js";
import { bankKey, computation, now, subject } from "../evidence/fakeNode.js";
import { codeOf } from "../note/codeOf.js";

const content: QueryContent = {
  requester: "bank.example",
  holder: "tax.example",
  subject,
  computation: computation.digest,
  parameters: { cutoff: 560 },
  purpose: "loan-origination",
};
const key = signingKey(bankKey);
const random = Uint8Array.from({ length: 16 }, (_, i) => i);

describe("a query", () => {
  it("is a JWS that another library verifies, with exactly the claims of the protocol", async () => {
    const { decoded } = buildQuery(content, key, { now, random });
    const jwk = await importJWK({ kty: "OKP", crv: "Ed25519", x: formatBase64Url(bankKey.publicKey.bytes) }, "EdDSA");
    const { payload, protectedHeader } = await compactVerify(decoded.text, jwk);
    expect(protectedHeader).toEqual({ alg: "EdDSA", typ: "frostglass-query+jws", kid: key.kid });
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual({
      iss: "bank.example",
      aud: "tax.example",
      iat: now,
      exp: now + 120,
      jti: "AAECAwQFBgcICQoLDA0ODw",
      subject: { scheme: "opaque", id: "E1" },
      computation: computation.digest,
      parameters: { cutoff: 560 },
      purpose: "loan-origination",
    });
  });

  it("is the same text for the same arguments, and another for other random bytes", () => {
    const build = (bytes: Uint8Array) => buildQuery(content, key, { now, random: bytes }).decoded.text;
    expect(build(random)).toBe(build(random.slice()));
    expect(build(random)).not.toBe(build(random.map((byte) => byte ^ 1)));
  });

  const refused: readonly (readonly [
    what: string,
    part: Partial<QueryContent>,
    options: { lifetime?: number; random?: Uint8Array },
    code: string,
  ])[] = [
    ["a name that is none", { requester: "Bank" }, {}, "claims-invalid"],
    ["a life of more than five minutes", {}, { lifetime: 301 }, "query-lifetime-refused"],
    ["no life at all", {}, { lifetime: 0 }, "query-lifetime-refused"],
    ["too little randomness", {}, { random: new Uint8Array(8) }, "claims-invalid"],
    ["a fraction as a parameter", { parameters: { cutoff: 0.5 } }, {}, "json-number-refused"],
    ["a subject of an unknown scheme", { subject: { scheme: "vat", id: "1" } }, {}, "subject-scheme-unknown"],
    ["a wrong check digit", { subject: { scheme: "uscc", id: "91350100M000100Y44" } }, {}, "subject-check-digit"],
  ];

  it.each(refused)("with %s is refused before it leaves", (_, part, options, code) => {
    expect(codeOf(() => buildQuery({ ...content, ...part }, key, { now, random, ...options }))).toBe(code);
  });
});
