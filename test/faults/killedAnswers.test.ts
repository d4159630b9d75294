import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decodeAnswer } from "../../src/wire/answer.js";
import { marked, markedNode, markedRecords, removeHome } from "../attacks/marked.js";
import { openNode, passphrase, policyText, queryOf, type SmallNode, signed } from "../vault/smallNode.js";
import { expectLogged, membersOf, readPublicLog } from "./publicLog.js";

/*
 * kill -9 at each step between charge, log and release, one after the other on one home. Whatever the moment: no reply was let go, what is on the disk is
 * all of the batch or nothing of it, each query gets one answer in the end, and each answer is charged once.
 */

const budget = 20_000;
const firms = 4;
let node: SmallNode;

beforeAll(async () => {
  node = await markedNode(markedRecords(firms, 4), policyText({ budgetBits: budget / 1000, ceilingBits: 200 }));
  await node.vault.close();
});
afterAll(() => removeHome(node.home));

function killedAt(moment: string, queries: readonly string[]) {
  const script = fileURLToPath(new URL("killedAnswers.mjs", import.meta.url));
  const input = `${[passphrase, ...queries].join("\n")}\n`;
  return spawnSync(process.execPath, [script, node.home.dir, moment], { input, encoding: "utf8", timeout: 30_000 });
}

const moments = ["before", "entries", "answers", "accounts", "after"] as const;

test.each(moments.map((moment, i) => [moment, i] as const))("a vault that is killed at the moment `%s` of a commit", async (moment, i) => {
  const firm = { scheme: "opaque", id: marked(i % firms) };
  const marks = [100, 250, 300];
  const queries = marks.map((mark) =>
    signed(queryOf(node, { subject: firm, parameters: { mark }, iat: node.clock.now, exp: node.clock.now + 300 })),
  );
  const sizeBefore = await withNode(({ vault }) => vault.head.size);

  const { signal, stdout, stderr } = killedAt(moment, queries);
  expect([signal, stdout, stderr]).toEqual(["SIGKILL", "", ""]);

  await withNode(async ({ vault }) => {
    expect(vault.head.size).toBe(moment === "after" ? sizeBefore + queries.length : sizeBefore);
    const replies = await Promise.all(queries.map((query) => vault.submit(query)));
    const again = await Promise.all(queries.map((query) => vault.submit(query)));
    expect(again).toEqual(replies);
    expect(vault.head.size).toBe(sizeBefore + queries.length);
    const disclosures = replies.map(({ body }) => decodeAnswer(membersOf(body).answer).answer.disclosure);
    const charged = disclosures.reduce((sum, { bits }) => sum + millibits(bits), 0);
    expect(Math.min(...disclosures.map(({ remaining }) => millibits(remaining)))).toBe(leftOf(i % firms) - charged);
    spent.set(i % firms, (spent.get(i % firms) ?? 0) + charged);
    released.push(...replies.map(({ body }) => body));
  });
  expectLogged(await readPublicLog(node.home), released);
});

/** All that was charged to a firm's account by the answers so far. */
const spent = new Map<number, number>();
const released: string[] = [];
const leftOf = (firm: number) => budget - (spent.get(firm) ?? 0);
const millibits = (bits: string) => Math.round(Number(bits) * 1000);

async function withNode<T>(use: (opened: SmallNode) => T | Promise<T>): Promise<T> {
  const opened = await openNode(node.home, node.clock);
  try {
    return await use(opened);
  } finally {
    await opened.vault.close();
  }
}
