import { afterEach, expect, test } from "vitest";
import { importPrivateKey } from "#crypto";
import { parseBase64Url } from "../../src/bytes/base64.js";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { asFrostglassError } from "../../src/errors/error.js";
import { digestOf } from "../../src/model/digest.js";
import { checkOpening, decodeAnswer } from "../../src/wire/answer.js";
import { parseAnswerReply } from "../../src/wire/answerReply.js";
import { decodeEntry } from "../../src/wire/entry.js";
import { verifyJws } from "../../src/wire/jws.js";
import type { Query } from "../../src/wire/query.js";
import { bank, consentOf, holder, parties, policyText, publishSales, queryOf, type SmallNode, signed, smallNode } from "./smallNode.js";

const open: SmallNode[] = [];
afterEach(async () => {
  for (const node of open.splice(0)) await node.vault.close();
});

async function start(policy?: string): Promise<SmallNode> {
  const node = await smallNode(policy);
  open.push(node);
  return node;
}

async function ask(node: SmallNode, more: Partial<Query> = {}) {
  const query = signed(queryOf(node, more));
  const { status, body } = await node.vault.submit(query);
  const members = status === 200 ? parseAnswerReply(body) : (JSON.parse(body) as ReturnType<typeof parseAnswerReply> & { code: string });
  const decoded = decodeAnswer(members.answer);
  verifyJws(decoded.decoded, node.vault.state.signers.ofAnswers.privateKey.publicKey);
  return { status, body, query, ...members, claims: decoded.answer, decoded };
}

async function codeOf(promise: Promise<unknown>): Promise<string | undefined> {
  return promise.then(
    () => "answered",
    (thrown: unknown) => asFrostglassError(thrown)?.code,
  );
}

test("a yes, a no and no-record: signed, bound to the query, in the log", async () => {
  const node = await start();
  const yes = await ask(node);
  expect(yes.status).toBe(200);
  expect(yes.claims).toMatchObject({
    iss: holder,
    aud: bank,
    outcome: { kind: "decision", decision: true },
    environment: "test",
    purpose: "supervision",
  });
  expect(yes.claims.query).toBe(digestOf(encodeUtf8(yes.query)));
  expect(yes.claims.computation.digest).toBe(node.digestOf("total-above"));
  expect(yes.claims.epoch).toMatchObject({ number: 1, asOf: "2025-12-31" });
  const [entry] = node.vault.state.store.entries(yes.index, yes.index + 1);
  expect(decodeEntry(entry ?? new Uint8Array(0))).toEqual({ entry: "answer/1", answer: yes.decoded.digest });
  const no = await ask(node, { subject: { scheme: "opaque", id: "E2" } });
  expect(no.claims.outcome).toEqual({ kind: "decision", decision: false });
  for (const id of ["E3", "E4"])
    expect((await ask(node, { subject: { scheme: "opaque", id } })).claims.outcome).toEqual({ kind: "no-record" });
});

test("the answer names no subject, and its commitment opens to the right one only", async () => {
  const node = await start();
  const { claims, answer, opening } = await ask(node);
  expect(Object.keys(claims)).not.toContain("subject");
  expect(Buffer.from(answer.split(".")[1] ?? "", "base64url").toString()).not.toMatch(/opaque|"E1"/);
  const bytes = parseBase64Url(opening);
  expect(checkOpening(claims.subjectCommitment, { scheme: "opaque", id: "E1" }, bytes)).toBe(true);
  expect(checkOpening(claims.subjectCommitment, { scheme: "opaque", id: "E2" }, bytes)).toBe(false);
});

test("unknown, thin and known subjects give answers of one length", async () => {
  const node = await start();
  const lengths = new Set<number>();
  for (const id of ["E3", "E4", "E5", "E999999"]) lengths.add((await ask(node, { subject: { scheme: "opaque", id } })).answer.length);
  expect(lengths.size).toBe(1);
});

test("the same signed query gets the same bytes again, before and after a restart, and costs nothing", async () => {
  const node = await start();
  const query = signed(queryOf(node));
  const [first, second] = await Promise.all([node.vault.submit(query), node.vault.submit(query)]);
  expect(second).toEqual(first);
  const size = node.vault.head.size;
  node.clock.now += 86_400; // long expired by now
  const again = await node.reopened();
  open.splice(0, 1, again);
  expect(await again.vault.submit(query)).toEqual(first);
  expect(again.vault.head.size).toBe(size);
});

test("another query under a used jti is refused", async () => {
  const node = await start();
  const query = queryOf(node);
  await node.vault.submit(signed(query));
  expect(await codeOf(node.vault.submit(signed({ ...query, parameters: { mark: 300 } })))).toBe("jti-reused");
});

test.each<[string, Partial<Query>, string]>([
  ["a computation that nobody approved", { computation: digestOf(encodeUtf8("nothing")) }, "computation-unknown"],
  ["a purpose outside the grant", { purpose: "marketing" }, "purpose-not-granted"],
  ["a parameter off its grid", { parameters: { mark: 251 } }, "parameters-invalid"],
  ["a missing parameter", { parameters: {} }, "parameters-invalid"],
  ["a consent that is asked for and missing", { purpose: "loan-origination" }, "consent-missing"],
  ["a subject of another scheme", { subject: { scheme: "uscc", id: "91350100M000100Y43" } }, "subject-scheme-mismatch"],
])("%s is a refusal: signed, logged, free", async (_, more, code) => {
  const node = await start();
  const size = node.vault.head.size;
  const refused = await ask(node, more);
  expect(refused).toMatchObject({ status: 403, code });
  expect(refused.claims.outcome).toEqual({ kind: "refusal", code });
  expect(refused.claims.disclosure.bits).toBe("0.000");
  expect(node.vault.head.size).toBe(size + 1);
});

test("a computation that was not granted is refused", async () => {
  const node = await start();
  expect(await ask(node, { computation: node.digestOf("never-granted") })).toMatchObject({ status: 403, code: "requester-not-granted" });
});

test("bad input is nobody's: a coded error, no entry", async () => {
  const node = await start();
  const size = node.vault.head.size;
  const { now } = node.clock;
  const submit = (more: Partial<Query>, key = parties.bank) => codeOf(node.vault.submit(signed(queryOf(node, more), key)));
  expect(await submit({ iss: "stranger.example" })).toBe("requester-unknown");
  expect(await submit({}, importPrivateKey(new Uint8Array(32).fill(99)))).toBe("requester-unknown");
  expect(await submit({ aud: "other.example" })).toBe("query-wrong-audience");
  expect(await submit({ iat: now - 1000, exp: now - 800 })).toBe("query-expired");
  expect(await submit({ iat: now + 500, exp: now + 600 })).toBe("query-not-yet-valid");
  const query = signed(queryOf(node));
  expect(await codeOf(node.vault.submit(`${query.slice(0, -4)}AAAA`))).toMatch(/jws-signature-invalid|base64-invalid/);
  expect(node.vault.head.size).toBe(size);
});

test("a clock that is off by less than the stated skew is tolerated", async () => {
  const node = await start();
  const { now } = node.clock;
  expect((await ask(node, { iat: now + 59, exp: now + 300 })).status).toBe(200);
  expect((await ask(node, { iat: now - 300, exp: now - 59 })).status).toBe(200);
});

test("a consent stands behind a query when all of it fits, and its digest is in the answer", async () => {
  const node = await start();
  const consent = consentOf(node);
  const { claims, status } = await ask(node, { purpose: "loan-origination", consent });
  expect(status).toBe(200);
  expect(claims.consent).toBe(digestOf(encodeUtf8(consent)));
});

test("each way in which a consent does not fit is refused with its own code", async () => {
  const node = await start();
  const { now } = node.clock;
  const stranger = importPrivateKey(new Uint8Array(32).fill(98));
  const refusedWith = async (consent: string) => (await ask(node, { purpose: "loan-origination", consent })) as { code?: string };
  const code = async (consent: string) => (await refusedWith(consent)).code;
  expect(await code("a.b.c")).toBe("consent-invalid");
  expect(await code(consentOf(node, {}, stranger))).toBe("consent-issuer-unknown");
  expect(await code(consentOf(node, { iss: "other.example" }))).toBe("consent-issuer-unknown");
  expect(await code(consentOf(node, { subject: { scheme: "opaque", id: "E2" } }))).toBe("consent-wrong-subject");
  expect(await code(consentOf(node, { aud: "other.example" }))).toBe("consent-wrong-requester");
  expect(await code(consentOf(node, { purposes: ["marketing"] }))).toBe("consent-wrong-purpose");
  expect(await code(consentOf(node, { datasets: ["ratings"] }))).toBe("consent-wrong-computation");
  expect(await code(consentOf(node, { nbf: now + 10 }))).toBe("consent-not-yet-valid");
  expect(await code(consentOf(node, { nbf: now - 20, exp: now }))).toBe("consent-expired");
  const consent = consentOf(node);
  node.run({ act: "revoke-consent", consent: digestOf(encodeUtf8(consent)) });
  expect(await code(consent)).toBe("consent-revoked");
});

test("the budget is charged once for a question, runs out, and renews", async () => {
  const node = await start(policyText({ budgetBits: 3, ceilingBits: 100 }));
  const first = await ask(node, { parameters: { mark: 100 } });
  expect(first.claims.disclosure).toEqual({ bits: "1.585", remaining: "1.415" }); // yes, no and no-record: log2(3)
  expect((await ask(node, { parameters: { mark: 100 } })).claims.disclosure).toEqual({ bits: "0.000", remaining: "1.415" });
  const refused = await ask(node, { parameters: { mark: 250 } });
  expect(refused).toMatchObject({ status: 403, code: "budget-spent" });
  expect(refused.claims.disclosure).toEqual({ bits: "0.000", remaining: "1.415" });
  expect((JSON.parse(refused.body) as { renewsAt: number }).renewsAt).toBeGreaterThan(node.clock.now);
  expect((await ask(node, { parameters: { mark: 250 }, subject: { scheme: "opaque", id: "E2" } })).status).toBe(200);
  node.clock.now = (JSON.parse(refused.body) as { renewsAt: number }).renewsAt;
  node.run({ act: "grant", requester: bank, computation: "total-above", purposes: ["supervision"], from: 0, until: node.clock.now + 1000 });
  expect((await ask(node, { parameters: { mark: 250 } })).status).toBe(200);
});

test("queries of one batch see each other's charges", async () => {
  const node = await start(policyText({ budgetBits: 3, ceilingBits: 100 }));
  const replies = await Promise.all([100, 250, 300].map((mark) => node.vault.submit(signed(queryOf(node, { parameters: { mark } })))));
  expect(replies.map(({ status }) => status)).toEqual([200, 403, 403]);
});

test("acts of administration are in force at the very next query", async () => {
  const node = await start();
  node.run({ act: "revoke-computation", computation: node.digestOf("total-above") });
  expect((await ask(node)) as { code?: string }).toMatchObject({ code: "computation-revoked" });
  const other = await start();
  other.run({ act: "cut-off", requester: bank });
  expect((await ask(other)) as { code?: string }).toMatchObject({ code: "requester-cut-off" });
});

test("a new epoch is what the next query reads, and the answer says so", async () => {
  const node = await start();
  await publishSales(node, 2, { E2: [99_999] });
  const { claims } = await ask(node, { subject: { scheme: "opaque", id: "E2" } });
  expect(claims).toMatchObject({ outcome: { decision: true }, epoch: { number: 2 } });
});
