import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { signConsent } from "../../src/wire/consent.js";
import { verifyJws } from "../../src/wire/jws.js";
import { decodeQuery, maxQueryLength, queryTyp, signQuery } from "../../src/wire/query.js";
import { codeOf, errorOf } from "../model/codeOf.js";
import { altered, consent, digest, forge, key, privateKey, query, subject } from "./samples.js";

const header = JSON.stringify({ alg: "EdDSA", typ: queryTyp, kid: key.kid });
const withClaims = (changes: Record<string, unknown>) => forge(header, altered(query, changes));

test("a query comes back as it was signed, with its consent and the digest of its text", () => {
  const whole = { ...query, consent: signConsent(consent, key) };
  const text = signQuery(whole, key);
  const decoded = decodeQuery(text);
  expect(decoded.query).toEqual(whole);
  verifyJws(decoded.decoded, privateKey.publicKey);
  // The digest is that of the text's ASCII bytes, by another engine.
  return crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)).then((bytes) => {
    expect(decoded.digest).toBe(`sha256:${Buffer.from(bytes).toString("hex")}`);
  });
});

test("the claims stand in the order of the protocol", () => {
  const payload = Buffer.from(signQuery(query, key).split(".")[1] ?? "", "base64url").toString();
  expect(Object.keys(JSON.parse(payload))).toEqual(["iss", "aud", "iat", "exp", "jti", "subject", "computation", "parameters", "purpose"]);
});

describe("claims", () => {
  test.each(["iss", "aud", "iat", "exp", "jti", "subject", "computation", "parameters", "purpose"])("%s has to be there", (claim) => {
    const error = errorOf(() => decodeQuery(withClaims({ [claim]: undefined })));
    expect(error.code).toBe("claims-missing");
    expect(error.facts).toEqual({ claim });
  });

  test.each([
    ["iss", 1],
    ["iss", null],
    ["iss", ""],
    ["iss", "Bank.example"],
    ["iss", ["bank.example"]],
    ["iss", "https://bank.example"],
    ["aud", "tax"],
    ["aud", ["tax.example"]],
    ["aud", true],
    ["iat", "1700000000"],
    ["iat", -1],
    ["iat", null],
    ["exp", [1]],
    ["exp", false],
    ["jti", "short"],
    ["jti", "x".repeat(65)],
    ["jti", "has a space in it"],
    ["jti", "with=padding===="],
    ["jti", 1234567890123456],
    ["subject", "uscc:91350100M000100Y43"],
    ["subject", null],
    ["subject", []],
    ["computation", "SHA256:00"],
    ["computation", digest.toUpperCase()],
    ["computation", { digest }],
    ["parameters", []],
    ["parameters", null],
    ["parameters", "cutoff=560"],
    ["parameters", { cutoff: true }],
    ["parameters", { cutoff: null }],
    ["parameters", { cutoff: { is: 560 } }],
    ["parameters", { cutoff: [560] }],
    ["parameters", { cutoff: "x".repeat(65) }],
    ["parameters", { Cutoff: 560 }],
    ["parameters", { region: "\u001b[31mnorth" }],
    ["parameters", { region: "\u202enorth" }],
    ["parameters", { "": 1 }],
    ["parameters", { "a b": 1 }],
    ["parameters", Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`p${i}`, i]))],
    ["purpose", ""],
    ["purpose", "Loan"],
    ["purpose", 1],
    ["purpose", ["loan-origination"]],
    ["consent", ""],
    ["consent", 1],
    ["consent", {}],
    ["consent", "not a jws"],
    ["consent", "x".repeat(4097)],
    ["consent", null],
  ])("%s cannot be %j", (claim, value) => {
    const error = errorOf(() => decodeQuery(withClaims({ [claim]: value })));
    expect(error.code).toBe("claims-invalid");
    expect(error.facts).toEqual({ claim });
  });

  test.each([
    ["claims-missing", "subject.scheme", { id: subject.id }],
    ["claims-missing", "subject.id", { scheme: "uscc" }],
    ["claims-invalid", "subject.scheme", { scheme: 1, id: subject.id }],
    ["claims-invalid", "subject.id", { scheme: "uscc", id: 91350100 }],
    ["claims-invalid", "subject.id", { scheme: "opaque", id: "x".repeat(129) }],
    ["claims-unknown", undefined, { ...subject, name: "Example Ltd" }],
    ["subject-scheme-unknown", undefined, { scheme: "cnpj", id: subject.id }],
    ["subject-malformed", undefined, { scheme: "uscc", id: subject.id.toLowerCase() }],
    ["subject-malformed", undefined, { scheme: "uscc", id: "９1350100M000100Y43" }],
    ["subject-check-digit", undefined, { scheme: "uscc", id: "91350100M000100Y44" }],
    ["subject-check-digit", undefined, { scheme: "lei", id: "506700GE1G29325QX364" }],
  ])("a wrong subject: %s %s", (code, claim, value) => {
    const error = errorOf(() => decodeQuery(withClaims({ subject: value })));
    expect(error.code).toBe(code);
    expect(error.facts.claim).toBe(claim);
    expect(JSON.stringify([error.message, error.facts])).not.toContain("1350100");
  });

  test.each(["nbf", "sub", "ISS", "", "constructor", "__proto__"])("%j is unknown", (claim) => {
    const text = JSON.stringify(query).replace("{", `{${JSON.stringify(claim)}:1,`);
    expect(codeOf(() => decodeQuery(forge(header, text)))).toBe("claims-unknown");
  });

  test("an unknown claim's name is not repeated", () => {
    const { message, facts } = errorOf(() => decodeQuery(withClaims({ "91350100M000100Y43": 1 })));
    expect(JSON.stringify([message, facts])).not.toContain("91350100M");
  });

  test.each([
    ["json-member-duplicate", '"iss":"bank.example"', '"iss":"bank.example","iss":"tax.example"'],
    ["json-member-duplicate", '"iss":"bank.example"', '"iss":"bank.example","\\u0069ss":"tax.example"'],
    ["json-member-duplicate", '"cutoff":560', '"cutoff":560,"cutoff":580'],
    ["json-number-refused", '"cutoff":560', '"cutoff":560.0'],
    ["json-number-refused", '"cutoff":560', '"cutoff":5.6e2'],
    ["json-number-refused", '"iat":1700000000', '"iat":1700000000.5'],
    ["json-number-refused", '"iat":1700000000', '"iat":-0'],
    ["json-number-refused", '"cutoff":560', '"cutoff":9007199254740992'],
  ])("%s: %s as %s", (code, from, to) => {
    expect(codeOf(() => decodeQuery(forge(header, JSON.stringify(query).replace(from, to))))).toBe(code);
  });
});

describe("lifetime", () => {
  const { iat } = query;

  test.each([iat + 1, iat + 300])("may end at %i", (exp) => {
    expect(decodeQuery(withClaims({ exp })).query.exp).toBe(exp);
  });

  test.each([iat, iat - 1, 0, iat + 301, Number.MAX_SAFE_INTEGER])("may not end at %i", (exp) => {
    expect(codeOf(() => decodeQuery(withClaims({ exp })))).toBe("query-lifetime-refused");
  });
});

test("parameters inherit nothing", () => {
  const { parameters } = decodeQuery(withClaims({ parameters: { constructor: 1 } })).query;
  expect(parameters.constructor).toBe(1);
  expect(decodeQuery(withClaims({ parameters: {} })).query.parameters.constructor).toBeUndefined();
});

test("a query is not longer than it may be", () => {
  expect(codeOf(() => decodeQuery("x".repeat(maxQueryLength + 1)))).toBe("jws-too-long");
});

test("a consent or an answer is not a query", () => {
  expect(codeOf(() => decodeQuery(signConsent(consent, key)))).toBe("jws-typ-refused");
});

test("no text makes decoding fail in any other way than by a code", () => {
  const text = signQuery(query, key);
  const cuts = fc.tuple(fc.nat(text.length), fc.nat(8), fc.string({ maxLength: 8 }));
  fc.assert(
    fc.property(cuts, ([at, cut, put]) => codeOf(() => decodeQuery(text.slice(0, at) + put + text.slice(at + cut))) !== ""),
    { numRuns: 500 },
  );
});
