import { afterAll, beforeAll, expect, test } from "vitest";
import { importPrivateKey, type PrivateKey } from "#crypto";
import { formatBase64Url } from "../../src/bytes/base64.js";
import { realSurroundings } from "../../src/cli/surroundings.js";
import { openAdminSession } from "../../src/vault/adminSession.js";
import { decodeAnswer } from "../../src/wire/answer.js";
import type { Query } from "../../src/wire/query.js";
import { killAll, post, postUntilAnswered, startGateway, startVault } from "../faults/processes.js";
import { membersOf } from "../faults/publicLog.js";
import { bank, parties, policyText, queryOf, type SmallNode, signed } from "../vault/smallNode.js";
import { marked, markedNode, markedRecords, removeHome } from "./marked.js";

/*
 * P4 over HTTP, against a requester who asks everything at once, from several connections and two gateways, and against two who ask together:
 * the bits that all answers about a subject disclose never exceed the budget, nor the ceiling.
 */

const others: readonly (readonly [name: string, key: PrivateKey])[] = [81, 82].map((n) => [
  `bank-${n}.example`,
  importPrivateKey(new Uint8Array(32).fill(n)),
]);
const budgetBits = 4;
const ceilingBits = 7;
let node: SmallNode;
let vault: Awaited<ReturnType<typeof startVault>>;
let urls: readonly string[];

beforeAll(async () => {
  node = await markedNode(markedRecords(4), policyText({ budgetBits, ceilingBits }));
  const times = { from: node.clock.now - 86_400, until: node.clock.now + 86_400 };
  for (const [requester, key] of others) {
    node.run({ act: "add-requester", requester, keys: [formatBase64Url(key.publicKey.bytes)] });
    for (const computation of ["total-above", "buyer-spread", "sales-count"])
      node.run({ act: "grant", requester, computation, purposes: ["supervision"], ...times });
  }
  await node.vault.close();
  vault = await startVault(node.home);
  urls = [(await startGateway(node.home)).url, (await startGateway(node.home)).url];
});
afterAll(async () => {
  await killAll();
  removeHome(node.home);
});

/** Every question that there is about a firm, several times over. */
function everything(firm: number, requester: string = bank, key: PrivateKey = parties.bank): string[] {
  const about: Partial<Query> = { iss: requester, subject: { scheme: "opaque", id: marked(firm) } };
  const questions: Partial<Query>[] = [
    ...[100, 250, 300].map((mark) => ({ parameters: { mark } })),
    ...["buyer-spread", "sales-count"].map((id) => ({ computation: node.digestOf(id), parameters: {} })),
  ];
  return [...questions, ...questions, ...questions].map((question) => signed(queryOf(node, { ...about, ...question }), key));
}

const disclosed = (bodies: readonly string[]) =>
  bodies.reduce((sum, body) => sum + Number(decodeAnswer(membersOf(body).answer).answer.disclosure.bits), 0);

const outcomesOf = (bodies: readonly string[]) =>
  new Set(
    bodies.map((body) => {
      const { outcome } = decodeAnswer(membersOf(body).answer).answer;
      return outcome.kind === "refusal" ? outcome.code : "answered";
    }),
  );

test("one requester that asks everything at once, through two gateways, gets no more than its budget", { timeout: 60_000 }, async () => {
  const replies = await Promise.all(everything(0).map((query, i) => post(urls[i % 2] ?? "", query)));
  const bodies = replies.map(({ body }) => body);
  expect(outcomesOf(bodies)).toEqual(new Set(["answered", "budget-spent"]));
  expect(disclosed(bodies)).toBeLessThanOrEqual(budgetBits);
  expect(disclosed(bodies)).toBeGreaterThan(0);
});

test("three requesters together get no more than the ceiling, and the budget of each holds beside it", { timeout: 60_000 }, async () => {
  const [url = ""] = urls;
  const all = [[bank, parties.bank] as const, ...others].map(([name, key]) => everything(1, name, key));
  const replies = await Promise.all(all.map((queries) => Promise.all(queries.map((query) => post(url, query)))));
  const bodies = replies.map((some) => some.map(({ body }) => body));
  for (const some of bodies) expect(disclosed(some)).toBeLessThanOrEqual(budgetBits);
  expect(disclosed(bodies.flat())).toBeLessThanOrEqual(ceilingBits);
  expect(outcomesOf(bodies.flat())).toContain("ceiling-reached");
});

test("a cut-off is in force at once, also for queries that were signed before", { timeout: 60_000 }, async () => {
  const [name, key] = others[0] ?? [bank, parties.bank];
  const before = everything(3, name, key);
  const session = await openAdminSession(node.home, () => Promise.reject(new Error("the vault runs")), realSurroundings);
  await session.run({ act: "cut-off", requester: name });
  await session.close();
  const replies = await Promise.all(before.map((query) => post(urls[0] ?? "", query)));
  expect(outcomesOf(replies.map(({ body }) => body))).toEqual(new Set(["requester-cut-off"]));
});

test("what was spent stays spent when the vault is killed while it answers", { timeout: 60_000 }, async () => {
  const [url = ""] = urls;
  const queries = everything(2);
  const heard: string[] = [];
  await Promise.all(
    queries.map(async (query) => {
      const { status, body } = await post(url, query);
      if (status < 500) heard.push(body);
      vault.signal("SIGKILL");
    }),
  );
  await vault.ended;
  await startVault(node.home);
  const bodies = new Set(heard);
  for (const query of [...queries, ...everything(2)]) bodies.add((await postUntilAnswered(url, query)).body);
  expect(disclosed([...bodies])).toBeLessThanOrEqual(budgetBits);
});
