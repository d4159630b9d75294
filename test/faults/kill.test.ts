import { existsSync } from "node:fs";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Home } from "../../src/vault/home.js";
import { decodeAnswer } from "../../src/wire/answer.js";
import { marked, markedNode, markedRecords, removeHome } from "../attacks/marked.js";
import { policyText, queryOf, type SmallNode, signed } from "../vault/smallNode.js";
import { codeOf, kill, killAll, post, postUntilAnswered, startGateway, startVault } from "./processes.js";
import { expectLogged, membersOf, readPublicLog } from "./publicLog.js";

/*
 * kill -9 in the middle of answering. The node's two processes run as `serve` starts them, many queries are under way, and the vault is killed
 * again and again. What a client received is in the log by its exact digest; what it did not receive it gets by sending the same query again;
 * and the accounts hold what the answers say, no more and no less.
 */

const firms = 25;
const marks = [100, 250, 300];
const budget = 50_000;
let node: SmallNode;
let home: Home;

beforeAll(async () => {
  node = await markedNode(markedRecords(firms, 4), policyText({ budgetBits: budget / 1000, ceilingBits: 200 }));
  home = node.home;
  await node.vault.close();
});
afterEach(killAll);
afterAll(() => removeHome(home));

const millibits = (text: string) => Math.round(Number(text) * 1000);
const disclosureOf = (body: string) => decodeAnswer(membersOf(body).answer).answer.disclosure;

function askAbout(firm: number, mark: number): string {
  return signed(queryOf(node, { subject: { scheme: "opaque", id: marked(firm) }, parameters: { mark } }));
}

test("every answer that a client received survives five kills, and every query is answered once in the end", {
  timeout: 60_000,
}, async () => {
  let vault = await startVault(home);
  const gateway = await startGateway(home);
  const received = new Map<string, string>();
  const queries = Array.from({ length: firms * marks.length }, (_, i) => askAbout(i % firms, marks[Math.floor(i / firms)] ?? 0));
  for (const afterAnswers of [1, 3, 8, 13, 20]) {
    const waiting = queries.filter((query) => !received.has(query));
    const heard = await askTogether(gateway.url, waiting, afterAnswers, () => vault.signal("SIGKILL"));
    expect(heard.size).toBeLessThan(waiting.length); // the kill did come in the middle
    for (const [query, body] of heard) received.set(query, body);
    expect(await vault.ended).toBe(null);
    expect(existsSync(home.doorSocket)).toBe(true); // a dead vault's socket is no obstacle to the next start
    vault = await startVault(home);
    await postUntilAnswered(gateway.url, queries[0] ?? "");
  }
  for (const query of queries) {
    const { body } = await postUntilAnswered(gateway.url, query);
    expect(received.get(query) ?? body).toBe(body);
    received.set(query, body);
  }
  await expectAccounts(gateway.url, [...received.values()]);
  await kill(gateway, "SIGTERM");
  expect(await kill(vault, "SIGTERM")).toBe(0);
  const log = await readPublicLog(home);
  expectLogged(log, [...received.values()]);
  // One answer for each query, the ones that nobody heard of before they were asked for again included.
  expect(log.entries.filter(({ entry }) => entry === "answer/1")).toHaveLength(queries.length + firms);
});

/** Eight clients take queries from one list, each until its first failure; `kill` is called at an answer. Gives what was answered. */
async function askTogether(url: string, queries: readonly string[], killAt: number, kill: () => void): Promise<Map<string, string>> {
  const heard = new Map<string, string>();
  let next = 0;
  const client = async () => {
    for (let query = queries[next++]; query !== undefined; query = queries[next++]) {
      const reply = await post(url, query);
      if (reply.status !== 200) return expect([reply.status, codeOf(reply)]).toEqual([503, "vault-unavailable"]);
      heard.set(query, reply.body);
      if (heard.size === killAt) kill();
    }
  };
  await Promise.all(Array.from({ length: 8 }, client));
  return heard;
}

/** A question that was charged before is free, and its answer says what is left: the budget less what the answers disclosed. */
async function expectAccounts(url: string, bodies: readonly string[]): Promise<void> {
  const charged = bodies.reduce((sum, body) => sum + millibits(disclosureOf(body).bits), 0);
  let left = 0;
  for (let firm = 0; firm < firms; firm++) {
    const { bits, remaining } = disclosureOf((await post(url, askAbout(firm, marks[0] ?? 0))).body);
    expect(bits).toBe("0.000");
    left += millibits(remaining);
  }
  expect(left).toBe(firms * budget - charged);
}
