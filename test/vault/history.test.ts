import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { asFrostglassError } from "../../src/errors/error.js";
import { type AdminCommand, administer, parseCommand } from "../../src/vault/administration.js";
import { segmentPath } from "../../src/vault/home.js";
import { epochStatuses, openDatasetAt, publishedEpoch } from "../../src/vault/records/history.js";
import { importDataset } from "../../src/vault/records/importDataset.js";
import { openNode, policyText, publishSales, type SmallNode, salesSchema, smallNode } from "./smallNode.js";

/* Epoch 1: E1 has 100 and 200, E2 twice 0.50. Epoch 2 adds to E1; epoch 3 replaces everything; epoch 4 adds to that. */

async function nodeWithPast(policy = policyText()): Promise<SmallNode> {
  const node = await smallNode(policy);
  await publishSales(node, 2, { E1: [7] });
  node.clock.now += 86_400;
  await publishSales(node, 3, { E2: [9] }, "replace");
  await publishSales(node, 4, { E1: [4] });
  return node;
}

/** A firm's sales in an epoch, in minor units; undefined where it has no page. */
function salesAt({ vault }: SmallNode, number: number, id: string): number[] | undefined {
  const dataset = openDatasetAt(vault.state, publishedEpoch(vault.state, number), "sales");
  try {
    const page = dataset.lookUp(vault.state.pseudonymOf({ scheme: "opaque", id }));
    return page && [...page.lane(0)];
  } finally {
    dataset.close();
  }
}

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (thrown) {
    return asFrostglassError(thrown)?.code;
  }
  return undefined;
}

const kept = ({ vault }: SmallNode) => epochStatuses(vault.state).map((epoch) => epoch.kept);
const files = ({ home }: SmallNode) => readdirSync(home.epochsDir).sort();

/** Imports one record as `frostglass import` does. */
async function importOne(node: SmallNode, mode: "append" | "replace"): Promise<void> {
  const file = join(node.home.dir, "one.csv");
  writeFileSync(file, "subject,total\nE9,9.00\n");
  const run = async (command: AdminCommand) => administer(node.vault, parseCommand(JSON.stringify(command)));
  await importDataset({ run }, node.keyring, {
    ...{ home: node.home, dataset: "sales", files: [file], asOf: "2026-01-31", mode, maxRejects: 0, dryRun: false },
  });
}

describe("past epochs", () => {
  it("read as they were, added to or replaced since, also after a restart", async () => {
    const node = await nodeWithPast();
    for (const reopen of [async () => node, () => node.reopened()]) {
      const each = await reopen();
      expect(each.vault.state.governance.epochs.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
      expect([1, 2, 3, 4].map((number) => salesAt(each, number, "E1"))).toEqual([[10_000, 20_000], [10_000, 20_000, 7], undefined, [4]]);
      expect([1, 3].map((number) => salesAt(each, number, "E2"))).toEqual([[50, 50], [9]]);
      expect(kept(each)).toEqual([true, true, true, true]);
    }
  });

  it("say when they never were, had no such records, or lie under another schema now", async () => {
    const node = await nodeWithPast();
    expect(codeOf(() => publishedEpoch(node.vault.state, 5))).toBe("epoch-unreadable");
    writeFileSync(join(node.home.datasetsDir, "other.yaml"), salesSchema.replace("name: sales", "name: other"));
    node.vault.state.readNewSchemas();
    await publishSales(node, 5, { E1: [1] }, "append", "other");
    const epoch = publishedEpoch(node.vault.state, 4);
    expect(codeOf(() => openDatasetAt(node.vault.state, epoch, "other"))).toBe("epoch-unreadable");
    await node.vault.close();
    writeFileSync(join(node.home.datasetsDir, "sales.yaml"), salesSchema.replace("CNY", "EUR"));
    const changed = await openNode(node.home, node.clock);
    expect(codeOf(() => salesAt(changed, 1, "E1"))).toBe("page-schema-mismatch");
    await changed.vault.close();
  });

  it("are held against the log: a page or a bucket that was put back is found", async () => {
    const node = await nodeWithPast();
    await node.vault.close();
    const path = segmentPath(node.home, "sales", 1);
    const segment = new Database(path);
    segment.exec("UPDATE bucket SET body = zeroblob(length(body)) WHERE number = (SELECT min(number) FROM bucket)");
    segment.close();
    const again = await openNode(node.home, node.clock);
    expect(codeOf(() => salesAt(again, 1, "E1"))).toBe("epoch-mismatch");
    expect(salesAt(again, 3, "E2")).toEqual([9]);
    rmSync(path);
    expect(codeOf(() => salesAt(again, 1, "E1"))).toBe("segment-missing");
    await again.vault.close();
  });
});

describe("retention", () => {
  const policy = `${policyText()}retention: { epoch_days: 30 }\n`;

  it("drops what was replaced longer ago than the policy says, at the next import, and keeps what is in force", async () => {
    const node = await nodeWithPast(policy);
    node.clock.now += 30 * 86_400;
    await importOne(node, "append");
    expect(kept(node)).toEqual([true, true, true, true, true]);
    node.clock.now += 1;
    await importOne(node, "replace");
    expect(kept(node)).toEqual([false, false, true, true, true, true]);
    expect(files(node)).toEqual([3, 4, 5, 6].map((number) => `sales-00000${number}.db`));
    expect(codeOf(() => salesAt(node, 1, "E1"))).toBe("epoch-not-kept");
    expect(salesAt(node, 4, "E1")).toEqual([4]);
    const again = await node.reopened();
    expect(kept(again)).toEqual([false, false, true, true, true, true]);
  });

  it("leaves files that nothing names when it is killed after the commit, and the next import removes them", async () => {
    const node = await nodeWithPast(policy);
    node.clock.now += 31 * 86_400;
    await publishSales(node, 5, { E3: [5] }); // the commit of an import whose command was killed before it removed files
    expect(kept(node)).toEqual([false, false, true, true, true]);
    expect(existsSync(segmentPath(node.home, "sales", 1))).toBe(true);
    await importOne(await node.reopened(), "append");
    expect(files(node)).toEqual([3, 4, 5, 6].map((number) => `sales-00000${number}.db`));
  });
});
