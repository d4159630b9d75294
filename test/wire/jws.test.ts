import { CompactSign, compactVerify, exportJWK, generateKeyPair, importJWK } from "jose";
import { describe, expect, test } from "vitest";
import { importPublicKey } from "#crypto";
import { formatBase64Url, parseBase64Url } from "../../src/bytes/base64.js";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { decodeJws, signJws, verifyJws } from "../../src/wire/jws.js";
import { codeOf } from "../model/codeOf.js";
import { forge, key, privateKey, rfcKey } from "./samples.js";

const typ = "frostglass-query+jws";
const good = { typ, maxLength: 4096 };
const jwk = { kty: "OKP", crv: "Ed25519", x: rfcKey.x };
const header = (members: object) => JSON.stringify({ alg: "EdDSA", typ, kid: key.kid, ...members });
const plain = header({});

test("RFC 8037 A.4: the signature, and that verification follows the exact bytes", () => {
  const signingInput = encodeUtf8("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc");
  const signature = parseBase64Url("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
  expect(formatBase64Url(privateKey.sign(signingInput))).toBe(formatBase64Url(signature));
  const decoded = { ...decodeJws(forge(plain, "{}"), good), signingInput, signature };
  verifyJws(decoded, importPublicKey(parseBase64Url(rfcKey.x)));
  const other = signingInput.slice();
  other[0] = 0x66;
  expect(codeOf(() => verifyJws({ ...decoded, signingInput: other }, privateKey.publicKey))).toBe("jws-signature-invalid");
});

describe("with jose", () => {
  test("jose accepts what we sign", async () => {
    const text = signJws(typ, { iss: "bank.example", n: 1 }, privateKey, key.kid);
    const verified = await compactVerify(text, await importJWK(jwk, "EdDSA"), { algorithms: ["EdDSA"] });
    expect(verified.protectedHeader).toEqual({ alg: "EdDSA", typ, kid: key.kid });
    expect(JSON.parse(new TextDecoder().decode(verified.payload))).toEqual({ iss: "bank.example", n: 1 });
  });

  test.each(["EdDSA", "Ed25519"])("we accept what jose signs as %s", async (alg) => {
    const signer = await importJWK({ ...jwk, d: rfcKey.seed }, alg);
    const signed = new CompactSign(encodeUtf8('{"iss":"bank.example"}')).setProtectedHeader({ kid: key.kid, typ, alg });
    const decoded = decodeJws(await signed.sign(signer), good);
    verifyJws(decoded, privateKey.publicKey);
    expect(decoded.header).toEqual({ alg, typ, kid: key.kid });
    expect(decoded.payload).toEqual({ iss: "bank.example" });
  });

  test("the same signature under another key is refused by both", async () => {
    const text = signJws(typ, {}, privateKey, key.kid);
    const { publicKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
    await expect(compactVerify(text, publicKey)).rejects.toThrow();
    const other = importPublicKey(parseBase64Url((await exportJWK(publicKey)).x ?? ""));
    expect(codeOf(() => verifyJws(decodeJws(text, good), other))).toBe("jws-signature-invalid");
  });
});

describe("headers", () => {
  test.each([
    ["jws-alg-refused", "alg none", header({ alg: "none" })],
    ["jws-alg-refused", "alg None", header({ alg: "None" })],
    ["jws-alg-refused", "alg HS256", header({ alg: "HS256" })],
    ["jws-alg-refused", "alg ES256", header({ alg: "ES256" })],
    ["jws-alg-refused", "alg RS256", header({ alg: "RS256" })],
    ["jws-alg-refused", "alg Ed448", header({ alg: "Ed448" })],
    ["jws-alg-refused", "alg in lower case", header({ alg: "eddsa" })],
    ["jws-alg-refused", "alg as an array", header({ alg: ["EdDSA"] })],
    ["jws-alg-refused", "alg missing", header({ alg: undefined })],
    ["jws-header-key-refused", "jwk", header({ jwk })],
    ["jws-header-key-refused", "jku", header({ jku: "https://evil.example/jwks.json" })],
    ["jws-header-key-refused", "x5u", header({ x5u: "https://evil.example/cert" })],
    ["jws-header-key-refused", "x5c", header({ x5c: ["MIIB"] })],
    ["jws-header-key-refused", "x5t", header({ x5t: "AAAA" })],
    ["jws-header-key-refused", "x5t#S256", header({ "x5t#S256": "AAAA" })],
    ["jws-crit-refused", "crit", header({ crit: ["exp"], exp: 1 })],
    ["jws-crit-refused", "crit with b64", header({ crit: ["b64"], b64: false })],
    ["jws-crit-refused", "crit, empty", header({ crit: [] })],
    ["jws-b64-refused", "b64 false", header({ b64: false })],
    ["jws-b64-refused", "b64 true", header({ b64: true })],
    ["jws-header-member-refused", "cty", header({ cty: "json" })],
    ["jws-header-member-refused", "an unknown member", header({ x: 1 })],
    ["jws-header-member-refused", "a member in other letters", header({ ALG: "none" })],
    ["jws-kid-refused", "kid missing", header({ kid: undefined })],
    ["jws-kid-refused", "kid of another form", header({ kid: "key-1" })],
    ["jws-kid-refused", "kid as a number", header({ kid: 1 })],
    ["jws-kid-refused", "kid as a path", header({ kid: `../../${"a".repeat(37)}` })],
    ["jws-typ-refused", "typ missing", header({ typ: undefined })],
    ["jws-typ-refused", "typ of an answer", header({ typ: "frostglass-answer+jws" })],
    ["jws-typ-refused", "typ JWT", header({ typ: "JWT" })],
    ["jws-typ-refused", "typ in capitals", header({ typ: typ.toUpperCase() })],
    ["jws-typ-refused", "typ with its prefix", header({ typ: `application/${typ}` })],
    ["jws-typ-refused", "typ as a number", header({ typ: 1 })],
    ["json-member-duplicate", "alg twice", plain.replace("{", '{"alg":"none",')],
    ["json-member-duplicate", "alg twice through an escape", plain.replace("{", '{"\\u0061lg":"none",')],
    ["jws-malformed", "no object", "[]"],
    ["jws-malformed", "null", "null"],
    ["json-invalid", "no JSON", "{alg:EdDSA}"],
    ["json-invalid", "text after it", `${plain}x`],
    ["jws-header-too-long", "a long header", header({ kid: "a".repeat(400) })],
  ])("%s: %s", (code, _, text) => {
    expect(codeOf(() => decodeJws(forge(text, "{}"), good))).toBe(code);
    expect(codeOf(() => decodeJws(forge(text, "{}"), good))).toBe(code); // what was refused once is not remembered as good
  });

  test("white space and the order of members are the sender's own", () => {
    const text = forge(` {"kid":"${key.kid}" , "typ":"${typ}","alg":"EdDSA"}\n`, "{}");
    verifyJws(decodeJws(text, good), privateKey.publicKey);
  });

  test("a header that was taken for one kind of message is not taken for another", () => {
    const text = forge(plain, "{}");
    expect(codeOf(() => decodeJws(text, good))).toBe("nothing thrown");
    expect(codeOf(() => decodeJws(text, { ...good, typ: "frostglass-consent+jws" }))).toBe("jws-typ-refused");
  });

  test("takes more different headers than it remembers", () => {
    for (let i = 0; i < 1100; i++) {
      const kid = String(i).padStart(43, "A");
      const text = `${Buffer.from(header({ kid })).toString("base64url")}.e30.${"A".repeat(86)}`;
      expect(decodeJws(text, good).header.kid).toBe(kid);
    }
  });
});

// RFC 7515 appendix A: messages of other algorithms, as published.
test.each([
  [
    "jws-alg-refused",
    "A.1 HS256",
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
  ],
  [
    "jws-alg-refused",
    "A.3 ES256",
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
  ],
  [
    "jws-malformed",
    "A.5 unsecured",
    "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.",
  ],
])("RFC 7515: %s, %s", (code, _, text) => {
  expect(codeOf(() => decodeJws(text, good))).toBe(code);
});

describe("parts", () => {
  const text = forge(plain, '{"a":1}');
  const [head = "", body = "", signature = ""] = text.split(".");
  const spareBits = (part: string, last: string) => part.slice(0, -1) + last;

  test.each([
    ["jws-malformed", "two parts", `${head}.${body}`],
    ["jws-malformed", "one part", head],
    ["jws-malformed", "four parts", `${text}.AAAA`],
    ["jws-malformed", "five parts, as of a JWE", `${text}.AAAA.AAAA`],
    ["jws-malformed", "no text", ""],
    ["jws-malformed", "dots alone", ".."],
    ["jws-malformed", "an empty header", `.${body}.${signature}`],
    ["jws-malformed", "an empty payload", `${head}..${signature}`],
    ["jws-malformed", "an empty signature", `${head}.${body}.`],
    ["jws-malformed", "a short signature", `${head}.${body}.${signature.slice(0, 84)}`],
    ["jws-malformed", "a long signature", `${head}.${body}.${signature.slice(0, 84)}AAAA`],
    [
      "jws-malformed",
      "a JSON serialisation",
      JSON.stringify({ payload: body, signatures: [{ protected: head, signature }] }).replaceAll(".", ""),
    ],
    ["base64-invalid", "padding", `${head}.${body}=.${signature}`],
    ["base64-invalid", "two signs of padding", `${head}.${body}.${signature}==`],
    ["base64-invalid", "the letter +", `${head}.${body}.+${signature.slice(1)}`],
    ["base64-invalid", "the letter /", `${head}.${body}./${signature.slice(1)}`],
    ["base64-invalid", "an impossible length", `${head}.${body.slice(0, 5)}.${signature}`],
    ["base64-invalid", "spare bits in the payload", `${head}.${spareBits(body, "R")}.${signature}`],
    ["base64-invalid", "spare bits in the signature", `${head}.${body}.${spareBits(signature, "B")}`],
    ["base64-invalid", "a space in front", ` ${text}`],
    ["base64-invalid", "a line feed at the end", `${text}\n`],
    ["base64-invalid", "a space inside", `${head}.${body.slice(0, 4)} ${body.slice(4)}.${signature}`],
    ["base64-invalid", "letters beyond ASCII", `${head}.${body}Ａ.${signature}`],
    ["jws-too-long", "more than it may have", `${text}${"A".repeat(4096)}`],
  ])("%s: %s", (code, _, changed) => {
    expect(codeOf(() => decodeJws(changed, good))).toBe(code);
  });

  test.each([
    ["json-member-duplicate", "a member twice", '{"a":1,"a":2}'],
    ["json-member-duplicate", "a member twice through an escape", '{"a":1,"\\u0061":2}'],
    ["json-number-refused", "a float", '{"a":1.5}'],
    ["json-number-refused", "an exponent", '{"a":1e3}'],
    ["json-number-refused", "minus zero", '{"a":-0}'],
    ["json-number-refused", "an unsafe integer", '{"a":9007199254740993}'],
    ["json-too-deep", "a deep nest", `{"a":${"[".repeat(20)}${"]".repeat(20)}}`],
    ["json-surrogate-refused", "half a character", '{"a":"\\ud800"}'],
    ["json-invalid", "no JSON", "iss=bank.example"],
    ["json-invalid", "a byte order mark", "\uFEFF{}"],
    ["jws-malformed", "an array", "[]"],
    ["jws-malformed", "a string", '"{}"'],
    ["jws-malformed", "null", "null"],
    ["utf8-invalid", "ill-formed UTF-8", new Uint8Array([0x22, 0xc3, 0x28, 0x22])],
    ["utf8-invalid", "an overlong sequence", new Uint8Array([0x22, 0xc0, 0xaf, 0x22])],
  ])("payload, %s: %s", (code, _, payload) => {
    expect(codeOf(() => decodeJws(forge(plain, payload), good))).toBe(code);
  });

  test("takes the longest text and no longer", () => {
    expect(codeOf(() => decodeJws(text, { typ, maxLength: text.length }))).toBe("nothing thrown");
    expect(codeOf(() => decodeJws(text, { typ, maxLength: text.length - 1 }))).toBe("jws-too-long");
  });
});

test("no single changed character goes through", () => {
  const text = forge(plain, '{"a":1}');
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (let i = 0; i < text.length; i++) {
    const at = alphabet.indexOf(text.charAt(i));
    const other = at < 0 ? "A" : alphabet.charAt(at ^ (1 << (i % 6)));
    const changed = text.slice(0, i) + other + text.slice(i + 1);
    expect(
      codeOf(() => verifyJws(decodeJws(changed, good), privateKey.publicKey)),
      `character ${i}`,
    ).not.toBe("nothing thrown");
  }
});

test("every flipped bit of the signature is found", () => {
  const decoded = decodeJws(forge(plain, "{}"), good);
  for (let bit = 0; bit < 512; bit += 7) {
    const signature = decoded.signature.slice();
    signature[bit >> 3] = (signature[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(codeOf(() => verifyJws({ ...decoded, signature }, privateKey.publicKey))).toBe("jws-signature-invalid");
  }
});

test("a payload may be signed as the exact bytes that were given", () => {
  const decoded = decodeJws(signJws(typ, encodeUtf8('{ "b":1, "a":2 }'), privateKey, key.kid), good);
  expect(Object.keys(decoded.payload)).toEqual(["b", "a"]);
  expect(decoded.text.split(".")[1]).toBe(Buffer.from('{ "b":1, "a":2 }').toString("base64url"));
});
