import { cpSync } from "node:fs";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { digestOf } from "../../src/model/digest.js";
import { segmentPath } from "../../src/vault/home.js";
import { OpenDatasets } from "../../src/vault/records/openDatasets.js";
import { decodeAnswer } from "../../src/wire/answer.js";
import { membersOf } from "../faults/publicLog.js";
import { codeOf } from "../note/codeOf.js";
import { publishSales, queryOf, type SmallNode, signed, smallNode } from "./smallNode.js";

/* Opening a dataset hashes all of its buckets, and nobody is answered meanwhile: what was opened to be checked is what comes into force. */

let node: SmallNode;
beforeEach(async () => {
  node = await smallNode();
});
afterEach(async () => {
  if (!node.vault.isClosed) await node.vault.close();
});

const rootNow = () => node.vault.state.dataset("sales").root;
const rows = () => node.vault.state.store.segments();

async function answered(): Promise<unknown> {
  const { body } = await node.vault.submit(signed(queryOf(node, { parameters: { mark: 300 } })));
  return decodeAnswer(membersOf(body).answer).answer.outcome;
}

it("is opened once for each import that is published", async () => {
  const opened = vi.spyOn(node.vault.state, "openDataset");
  expect(await answered()).toEqual({ kind: "decision", decision: true });
  await publishSales(node, 2, { E1: [-10_000] });
  expect(opened.mock.calls).toEqual([["sales", [1, 2]]]);
  expect(await answered()).toEqual({ kind: "decision", decision: false });
  await publishSales(node, 3, { E1: [40_000, 1] }, "replace");
  expect(opened.mock.calls.slice(1)).toEqual([["sales", [3]]]);
  expect(await answered()).toEqual({ kind: "decision", decision: true });
});

it("stays as it was where the segment is not the one that was announced", async () => {
  const before = rootNow();
  cpSync(segmentPath(node.home, "sales", 1), segmentPath(node.home, "sales", 2));
  const publish = { act: "publish-epoch", dataset: "sales", number: 2, asOf: "2025-12-31", mode: "replace" } as const;
  expect(codeOf(() => node.run({ ...publish, root: digestOf("another root") }))).toBe("epoch-mismatch");
  expect([rootNow(), await answered()]).toEqual([before, { kind: "decision", decision: true }]);
});

it("takes what was offered for what the log says, and for nothing else", async () => {
  const { state } = node.vault;
  const first = rootNow();
  await publishSales(node, 2, { E2: [1] });
  const opened: (readonly number[])[] = [];
  const datasets = new OpenDatasets((name, epochs) => {
    opened.push(epochs);
    return state.openDataset(name, epochs);
  });
  datasets.offer(state.openDataset("sales", [1]));
  datasets.follow({ sales: rootNow() }, rows());
  expect([opened, datasets.byName.get("sales")?.root]).toEqual([[[1, 2]], rootNow()]);
  datasets.close();
  datasets.offer(state.openDataset("sales", [1, 2]));
  expect(() => datasets.follow({ sales: first }, rows())).toThrow(expect.objectContaining({ code: "epoch-mismatch" }));
  datasets.follow({ sales: rootNow() }, rows());
  expect(opened).toEqual([
    [1, 2],
    [1, 2],
  ]);
  datasets.close();
});
