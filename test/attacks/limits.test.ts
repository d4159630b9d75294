import { afterAll, beforeAll, expect, test } from "vitest";
import { importPrivateKey, type PrivateKey } from "#crypto";
import { formatBase64Url } from "../../src/bytes/base64.js";
import { asFrostglassError } from "../../src/errors/error.js";
import { decodeAnswer } from "../../src/wire/answer.js";
import { codeOf, killAll, post, startGateway, startVault } from "../faults/processes.js";
import { membersOf } from "../faults/publicLog.js";
import { bank, openNode, parties, policyText, queryOf, type SmallNode, signed } from "../vault/smallNode.js";
import { absent, marked, markedNode, markedRecords, removeHome } from "./marked.js";

/*
 * Limits for each requester: one that walks through ten thousand codes stops at the day's limit, one that floods makes only itself wait, and neither
 * a restart nor another key gives it more.
 */

const newSubjects = 50;
const [otherName, otherKey] = ["other.example", importPrivateKey(new Uint8Array(32).fill(83))] as const;
let node: SmallNode;

beforeAll(async () => {
  const more = `limits: { queries_per_minute: 20000, new_subjects_per_day: ${newSubjects} }\n`;
  node = await markedNode(markedRecords(30), policyText({ budgetBits: 5000, ceilingBits: 5000, more }));
  node.run({ act: "add-requester", requester: otherName, keys: [formatBase64Url(otherKey.publicKey.bytes)] });
  const times = { from: node.clock.now - 86_400, until: node.clock.now + 365 * 86_400 };
  node.run({ act: "grant", requester: otherName, computation: "total-above", purposes: ["supervision"], ...times });
});
afterAll(async () => {
  await killAll();
  removeHome(node.home);
});

/** A question about one of ten thousand codes: a few are on file, most are not. */
function about(n: number, mark = 250, iss: string = bank, key: PrivateKey = parties.bank): string {
  const subject = { scheme: "opaque", id: n % 7 === 0 && n / 7 < 30 ? marked(n / 7) : absent(n) };
  return signed(queryOf(node, { iss, subject, parameters: { mark } }), key);
}

const refusalIn = (body: string) => {
  const { outcome } = decodeAnswer(membersOf(body).answer).answer;
  return outcome.kind === "refusal" ? outcome.code : "answered";
};

async function outcomes(queries: readonly string[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let i = 0; i < queries.length; i += 1000) {
    const replies = await Promise.all(queries.slice(i, i + 1000).map((query) => node.vault.submit(query)));
    for (const { body } of replies) counts[refusalIn(body)] = (counts[refusalIn(body)] ?? 0) + 1;
  }
  return counts;
}

test("walking through 10,000 codes stops at the day's limit, known or not; known ones may be asked about further", {
  timeout: 120_000,
}, async () => {
  const counts = await outcomes(Array.from({ length: 10_000 }, (_, n) => about(n)));
  expect(counts).toEqual({ answered: newSubjects, "subjects-limit": 10_000 - newSubjects });
  expect(await outcomes([about(0, 300), about(1, 300), about(2, 100)])).toEqual({ answered: 3 });
});

test("the refusal says when, is the same for codes on file and not on file, and tells the whole budget to be left", async () => {
  const replies = await Promise.all([about(7 * 20), about(9999)].map((query) => node.vault.submit(query)));
  const midnight = (Math.floor(node.clock.now / 86_400) + 1) * 86_400;
  for (const { status, body } of replies) {
    expect(status).toBe(403);
    expect(JSON.parse(body)).toMatchObject({ code: "subjects-limit", renewsAt: midnight });
    expect(decodeAnswer(membersOf(body).answer).answer.disclosure).toEqual({ bits: "0.000", remaining: "5000.000" });
  }
});

test("the count is each requester's own, and a restart does not forget it; another day begins anew", async () => {
  const before = node.clock.now;
  expect(await outcomes([about(5000, 250, otherName, otherKey)])).toEqual({ answered: 1 });
  node = await node.reopened();
  expect(await outcomes([about(6000)])).toEqual({ "subjects-limit": 1 });
  node.clock.now += 86_400;
  const next = Array.from({ length: newSubjects + 1 }, (_, n) => about(7000 + n));
  expect(await outcomes(next)).toEqual({ answered: newSubjects, "subjects-limit": 1 });
  node.clock.now = before;
  expect(await outcomes([about(8500)])).toEqual({ "subjects-limit": 1 });
});

test("a requester that floods the vault makes another wait for one batch at most", async () => {
  const flood = Array.from({ length: 1500 }, () => node.vault.submit(about(0)));
  const quiet = node.vault.submit(about(5000, 300, otherName, otherKey));
  const index = membersOf((await quiet).body).index;
  const ofFlood = (await Promise.all(flood)).map(({ body }) => membersOf(body).index);
  expect(ofFlood.filter((position) => position < index).length).toBeLessThan(256);
});

test("a flood beyond the queue gets a clear refusal, and another requester is let in", async () => {
  const flood = Array.from({ length: 3000 }, () => node.vault.submit(about(0)));
  const quiet = node.vault.submit(about(5000, 100, otherName, otherKey));
  const settled = await Promise.allSettled(flood);
  const refused = settled.flatMap((result) => (result.status === "rejected" ? [asFrostglassError(result.reason)?.code] : []));
  expect(new Set(refused)).toEqual(new Set(["queue-full"]));
  expect(refused).toHaveLength(3000 - 2048);
  expect((await quiet).status).toBe(200);
});

test("over HTTP: more messages a minute than the policy allows are refused with 429 and Retry-After, and are not logged", {
  timeout: 60_000,
}, async () => {
  node.run({ act: "set-policy", text: policyText({ budgetBits: 5000, ceilingBits: 5000, more: "limits: { queries_per_minute: 60 }\n" }) });
  await node.vault.close();
  const vault = await startVault(node.home);
  const { url } = await startGateway(node.home);
  const replies = await Promise.all(Array.from({ length: 200 }, (_, i) => post(url, about(i % 7))));
  const limited = replies.filter(({ status }) => status === 429);
  expect(new Set(limited.map(codeOf))).toEqual(new Set(["rate-limited"]));
  // The bucket holds sixty, and one more flows in each second that the 200 take.
  expect(limited.length).toBeGreaterThan(100);
  expect(replies.length - limited.length).toBeGreaterThanOrEqual(60);
  const other = await post(url, about(5000, 250, otherName, otherKey));
  expect(other.status).toBe(200);
  const response = await fetch(`${url}/v1/queries`, { method: "POST", body: about(1), headers: { "Content-Type": "application/jose" } });
  expect([response.status, response.headers.get("retry-after")]).toEqual([429, "1"]);
  vault.signal("SIGTERM");
  await vault.ended;
  const size = node.vault.head.size;
  node = await openNode(node.home, node.clock);
  expect(node.vault.head.size).toBe(size + replies.length - limited.length + 1);
  await node.vault.close();
});
