import { afterAll, beforeAll, expect, test } from "vitest";
import { hmacSha256, importPrivateKey, type PrivateKey } from "#crypto";
import { formatBase64Url, parseBase64Url } from "../../src/bytes/base64.js";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { digestOf } from "../../src/model/digest.js";
import { signConsent } from "../../src/wire/consent.js";
import { signingKey, thumbprint } from "../../src/wire/jwk.js";
import { queryTyp } from "../../src/wire/query.js";
import { codeOf, killAll, post, startGateway, startVault } from "../faults/processes.js";
import { bank, consentOf, holder, openNode, parties, queryOf, type SmallNode, signed } from "../vault/smallNode.js";
import { marked, markedNode, removeHome } from "./marked.js";

/*
 * Malformed queries and the known tricks with JWS, sent over HTTP to the two processes: each has its own code, none is logged, and the node goes on
 * answering. Then forged grants and consents, which are refusals: signed, logged and free.
 */

let node: SmallNode;
let url: string;
const kid = thumbprint(parties.bank.publicKey.bytes);
const stranger = importPrivateKey(new Uint8Array(32).fill(71));
const header = { alg: "EdDSA", typ: queryTyp, kid };

beforeAll(async () => {
  node = await markedNode();
  await node.vault.close();
  await startVault(node.home);
  ({ url } = await startGateway(node.home));
});
afterAll(async () => {
  await killAll();
  removeHome(node.home);
});

const claims = () => queryOf(node, { subject: { scheme: "opaque", id: marked(0) } });
const segment = (part: string | object) => formatBase64Url(encodeUtf8(typeof part === "string" ? part : JSON.stringify(part)));

/** A JWS from raw parts, well signed whatever they are. */
function forged(head: string | object, payload: string | object, key: PrivateKey = parties.bank): string {
  const input = `${segment(head)}.${segment(payload)}`;
  return `${input}.${formatBase64Url(key.sign(encodeUtf8(input)))}`;
}

const withHeader = (more: object) => forged({ ...header, ...more }, claims());
const withoutHeader = (name: string) => forged(Object.fromEntries(Object.entries(header).filter(([member]) => member !== name)), claims());
const withClaims = (more: object) => forged(header, { ...claims(), ...more });
const withText = (edit: (json: string) => string) => forged(header, edit(JSON.stringify(claims())));
const good = () => signed(claims());

function withSignature(edit: (bytes: Uint8Array) => Uint8Array): string {
  const [head, payload, signature] = good().split(".");
  return `${head}.${payload}.${formatBase64Url(edit(parseBase64Url(signature ?? "")))}`;
}

/** RFC 8032 §5.1.7: S must be below the group order L; S + L would verify where nobody looks. */
function plusOrder(signature: Uint8Array): Uint8Array {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString("hex")}`) + order;
  const bytes = Buffer.from(s.toString(16).padStart(64, "0"), "hex").reverse();
  return Buffer.concat([signature.subarray(0, 32), bytes]);
}

/** The same 64 bytes, with a spare bit set in the last character of their base64url. */
function spareBit(text: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return text.slice(0, -1) + (alphabet[alphabet.indexOf(text.at(-1) ?? "A") + 1] ?? "B");
}

function hmacSigned(): string {
  const input = `${segment({ ...header, alg: "HS256" })}.${segment(claims())}`;
  return `${input}.${formatBase64Url(hmacSha256(parties.bank.publicKey.bytes, encodeUtf8(input)))}`;
}

const jwk = { kty: "OKP", crv: "Ed25519", x: formatBase64Url(stranger.publicKey.bytes) };
const strangersKid = thumbprint(stranger.publicKey.bytes);

type Row = [what: string, status: number, code: string, make: () => string];

const headers: Row[] = [
  ["no signature, alg none", 400, "jws-malformed", () => `${segment({ ...header, alg: "none" })}.${segment(claims())}.`],
  ["alg none beside a signature", 400, "jws-alg-refused", () => withHeader({ alg: "none" })],
  ["alg NoNe", 400, "jws-alg-refused", () => withHeader({ alg: "NoNe" })],
  ["the public key as an HMAC secret", 400, "jws-alg-refused", hmacSigned],
  ["alg ES256", 400, "jws-alg-refused", () => withHeader({ alg: "ES256" })],
  ["alg in a list", 400, "jws-alg-refused", () => withHeader({ alg: ["EdDSA"] })],
  ["no alg", 400, "jws-alg-refused", () => withoutHeader("alg")],
  ["a key of its own", 400, "jws-header-key-refused", () => forged({ ...header, jwk }, claims(), stranger)],
  ["a place to fetch a key from", 400, "jws-header-key-refused", () => withHeader({ jku: "https://attacker.example/keys" })],
  ["a certificate's address", 400, "jws-header-key-refused", () => withHeader({ x5u: "https://attacker.example/cert" })],
  ["a certificate", 400, "jws-header-key-refused", () => withHeader({ x5c: ["MIIB"] })],
  ["a certificate's thumbprint", 400, "jws-header-key-refused", () => withHeader({ "x5t#S256": "A" })],
  ["a critical extension", 400, "jws-crit-refused", () => withHeader({ crit: ["exp"], exp: 1 })],
  ["an unencoded payload", 400, "jws-b64-refused", () => withHeader({ b64: false })],
  ["a compressed payload", 400, "jws-header-member-refused", () => withHeader({ zip: "DEF" })],
  [
    "a member that is an accessor elsewhere",
    400,
    "jws-header-member-refused",
    () => forged(JSON.stringify(header).replace("{", '{"__proto__":{},'), claims()),
  ],
  ["the typ of a consent", 400, "jws-typ-refused", () => withHeader({ typ: "frostglass-consent+jws" })],
  ["the typ of an answer", 400, "jws-typ-refused", () => withHeader({ typ: "frostglass-answer+jws" })],
  ["typ JWT", 400, "jws-typ-refused", () => withHeader({ typ: "JWT" })],
  ["no typ", 400, "jws-typ-refused", () => withoutHeader("typ")],
  ["no kid", 400, "jws-kid-refused", () => withoutHeader("kid")],
  ["a path as kid", 400, "jws-kid-refused", () => withHeader({ kid: "../../keys/holder.keys" })],
  ["a second alg", 400, "json-member-duplicate", () => forged(JSON.stringify(header).replace("{", '{"alg":"none",'), claims())],
  ["a header that is a list", 400, "jws-malformed", () => forged("[]", claims())],
  ["a header of a megabyte's ambition", 400, "jws-header-too-long", () => withHeader({ typ: "x".repeat(500) })],
];

const payloads: Row[] = [
  ["a claim twice", 400, "json-member-duplicate", () => withText((json) => json.replace("{", '{"aud":"other.example",'))],
  [
    "a claim twice, once escaped",
    400,
    "json-member-duplicate",
    () => withText((json) => json.replace("{", '{"\\u0061ud":"other.example",')),
  ],
  ["a fraction", 400, "json-number-refused", () => withText((json) => json.replace(/"exp":\d+/, '"exp":4102444800.5'))],
  ["an exponent", 400, "json-number-refused", () => withText((json) => json.replace(/"exp":\d+/, '"exp":4e9'))],
  ["minus zero", 400, "json-number-refused", () => withText((json) => json.replace(/"iat":\d+/, '"iat":-0'))],
  ["a number that loses digits", 400, "json-number-refused", () => withText((json) => json.replace(/"iat":\d+/, '"iat":9007199254740993'))],
  ["half a surrogate pair", 400, "json-surrogate-refused", () => withText((json) => json.replace("supervision", "\\ud800"))],
  [
    "seventeen levels",
    400,
    "json-too-deep",
    () => withText((json) => json.replace(/"parameters":\{[^}]*\}/, `"parameters":${"[".repeat(17)}${"]".repeat(17)}`)),
  ],
  ["bytes after the object", 400, "json-invalid", () => withText((json) => `${json}x`)],
  ["a byte order mark", 400, "json-invalid", () => withText((json) => `\ufeff${json}`)],
  ["a payload that is a list", 400, "jws-malformed", () => forged(header, "[]")],
  ["an unknown claim", 400, "claims-unknown", () => withClaims({ admin: true })],
  ["a missing claim", 400, "claims-missing", () => withClaims({ jti: undefined })],
  ["an audience in a list", 400, "claims-invalid", () => withClaims({ aud: [holder, "other.example"] })],
  ["a text for a number", 400, "claims-invalid", () => withClaims({ exp: "4102444800" })],
  ["a parameter that is an object", 400, "claims-invalid", () => withClaims({ parameters: { mark: { at_least: 0 } } })],
  [
    "thirty-three parameters",
    400,
    "claims-invalid",
    () => withClaims({ parameters: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`p${i}`, i])) }),
  ],
  ["a computation by name", 400, "claims-invalid", () => withClaims({ computation: "total-above" })],
  ["a path as purpose", 400, "claims-invalid", () => withClaims({ purpose: "../policy" })],
  ["a jti of one letter", 400, "claims-invalid", () => withClaims({ jti: "a" })],
  ["an unknown subject scheme", 400, "subject-scheme-unknown", () => withClaims({ subject: { scheme: "passport", id: "X1" } })],
  ["a wrong check digit", 400, "subject-check-digit", () => withClaims({ subject: { scheme: "uscc", id: "91350100M000100Y44" } })],
  ["full-width digits", 400, "subject-malformed", () => withClaims({ subject: { scheme: "uscc", id: "９1350100M000100Y43" } })],
  ["lower case", 400, "subject-malformed", () => withClaims({ subject: { scheme: "uscc", id: "91350100m000100y43" } })],
  ["a life of 301 seconds", 400, "query-lifetime-refused", () => withClaims({ exp: claims().iat + 301 })],
  ["an end before the beginning", 400, "query-lifetime-refused", () => withClaims({ exp: claims().iat - 1 })],
  ["an hour ago", 400, "query-expired", () => withClaims({ iat: claims().iat - 3600, exp: claims().iat - 3500 })],
  ["an hour ahead", 400, "query-not-yet-valid", () => withClaims({ iat: claims().iat + 3600, exp: claims().iat + 3700 })],
  ["another holder's query", 400, "query-wrong-audience", () => withClaims({ aud: "other.example" })],
  ["another requester's name", 400, "requester-unknown", () => withClaims({ iss: "other.example" })],
  ["17,000 characters", 413, "jws-too-long", () => withClaims({ purpose: "p".repeat(13_000) })],
  ["70,000 characters", 413, "body-too-large", () => withClaims({ purpose: "p".repeat(52_000) })],
];

const signatures: Row[] = [
  [
    "one bit of the signature turned",
    400,
    "jws-signature-invalid",
    () => withSignature((bytes) => bytes.map((byte, i) => (i === 5 ? byte ^ 1 : byte))),
  ],
  ["S plus the group order", 400, "jws-signature-invalid", () => withSignature(plusOrder)],
  ["63 bytes of signature", 400, "jws-malformed", () => withSignature((bytes) => bytes.subarray(1))],
  ["a signature of zeros", 400, "jws-signature-invalid", () => withSignature((bytes) => bytes.map(() => 0))],
  ["a stranger's signature under the bank's kid", 400, "jws-signature-invalid", () => signedBy(stranger, kid)],
  ["a stranger's signature under the stranger's kid", 400, "requester-unknown", () => signedBy(stranger, strangersKid)],
  ["another payload under a good signature", 400, "jws-signature-invalid", swapped],
  ["a spare bit in the base64url", 400, "base64-invalid", () => spareBit(good())],
  ["padding", 400, "body-malformed", () => `${good()}==`],
  ["the other base64 alphabet", 400, "body-malformed", () => good().replace(/.$/, "+")],
  ["two parts", 400, "jws-malformed", () => good().split(".").slice(0, 2).join(".")],
  ["four parts", 400, "jws-malformed", () => `${good()}.AAAA`],
  ["five parts, as of an encrypted message", 400, "jws-malformed", () => `${good()}.AAAA.AAAA`],
  ["JSON serialisation", 400, "body-malformed", () => JSON.stringify({ payload: segment(claims()), signatures: [] })],
  ["nothing at all", 400, "body-malformed", () => ""],
  ["a line end and a command to the vault", 400, "body-malformed", () => `${good()}\n2 admin {"act":"status"}`],
  ["a blank before it", 400, "body-malformed", () => ` ${good()}`],
  ["the bank's own consent in the place of a query", 400, "jws-typ-refused", () => consentOf(node)],
];

function signedBy(key: PrivateKey, named: string): string {
  return forged({ ...header, kid: named }, claims(), key);
}

function swapped(): string {
  const [head, , signature] = good().split(".");
  return `${head}.${segment(claims())}.${signature}`;
}

test.each([...headers, ...payloads, ...signatures])("%s: %i %s", async (_, status, code, make) => {
  const reply = await post(url, make());
  expect([reply.status, codeOf(reply)]).toEqual([status, code]);
  expect(reply.body).not.toContain("MARKED");
});

test("another media type, another method, another path", async () => {
  const plain = await post(url, good(), "text/plain");
  expect([plain.status, codeOf(plain)]).toEqual([415, "media-type-unsupported"]);
  expect((await fetch(`${url}/v1/queries`)).status).toBe(405);
  for (const path of ["/v1/../vault.db", "/vault.db", "/keys/holder.keys", "/run/vault.sock", "/node.yaml", "/epochs/sales-000001.db"])
    expect((await fetch(`${url}${path}`)).status).toBe(404);
});

test("a jti that was used for another query is refused, and the first answer stays", async () => {
  const query = { ...claims(), jti: "A".repeat(22) };
  const first = await post(url, signed(query));
  const reused = await post(url, signed({ ...query, parameters: { mark: 300 } }));
  expect([reused.status, codeOf(reused)]).toEqual([409, "jti-reused"]);
  expect(await post(url, signed(query))).toEqual(first);
});

const consented = (consent: string, more: object = {}) => signed({ ...claims(), purpose: "loan-origination", consent, ...more });
const about = (n: number) => ({ subject: { scheme: "opaque", id: marked(n) } });

test.each<[string, string, () => string]>([
  ["no consent", "consent-missing", () => signed({ ...claims(), purpose: "loan-origination" })],
  [
    "a consent of the requester's own making",
    "consent-invalid",
    () => consented(consentBy(parties.bank, thumbprint(parties.issuer.publicKey.bytes))),
  ],
  ["a consent of an unknown issuer", "consent-issuer-unknown", () => consented(consentOf(node, about(0), stranger))],
  ["a consent of another subject", "consent-wrong-subject", () => consented(consentOf(node, about(1)))],
  ["a consent for another requester", "consent-wrong-requester", () => consented(consentOf(node, { ...about(0), aud: "other.example" }))],
  ["a consent for another purpose", "consent-wrong-purpose", () => consented(consentOf(node, { ...about(0), purposes: ["supervision"] }))],
  ["a consent for another dataset", "consent-wrong-computation", () => consented(consentOf(node, { ...about(0), datasets: ["ratings"] }))],
  ["a consent that ended", "consent-expired", () => consented(consentOf(node, { ...about(0), nbf: 1, exp: 2 }))],
  [
    "a consent of tomorrow",
    "consent-not-yet-valid",
    () => consented(consentOf(node, { ...about(0), nbf: 4_000_000_000, exp: 4_000_000_001 })),
  ],
  ["a query as consent", "consent-invalid", () => consented(good())],
  ["a computation that nobody approved", "computation-unknown", () => signed({ ...claims(), computation: digestOf(encodeUtf8("mine")) })],
  ["a purpose that was not granted", "purpose-not-granted", () => signed({ ...claims(), purpose: "marketing" })],
  ["a parameter off its grid", "parameters-invalid", () => signed({ ...claims(), parameters: { mark: 251 } })],
])("%s is refused, signed and logged: %s", async (_, code, make) => {
  const reply = await post(url, make());
  expect([reply.status, codeOf(reply)]).toEqual([403, code]);
  expect(JSON.parse(reply.body)).toMatchObject({ answer: expect.stringMatching(/^[^.]+\.[^.]+\.[^.]+$/), index: expect.any(Number) });
});

/** A consent that says it is the issuer's and is signed by somebody else. */
function consentBy(key: PrivateKey, named: string): string {
  const { now } = node.clock;
  const consent = {
    iss: "consent.example",
    jti: "C".repeat(22),
    ...about(0),
    aud: bank,
    purposes: ["loan-origination"],
    datasets: ["sales"],
  };
  return signConsent({ ...consent, nbf: now - 10, exp: now + 100 }, { ...signingKey(key), kid: named });
}

test("nothing of all this was logged but the refusals and the answer, and the node still answers", async () => {
  expect((await post(url, consented(consentOf(node, about(0))))).status).toBe(200);
  await killAll();
  const reopened = await openNode(node.home, node.clock);
  const { store } = reopened.vault.state;
  const answers = reopened.vault.head.size - store.governancePositions().length;
  await reopened.vault.close();
  expect(answers).toBe(1 + 13 + 1);
});
