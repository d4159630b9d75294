import { afterAll, beforeAll, expect, test } from "vitest";
import { importPrivateKey, type PrivateKey } from "#crypto";
import { formatBase64Url } from "../../src/bytes/base64.js";
import { asFrostglassError } from "../../src/errors/error.js";
import { createRequester } from "../../src/requester/index.js";
import { tellBudget } from "../../src/vault/accounts/tellBudget.js";
import { parseBudgetReply } from "../../src/wire/budgetReply.js";
import { signingKey } from "../../src/wire/jwk.js";
import { budgetTyp, type Query, signQuery } from "../../src/wire/query.js";
import { killAll, startGateway, startVault } from "../faults/processes.js";
import { bank, consentOf, parties, policyText, queryOf, type SmallNode, signed } from "../vault/smallNode.js";
import { absent, marked, markedNode, markedRecords, removeHome, thin } from "./marked.js";

/*
 * What a requester is told of its own budget: only what it could ask, never whether a subject is on file or what others learned, and nothing that a question
 * and its budget message could be taken for each other.
 */

const second = { name: "second.example", key: importPrivateKey(new Uint8Array(32).fill(85)) };
let node: SmallNode;

beforeAll(async () => {
  node = await markedNode(markedRecords(6), policyText({ budgetBits: 16, ceilingBits: 20 }));
  node.run({ act: "add-requester", requester: second.name, keys: [formatBase64Url(second.key.publicKey.bytes)] });
  const times = { from: node.clock.now - 86_400, until: node.clock.now + 86_400 };
  node.run({ act: "grant", requester: second.name, computation: "total-above", purposes: ["supervision"], ...times });
});
afterAll(async () => {
  await killAll();
  removeHome(node.home);
});

const about = (id: string, more: Partial<Query> = {}): Query => queryOf(node, { subject: { scheme: "opaque", id }, ...more });
const budgetMessage = (query: Query, key: PrivateKey = parties.bank) => signQuery(query, signingKey(key), budgetTyp);
const told = (query: Query, key?: PrivateKey) => node.vault.submit(budgetMessage(query, key), tellBudget);
const remaining = async (query: Query, key?: PrivateKey) => parseBudgetReply((await told(query, key)).body).datasets[0]?.remaining;

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "told",
    (thrown: unknown) => `${asFrostglassError(thrown)?.code}: ${asFrostglassError(thrown)?.message}`,
  );

test("known, unknown and thin subjects: the same bytes, before a question and after it; nothing is logged or charged", async () => {
  for (const when of ["before", "after"]) {
    const size = node.vault.head.size;
    const replies = await Promise.all([marked(0), absent(0), thin(0)].map((id) => told(about(id))));
    expect(new Set(replies.map(({ body }) => body)).size).toBe(1);
    expect((replies[0]?.body.length ?? 1) % 256).toBe(0);
    expect(node.vault.head.size).toBe(size);
    const { bits, datasets } = parseBudgetReply(replies[0]?.body ?? "");
    expect([bits, datasets]).toEqual(
      when === "before" ? ["1.585", [{ dataset: "sales", remaining: "16.000" }]] : ["0.000", [{ dataset: "sales", remaining: "14.415" }]],
    );
    await Promise.all([marked(0), absent(0), thin(0)].map((id) => node.vault.submit(signed(about(id)))));
  }
});

test("what another requester learned does not show", async () => {
  await node.vault.submit(signed(about(marked(1))));
  expect(await remaining(about(marked(1), { iss: second.name }), second.key)).toBe("16.000");
});

test("only what could be asked is told: grant, purpose and consent are those of the question", async () => {
  const consent = consentOf(node, { subject: { scheme: "opaque", id: marked(2) } });
  const origination = { purpose: "loan-origination" };
  expect(await codeOf(told(about(marked(2), { ...origination, consent })))).toBe("told");
  const refused: readonly (readonly [Query, PrivateKey])[] = [
    [about(marked(2), origination), parties.bank],
    [about(marked(3), { ...origination, consent }), parties.bank],
    [about(marked(2), { purpose: "marketing" }), parties.bank],
    [about(marked(2), { iss: second.name, computation: node.digestOf("sales-count"), parameters: {} }), second.key],
    [about(marked(2), { parameters: { mark: 251 } }), parties.bank],
  ];
  for (const [query, key] of refused) expect(await codeOf(told(query, key))).toMatch(/^budget-not-told: /);
  expect(await codeOf(told(about(marked(2)), second.key))).toMatch(/^requester-unknown/);
  expect(await codeOf(told(about(marked(2), { exp: node.clock.now - 100, iat: node.clock.now - 300 })))).toMatch(/^query-expired/);
});

test("a query is no budget message, and a budget message asks nothing", async () => {
  expect(await codeOf(node.vault.submit(signed(about(marked(4))), tellBudget))).toMatch(/^jws-typ-refused/);
  expect(await codeOf(node.vault.submit(budgetMessage(about(marked(4)))))).toMatch(/^jws-typ-refused/);
  expect(await remaining(about(marked(4)))).toBe("16.000");
});

test("over HTTP, by the requester's library", { timeout: 60_000 }, async () => {
  await node.vault.submit(signed(about(marked(5))));
  await node.vault.close();
  await startVault(node.home);
  const { url } = await startGateway(node.home);
  const { now } = node.clock;
  const sleep = () => Promise.resolve();
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  const requester = createRequester({
    ...{ nodeUrl: url, name: bank, privateKey: parties.bank, fetch, sleep, now: () => now, randomBytes: random },
  });
  const question = { subject: { scheme: "opaque", id: marked(5) } as const, computation: "total-above", purpose: "supervision" };
  const reply = await requester.budget({ ...question, parameters: { mark: 100 } });
  expect(reply).toMatchObject({ holder: "tax.example", bits: "1.585", datasets: [{ dataset: "sales", remaining: "14.415" }] });
  await expect(requester.budget({ ...question, purpose: "marketing", parameters: { mark: 100 } })).rejects.toMatchObject({
    code: "budget-not-told",
  });
});
