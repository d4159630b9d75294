import { expect, test } from "vitest";
import { decodeAnswer } from "../../src/wire/answer.js";
import { membersOf } from "../faults/publicLog.js";
import { policyText, publishSales, queryOf, type SmallNode, signed, smallNode } from "./smallNode.js";

/* A policy that pins: whoever asked about a subject learns of no newer epoch of it for so many days. */

const pinning = policyText().replace("ceiling_bits: 64 }", "ceiling_bits: 64, pin_epoch_days: 30 }");
const day = 86_400;

async function outcomeOf(node: SmallNode, query: string): Promise<unknown> {
  const { body } = await node.vault.submit(query);
  const { outcome, epoch } = decodeAnswer(membersOf(body).answer).answer;
  return outcome.kind === "refusal" ? JSON.parse(body) : epoch.number;
}

const ask = (node: SmallNode, id: string, mark = 250) => signed(queryOf(node, { subject: { scheme: "opaque", id }, parameters: { mark } }));

test("a new epoch is told of a subject only when the pin has ended; who was not asked about is not pinned; a repeat stays free", async () => {
  const node = await smallNode(pinning);
  const asked = node.clock.now;
  const first = ask(node, "E1");
  expect(await outcomeOf(node, first)).toBe(1);
  await publishSales(node, 2, { E1: [1, 1], E2: [100_000, 100_000] }, "replace");
  node.clock.now += 29 * day;
  const refusal = { code: "epoch-pinned", renewsAt: asked + 30 * day };
  expect(await outcomeOf(node, ask(node, "E1"))).toMatchObject(refusal);
  expect(await outcomeOf(node, ask(node, "E1", 100))).toMatchObject(refusal);
  expect(await outcomeOf(node, ask(node, "E2"))).toBe(2);
  expect(await outcomeOf(node, first)).toBe(1);
  const reopened = await node.reopened();
  expect(await outcomeOf(reopened, ask(reopened, "E1"))).toMatchObject(refusal);
  reopened.clock.now += day;
  expect(await outcomeOf(reopened, ask(reopened, "E1"))).toBe(2);
  await reopened.vault.close();
});

test("without the policy's word nothing is pinned", async () => {
  const node = await smallNode();
  expect(await outcomeOf(node, ask(node, "E1"))).toBe(1);
  await publishSales(node, 2, { E1: [1, 1] }, "replace");
  expect(await outcomeOf(node, ask(node, "E1"))).toBe(2);
  await node.vault.close();
});
