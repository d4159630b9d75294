import { Agent, request as httpRequest } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerQuery } from "../../src/vault/answerQuery.js";
import { Batch } from "../../src/vault/batch.js";
import { decodeAnswer } from "../../src/wire/answer.js";
import { killAll, startGateway, startVault } from "../faults/processes.js";
import { membersOf } from "../faults/publicLog.js";
import { policyText, queryOf, type SmallNode, signed } from "../vault/smallNode.js";
import { absent, computationIds, marked, markedNode, markedRecords, removeHome, thin } from "./marked.js";
import { areaUnderCurve, estimateArea } from "./ranks.js";

/*
 * P5 against somebody who sees how long replies are and how long they take: over thousands of interleaved queries about firms that are on file, that are not,
 * and that have too few records, every reply of one computation has the same length, and its time does not tell the three apart.
 */

const firms = 300;
const kinds = { known: marked, absent, thin } as const;
type Kind = keyof typeof kinds;
const kindNames = Object.keys(kinds) as Kind[];
const pairs: readonly (readonly [Kind, Kind])[] = [
  ["known", "absent"],
  ["known", "thin"],
  ["thin", "absent"],
];
/** How far from 0.5 the area under the curve may lie: an adversary is right in at most 57 of 100 pairs. */
const bound = 0.07;

let node: SmallNode;
beforeAll(async () => {
  node = await markedNode(markedRecords(firms, 40), policyText({ budgetBits: 9000, ceilingBits: 9000 }));
});
afterAll(async () => {
  await killAll();
  removeHome(node.home);
});

function ask(id: string, computation: string = "total-above", mark = 250): string {
  const parameters: Record<string, number> = computation === "total-above" ? { mark } : {};
  return signed(queryOf(node, { subject: { scheme: "opaque", id }, computation: node.digestOf(computation), parameters }));
}

/** Every sort in each round, in turning order: whatever else the machine does falls on all alike. */
function* interleaved(rounds: number): Generator<{ readonly kind: Kind; readonly query: string }> {
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < kindNames.length; i++) {
      const kind = kindNames[(round + i) % kindNames.length] as Kind;
      yield { kind, query: ask(kinds[kind](round % firms), "total-above", [100, 250, 300][Math.floor(round / firms) % 3]) };
    }
  }
}

function judge(what: string, times: Readonly<Record<Kind, readonly number[]>>): void {
  for (const [a, b] of pairs) {
    const { area, low, high } = estimateArea(times[a], times[b]);
    console.info(
      `${what}: ${a} slower than ${b} in ${(area * 100).toFixed(1)} of 100 pairs (bootstrap 95 %: ${(low * 100).toFixed(1)} to ${(high * 100).toFixed(1)}), n = ${times[a].length} each`,
    );
    // On a machine so loaded that the interval is wide, what is asked is that it reaches into the bound.
    expect(low, `${what}, ${a} against ${b}`).toBeLessThan(0.5 + bound);
    expect(high, `${what}, ${a} against ${b}`).toBeGreaterThan(0.5 - bound);
  }
}

const empty = (): Record<Kind, number[]> => ({ known: [], absent: [], thin: [] });

test("the area under the curve is what its definition says, and an honest difference is found", () => {
  expect(areaUnderCurve([1, 2, 3], [1, 2, 3])).toBe(0.5);
  expect(areaUnderCurve([4, 5], [1, 2, 3])).toBe(1);
  expect(areaUnderCurve([1, 3], [2, 4])).toBe(0.25);
  const noise = Array.from({ length: 1000 }, (_, i) => (i * 7919) % 1000);
  const slower = noise.map((value) => value + 250);
  expect(estimateArea(slower, noise).low).toBeGreaterThan(0.5 + bound);
});

test("the vault's own work does not tell them apart over 6000 queries", { timeout: 120_000 }, () => {
  const times = empty();
  for (const [measured, rounds] of [[false, 300] as const, [true, 2000] as const]) {
    for (const { kind, query } of interleaved(rounds)) {
      const batch = new Batch(node.vault.head.size);
      const started = process.hrtime.bigint();
      answerQuery(node.vault.state, batch, query);
      const took = Number(process.hrtime.bigint() - started) / 1000;
      if (measured) times[kind].push(took);
    }
  }
  judge("vault", times);
});

test("replies of one computation are of one length, whatever the outcome", async () => {
  for (const computation of computationIds) {
    const lengths = new Map<string, Set<number>>();
    for (let n = 0; n < 60; n++) {
      for (const kind of kindNames) {
        const { body } = await node.vault.submit(ask(kinds[kind](n), computation, n % 2 === 0 ? 100 : 300));
        const { outcome } = decodeAnswer(membersOf(body).answer).answer;
        const name = outcome.kind === "no-record" ? kind : JSON.stringify(outcome);
        lengths.set(name, (lengths.get(name) ?? new Set()).add(body.length));
      }
    }
    const all = new Set([...lengths.values()].flatMap((some) => [...some]));
    expect([...lengths.keys()]).toEqual(expect.arrayContaining(["absent", "thin"]));
    expect(lengths.size).toBeGreaterThan(2);
    expect(all.size).toBe(1);
    expect([...all][0]).toSatisfy((length: number) => length % 256 === 0);
  }
});

test("a repeated query gets a reply of the same length, to the byte", async () => {
  const query = ask(absent(1));
  const [first, again] = [await node.vault.submit(query), await node.vault.submit(query)];
  expect(again).toEqual(first);
});

test("over HTTP and two processes, neither lengths nor times tell them apart over 6000 queries", { timeout: 300_000 }, async () => {
  await node.vault.close();
  await startVault(node.home);
  const { url } = await startGateway(node.home);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times = empty();
  const lengths = new Set<number>();
  for (const [measured, rounds] of [[false, 100] as const, [true, 2000] as const]) {
    for (const { kind, query } of interleaved(rounds)) {
      const { took, length } = await timedPost(agent, url, query);
      lengths.add(length);
      if (measured) times[kind].push(took);
    }
  }
  agent.destroy();
  expect(lengths.size).toBe(1);
  judge("HTTP", times);
});

/** From the request leaving to the last byte of the reply, microseconds. */
function timedPost(agent: Agent, url: string, query: string): Promise<{ readonly took: number; readonly length: number }> {
  return new Promise((resolve, reject) => {
    const headers = { "Content-Type": "application/jose", "Content-Length": query.length };
    const started = process.hrtime.bigint();
    const sent = httpRequest(`${url}/v1/queries`, { method: "POST", agent, headers }, (response) => {
      let length = 0;
      response.on("data", (chunk: Uint8Array) => {
        length += chunk.length;
      });
      response.on("error", reject);
      response.on("end", () => {
        if (response.statusCode === 200) resolve({ took: Number(process.hrtime.bigint() - started) / 1000, length });
        else reject(new Error(`status ${response.statusCode}`));
      });
    });
    sent.on("error", reject);
    sent.end(query);
  });
}
