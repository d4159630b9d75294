import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { asFrostglassError } from "../../src/errors/error.js";
import { decodeAnswer } from "../../src/wire/answer.js";
import { marked, markedNode, markedRecords, removeHome } from "../attacks/marked.js";
import { policyText, queryOf, type SmallNode, signed } from "../vault/smallNode.js";
import { membersOf, readPublicLog } from "./publicLog.js";

/*
 * A clock that jumps. The node never stops for it, judges each query by the clock that it has, and a budget that was spent in a period stays
 * spent in it, however often the clock passes through.
 */

let node: SmallNode;
let start: number;
const day = 86_400;
const period = 365 * day;

beforeAll(async () => {
  node = await markedNode(markedRecords(6), policyText({ budgetBits: 3, ceilingBits: 100 }));
  start = node.clock.now;
  // A grant for all the years that the clock will wander through.
  const forever = { from: 0, until: start + 10 * period };
  node.run({ act: "grant", requester: "bank.example", computation: "total-above", purposes: ["supervision"], ...forever });
});
beforeEach(() => {
  node.clock.now = start;
});
afterAll(async () => {
  await node.vault.close();
  removeHome(node.home);
});

async function ask(firm: number, mark: number): Promise<string> {
  const { body } = await node.vault.submit(
    signed(queryOf(node, { subject: { scheme: "opaque", id: marked(firm) }, parameters: { mark } })),
  );
  const { outcome } = decodeAnswer(membersOf(body).answer).answer;
  return outcome.kind === "refusal" ? outcome.code : outcome.kind;
}

test("a clock that jumps back inside a period does not fill a budget again", async () => {
  const begin = Math.floor(start / period) * period;
  node.clock.now = begin + 300 * day;
  expect(await ask(0, 100)).toBe("decision");
  expect(await ask(0, 250)).toBe("budget-spent");
  for (const now of [begin + 299 * day, begin, begin + 364 * day, begin + 1]) {
    node.clock.now = now;
    expect(await ask(0, 250)).toBe("budget-spent");
  }
});

test("a clock that goes to another period and comes back finds each period as it was left", async () => {
  expect(await ask(1, 100)).toBe("decision");
  node.clock.now = start + period;
  expect(await ask(1, 250)).toBe("decision");
  expect(await ask(1, 300)).toBe("budget-spent");
  node.clock.now = start;
  expect(await ask(1, 250)).toBe("budget-spent");
  expect(await ask(1, 300)).toBe("budget-spent");
});

test.each([
  ["back by a day", -day, "query-not-yet-valid"],
  ["back to 1970", undefined, "query-not-yet-valid"],
  ["on by a day", day, "query-expired"],
  ["on by nine years", 9 * period, "query-expired"],
])("when the clock jumps %s, a query of the right time is judged by it, and nothing stops", async (_, by, code) => {
  const query = signed(queryOf(node, { subject: { scheme: "opaque", id: marked(2) } }));
  node.clock.now = by === undefined ? 0 : start + by;
  const refused = await node.vault.submit(query).catch((thrown: unknown) => asFrostglassError(thrown)?.code);
  expect(refused).toBe(code);
  node.clock.now = start;
  expect((await node.vault.submit(query)).status).toBe(200); // nothing was lost or charged by the wrong judgement
});

test("acts of administration and a restart pass a wandering clock, and the log is still whole", async () => {
  for (const now of [start + period, 0, start]) {
    node.clock.now = now;
    node.run({ act: "revoke-consent", consent: `sha256:${String(now).padStart(64, "0")}` });
    node = await node.reopened();
  }
  expect((await readPublicLog(node.home)).report.findings).toEqual([]);
});
