import { describe, expect, test } from "vitest";
import { consentDigest, consentTyp, decodeConsent, maxConsentLength, signConsent } from "../../src/wire/consent.js";
import { verifyJws } from "../../src/wire/jws.js";
import { signQuery } from "../../src/wire/query.js";
import { codeOf, errorOf } from "../model/codeOf.js";
import { altered, consent, digest, forge, key, privateKey, query, subject } from "./samples.js";

const header = JSON.stringify({ alg: "EdDSA", typ: consentTyp, kid: key.kid });
const withClaims = (changes: Record<string, unknown>) => forge(header, altered(consent, changes));

test("a consent to computations comes back as it was signed", () => {
  const text = signConsent(consent, key);
  const decoded = decodeConsent(text);
  expect(decoded.consent).toEqual(consent);
  expect(decoded.digest).toBe(consentDigest(text));
  verifyJws(decoded.decoded, privateKey.publicKey);
});

test("a consent to datasets comes back as it was signed", () => {
  const { computations: _, ...others } = consent;
  const toDatasets = { ...others, datasets: ["vat-sales", "bank-rating"] };
  expect(decodeConsent(signConsent(toDatasets, key)).consent).toEqual(toDatasets);
});

test("the claims stand in the order of the protocol", () => {
  const payload = Buffer.from(signConsent(consent, key).split(".")[1] ?? "", "base64url").toString();
  expect(Object.keys(JSON.parse(payload))).toEqual(["iss", "jti", "subject", "aud", "purposes", "computations", "nbf", "exp"]);
});

describe("claims", () => {
  test.each(["iss", "jti", "subject", "aud", "purposes", "computations", "nbf", "exp"])("%s has to be there", (claim) => {
    expect(codeOf(() => decodeConsent(withClaims({ [claim]: undefined })))).toBe("claims-missing");
  });

  test.each([
    ["iss", "Consent"],
    ["jti", "short"],
    ["aud", ["bank.example"]],
    ["purposes", []],
    ["purposes", "loan-origination"],
    ["purposes", ["Loan"]],
    ["purposes", [1]],
    ["purposes", Array(17).fill("loan")],
    ["purposes", { 0: "loan" }],
    ["computations", []],
    ["computations", ["sales-continuity"]],
    ["computations", [digest, 1]],
    ["computations", Array(17).fill(digest)],
    ["nbf", -1],
    ["nbf", "0"],
    ["exp", consent.nbf],
    ["exp", 0],
    ["exp", "never"],
  ])("%s cannot be %j", (claim, value) => {
    const error = errorOf(() => decodeConsent(withClaims({ [claim]: value })));
    expect(error.code).toBe("claims-invalid");
    expect(error.facts).toEqual({ claim });
  });

  test("names computations or datasets, not both", () => {
    expect(codeOf(() => decodeConsent(withClaims({ datasets: ["vat-sales"] })))).toBe("claims-unknown");
  });

  test.each(["iat", "sub", "__proto__"])("%s is unknown", (claim) => {
    const text = JSON.stringify(consent).replace("{", `{${JSON.stringify(claim)}:1,`);
    expect(codeOf(() => decodeConsent(forge(header, text)))).toBe("claims-unknown");
  });

  test("the subject is checked like that of a query", () => {
    expect(codeOf(() => decodeConsent(withClaims({ subject: { ...subject, id: "91350100M000100Y44" } })))).toBe("subject-check-digit");
  });
});

test("a query is not a consent, and a consent has its length", () => {
  expect(codeOf(() => decodeConsent(signQuery(query, key)))).toBe("jws-typ-refused");
  expect(codeOf(() => decodeConsent("x".repeat(maxConsentLength + 1)))).toBe("jws-too-long");
});

test("the largest consent fits", () => {
  const many = Array.from({ length: 16 }, (_, i) => `${"purpose-".repeat(4)}${i}`);
  const text = signConsent({ ...consent, purposes: many, computations: Array(16).fill(digest) }, key);
  expect(decodeConsent(text).consent.computations).toHaveLength(16);
});
