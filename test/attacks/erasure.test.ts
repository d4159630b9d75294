import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { asFrostglassError } from "../../src/errors/error.js";
import { takeLock } from "../../src/store/lock.js";
import { openAdminSession } from "../../src/vault/adminSession.js";
import { segmentPath } from "../../src/vault/home.js";
import { Dataset } from "../../src/vault/records/dataset.js";
import { openDatasetAt, publishedEpoch } from "../../src/vault/records/history.js";
import { testComputation } from "../../src/vault/testing/testComputation.js";
import { decodeAnswer } from "../../src/wire/answer.js";
import { membersOf, readPublicLog } from "../faults/publicLog.js";
import { openNode, publishSales, readyToSign, type SmallNode, salesSchema, totalAbove } from "../vault/smallNode.js";
import { askAbout, erasableNode, firm, pagesOfFirm, piecesFound, sealedPages } from "./erasable.js";

const subject = `opaque:${firm}`;
const erase = (node: SmallNode, of = subject) => node.run({ act: "erase-subject", subject: of });

/** What an answer says, without what is random or names its place. */
async function saidAbout(node: SmallNode, id: string) {
  const reply = await node.vault.submit(askAbout(node, id));
  const { answer } = decodeAnswer(membersOf(reply.body).answer);
  const { jti, query, subjectCommitment, salt, ...said } = answer;
  return { said, length: membersOf(reply.body).answer.length };
}

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (thrown) {
    return asFrostglassError(thrown)?.code;
  }
  return undefined;
}

describe("an erased subject", () => {
  it("has no page left in any file of the home, and the log has the count and an epoch without it", async () => {
    const node = await erasableNode();
    const pages = sealedPages(node, firm);
    expect(pages).toHaveLength(pagesOfFirm);
    expect(Math.min(...pages.map(({ length }) => length))).toBeGreaterThan(50);
    const others = sealedPages(node, "E2");
    expect(piecesFound(node.home, pages)).toBeGreaterThan(100);
    erase(node);
    expect([piecesFound(node.home, pages), sealedPages(node, firm)]).toEqual([0, []]);
    expect(sealedPages(node, "E2")).toEqual(others);
    await node.vault.close();
    expect(piecesFound(node.home, pages)).toBe(0);
    const { report, entries } = await readPublicLog(node.home);
    expect(report.findings).toEqual([]);
    expect(entries.slice(-2)).toMatchObject([
      { entry: "epoch-published/1", number: 5, datasets: { sales: expect.any(String), bills: expect.any(String) } },
      { entry: "erasure-done/1", pages: pagesOfFirm },
    ]);
    expect(JSON.stringify(entries)).not.toContain(firm);
  });

  it("is answered about as one that was never on file, before and after a restart, and the others as before", async () => {
    const node = await erasableNode();
    const before = await saidAbout(node, "E2");
    erase(node);
    const after = await saidAbout(node, firm);
    expect(after).toEqual(await saidAbout(node, "E999"));
    expect(after.said.outcome).toEqual({ kind: "no-record" });
    expect((await saidAbout(node, "E2")).said.outcome).toEqual(before.said.outcome);
    const again = await node.reopened();
    expect(await saidAbout(again, firm)).toEqual(await saidAbout(again, "E999"));
  });

  it("costs the same work as one that was never on file, also where it was alone in its bucket", async () => {
    const node = await erasableNode();
    erase(node);
    const read = vi.spyOn(Dataset.prototype, "readPage");
    for (const id of [firm, ...Array.from({ length: 60 }, (_, i) => `E${i + 700}`)]) {
      read.mockClear();
      await node.vault.submit(askAbout(node, id));
      expect(read).toHaveBeenCalledTimes(1);
      expect(read.mock.results[0]?.type).toBe("return");
    }
    read.mockRestore();
  });

  it("is erased in epochs that were replaced too, which say so; the others of these epochs stay readable", async () => {
    const node = await erasableNode();
    erase(node);
    const { state } = node.vault;
    const lookUp = (epoch: number, id: string) => {
      const dataset = openDatasetAt(state, publishedEpoch(state, epoch), "sales");
      try {
        return dataset.lookUp(state.pseudonymOf({ scheme: "opaque", id }))?.lane(0).length;
      } finally {
        dataset.close();
      }
    };
    for (const epoch of [1, 2, 3, 4]) expect(codeOf(() => lookUp(epoch, firm))).toBe("page-erased");
    expect([1, 2, 4, 5].map((epoch) => lookUp(epoch, "E2"))).toEqual([2, 3, 2, 2]);
    expect(lookUp(5, firm)).toBeUndefined();
  });

  it("is erased when only replaced epochs know it: the count is logged, and the epoch in force stays", async () => {
    const node = await erasableNode();
    await publishSales(node, 5, { E2: [1, 1] }, "replace");
    await publishSales(node, 6, { E2: [1, 1] }, "replace", "bills");
    erase(node);
    expect([node.vault.state.epoch.number, sealedPages(node, firm).length]).toEqual([6, 0]);
    expect((await saidAbout(node, "E2")).said.outcome).toMatchObject({ kind: "decision" });
    expect(node.vault.state.governance.erasures).toEqual([{ at: node.clock.now, pages: pagesOfFirm, epoch: 6 }]);
  });

  it("is erased in a dataset that is set aside because its schema was changed", async () => {
    const node = await erasableNode();
    await node.vault.close();
    writeFileSync(join(node.home.datasetsDir, "bills.yaml"), salesSchema.replace("name: sales", "name: bills").replace("CNY", "EUR"));
    const opened = await openNode(node.home, node.clock);
    expect([...opened.vault.state.unreadable]).toEqual(["bills"]);
    erase(opened);
    expect(sealedPages(opened, firm)).toEqual([]);
    const again = await opened.reopened();
    expect([...again.vault.state.unreadable]).toEqual(["bills"]);
  });

  it("is erased although the file of a past epoch is lost", async () => {
    const node = await erasableNode();
    rmSync(segmentPath(node.home, "sales", 2));
    erase(node);
    expect(sealedPages(node, firm)).toEqual([]);
    expect(node.vault.state.governance.erasures).toMatchObject([{ pages: pagesOfFirm - 1 }]);
    await node.reopened();
  });

  it("can be imported again, and has the new records alone", async () => {
    const node = await erasableNode();
    erase(node);
    await publishSales(node, 6, { [firm]: [10_000, 15_000] });
    expect((await saidAbout(node, firm)).said.outcome).toEqual({ kind: "decision", decision: true });
    await publishSales(node, 7, { [firm]: [-10_000] });
    expect((await saidAbout(node, firm)).said.outcome).toEqual({ kind: "decision", decision: false });
    erase(node);
    expect(sealedPages(node, firm)).toEqual([]);
  });
});

describe("an erasure is refused, and nothing is logged,", () => {
  const codeOfErasing = (node: SmallNode, of = subject) => {
    const { size } = node.vault.head;
    const code = codeOf(() => erase(node, of));
    expect(node.vault.head.size).toBe(size);
    return code;
  };

  it("for a subject that is not on file, a second time, and for what is no subject", async () => {
    const node = await erasableNode();
    expect(codeOfErasing(node, "opaque:E999")).toBe("subject-not-on-file");
    expect(codeOfErasing(node, "E1")).toBe("subject-malformed");
    erase(node);
    expect(codeOfErasing(node)).toBe("subject-not-on-file");
  });

  it("while an import runs", async () => {
    const node = await erasableNode();
    const lock = takeLock(node.home.importLock, "an import of this test");
    expect(codeOfErasing(node)).toBe("import-running");
    lock.release();
    erase(node);
    takeLock(node.home.importLock, "an import after it").release();
  });

  it("while a test of a computation runs", async () => {
    const node = await erasableNode();
    const firms = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`E${i + 1000}`, [50, i]]));
    await publishSales(node, 5, firms);
    const codes: (string | undefined)[] = [];
    const watcher = { onProgress: () => undefined, isGone: () => codes.push(codeOfErasing(node)) < 0 };
    await testComputation(node.vault, { text: readyToSign(totalAbove), parameters: {} }, watcher);
    expect(codes.length).toBeGreaterThan(0);
    expect(new Set(codes)).toEqual(new Set(["test-running"]));
  });
});

it("an erasure leaves no trace of the subject in what the operator is told", async () => {
  const node = await erasableNode();
  await node.vault.close();
  const session = await openAdminSession(node.home, async () => node.keyring, {
    now: () => node.clock.now,
    randomBytes: () => new Uint8Array(),
  });
  const status = await session.run({ act: "erase-subject", subject });
  await session.close();
  expect(status.erasures).toEqual([{ at: node.clock.now, pages: pagesOfFirm, epoch: 5 }]);
  expect(JSON.stringify(status)).not.toContain(firm);
});
