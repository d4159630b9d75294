import { describe, expect, it } from "vitest";
import { brokenRules } from "../../src/auditor/auditRules.js";
import type { TestReport } from "../../src/computations/testing/report.js";
import { asFrostglassError } from "../../src/errors/error.js";
import { digestOf } from "../../src/model/digest.js";
import { openAdminSession } from "../../src/vault/adminSession.js";
import { keyFileProvider } from "../../src/vault/keys/keyring.js";
import { runVault } from "../../src/vault/runVault.js";
import { type TestRequest, testComputation } from "../../src/vault/testing/testComputation.js";
import { decodeEntry } from "../../src/wire/entry.js";
import {
  holder,
  noReports,
  passphrase,
  policyText,
  publishSales,
  queryOf,
  type SmallNode,
  signed,
  smallNode,
  totalAbove,
} from "./smallNode.js";

/* 400 firms with sales of 1 to 400 yuan in two records each, so that every share is known. */

const firms = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`E${i + 1000}`, [50 * (i + 1), 50 * (i + 1)]]));
const scorecard = `frostglass: computation/1
id: sales-points
version: 1.0.0
title: { en: Points for sales }
reveals: { en: A decision on points }
purposes: [supervision]
subject: opaque
inputs: { sales: sales }
features:
  total: { sum: sales.total }
  largest: { max: sales.total, where: { total: { at_least: 3 } } }
scorecard:
  base: 100
  characteristics:
    total: [{ at_least: 301, points: 60, reason: S01 }, { at_least: 101, points: 30, reason: S01 }, { otherwise: 0, reason: S02 }]
    largest: [{ at_least: 200, points: 5 }, { otherwise: 0 }, { missing: 0 }]
output: { decision: { score: { at_least: 130 } } }
`;
const plain: TestRequest = { text: scorecard, parameters: {} };
const unwatched = { onProgress: () => undefined, isGone: () => false };

async function nodeWithFirms(policy = policyText()): Promise<SmallNode> {
  const node = await smallNode(policy);
  await publishSales(node, 2, firms, "replace");
  return node;
}

const test = (node: SmallNode, request: TestRequest = plain) => testComputation(node.vault, request, unwatched);

/** The code of the error that a test ends with. */
async function codeOf(node: SmallNode, request: TestRequest): Promise<string | undefined> {
  return test(node, request).then(
    () => undefined,
    (thrown: unknown) => asFrostglassError(thrown)?.code,
  );
}

function lastEntry({ vault }: SmallNode) {
  const { size } = vault.head;
  const [body] = vault.state.store.entries(size - 1, size);
  return decodeEntry(body ?? new Uint8Array(0));
}

/** True when the count is one that the true one is shown as: 10, 13, 16 …, less than 3 away. */
function standsFor(seen: unknown, truth: number): boolean {
  const firms = typeof seen === "number" ? seen : (seen as { firms?: number }).firms;
  return firms !== undefined && (firms - 10) % 3 === 0 && Math.abs(firms - truth) < 3;
}

describe("a test of a computation", () => {
  it("counts what is known of the firms, rounded, and hides what is small", async () => {
    const report = await test(await nodeWithFirms());
    expect(standsFor(report.firms, 400)).toBe(true);
    expect(report.settings.map(({ outcomes, noRecord }) => [outcomes.map(({ outcome }) => outcome), noRecord])).toEqual([
      [["yes", "no"], "few"],
    ]);
    expect(report.settings[0]?.outcomes.map(({ seen }, i) => standsFor(seen, [300, 100][i] ?? 0))).toEqual([true, true]);
    const [total, largest] = report.characteristics;
    expect(total?.bins.map(({ bin, points }) => [bin, points])).toEqual([
      ["at_least 301", 60],
      ["at_least 101", 30],
      ["otherwise", 0],
    ]);
    expect(total?.bins.map(({ seen }, i) => standsFor(seen, [100, 200, 100][i] ?? 0))).toEqual([true, true, true]);
    // Five firms sell less than 3 yuan a record: their number is hidden.
    expect(largest?.bins[2]).toEqual({ bin: "missing", points: 0, seen: "hidden" });
    expect(report.features).toEqual([
      { feature: "total", missing: "few" },
      { feature: "largest", missing: "few" },
    ]);
    expect(report.reasons.find(({ code }) => code === "S02")?.seen).toMatchObject({ firms: expect.any(Number) });
    // Every bin of `total` is all yes or all no: a share within it would tell of each of its firms.
    expect(total?.bins.map(({ yes }) => yes)).toEqual([undefined, undefined, undefined]);
  });

  it("shows the same numbers again, and names no firm", async () => {
    const node = await nodeWithFirms();
    const [first, second] = [JSON.stringify(await test(node)), JSON.stringify(await test(node))];
    expect(second).toBe(first);
    expect(first).not.toMatch(/E1[0-3][0-9]{2}|pseudonym/);
    const numbers = first.match(/"firms":(\d+)/g)?.map((text) => Number(text.slice(8))) ?? [];
    expect(numbers.length).toBeGreaterThan(5);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(10);
  });

  it("raises the least count with the policy", async () => {
    const node = await nodeWithFirms(`${policyText()}testing: { least_cell: 120 }\n`);
    const report = await test(node);
    expect(report.protection).toEqual({ least: 120, base: 40 });
    expect(report.characteristics[0]?.bins.map(({ seen }) => seen === "hidden")).toEqual([true, false, true]);
  });

  it("tries every choice of a parameter, the default first, or the one that is given", async () => {
    const node = await nodeWithFirms();
    const text = totalAbove;
    const marks = async (parameters: TestRequest["parameters"]) =>
      (await test(node, { text, parameters })).settings.map((each) => each.parameters.mark);
    expect(await marks({})).toEqual([100, 250, 300]);
    expect(await marks({ mark: "250" })).toEqual([250]);
    expect(await codeOf(node, { text, parameters: { mark: 7 } })).toBe("parameters-invalid");
  });

  it("takes how firms turned out from a column that can say so, and from no other", async () => {
    const node = await nodeWithFirms();
    const results = { dataset: "sales", column: "total", values: ["1"], means: "bad" as const };
    expect(await codeOf(node, { ...plain, results })).toBe("test-column-invalid");
    expect(await codeOf(node, { ...plain, results: { ...results, column: "nothing" } })).toBe("test-column-invalid");
    expect(await codeOf(node, { ...plain, results: { ...results, dataset: "nothing" } })).toBe("test-column-invalid");
  });
});

describe("the log", () => {
  it("says that a text was tested, on which epoch and on how many firms, and keeps the text", async () => {
    const node = await nodeWithFirms();
    const { firms: count } = await test(node);
    const digest = digestOf(new TextEncoder().encode(scorecard));
    const entry = {
      entry: "computation-tested/1",
      at: node.clock.now,
      id: "sales-points",
      version: "1.0.0",
      computation: digest,
      epoch: 2,
      firms: count,
    };
    expect(lastEntry(node)).toEqual(entry);
    expect(Buffer.from(node.vault.state.store.document(digest) ?? []).toString()).toBe(scorecard);
    expect(node.vault.state.governance.computations.has(digest)).toBe(false);
    expect(brokenRules(node.vault.state.governance, 9, lastEntry(node), holder)).toEqual([]);
    expect(brokenRules(node.vault.state.governance, 9, { ...entry, epoch: 3 } as ReturnType<typeof lastEntry>, holder)).toHaveLength(1);
  });

  it("says nothing of a test that failed", async () => {
    const node = await smallNode();
    const { size } = node.vault.head;
    expect(await codeOf(node, plain)).toBe("test-too-few");
    expect(await codeOf(node, { ...plain, text: "nonsense" })).toBe("manifest-invalid");
    expect(node.vault.head.size).toBe(size);
  });
});

describe("epochs", () => {
  it("are compared: what was appended shifts the shares, and what did not shift is zero", async () => {
    const node = await nodeWithFirms();
    await publishSales(node, 3, Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`E${i + 5000}`, [100, 100]])));
    const report = await test(node, { ...plain, against: 2 });
    expect(report.epoch.number).toBe(3);
    expect(report.stability?.epoch.number).toBe(2);
    expect(standsFor(report.stability?.firms, 400)).toBe(true);
    // 200 of 500 in the last bin against 100 of 400; the others 100 and 200 of 500 against 100 and 200 of 400.
    const psi = [
      [0.2, 0.25],
      [0.4, 0.5],
      [0.4, 0.25],
    ].reduce((sum, [p = 0, q = 0]) => sum + (p - q) * Math.log(p / q), 0);
    expect(Math.abs((report.characteristics[0]?.stability ?? 0) - psi)).toBeLessThan(0.03);
    expect(report.stability?.outcome).toBeGreaterThan(0.05);
  });

  it("that were replaced can be compared with as long as they are kept", async () => {
    const node = await nodeWithFirms(`${policyText()}retention: { epoch_days: 0 }\n`);
    await publishSales(node, 3, firms, "replace");
    expect((await test(node, { ...plain, against: 2 })).stability).toMatchObject({ epoch: { number: 2 }, outcome: 0 });
    node.clock.now += 1;
    await publishSales(node, 4, {});
    expect(await codeOf(node, { ...plain, against: 2 })).toBe("epoch-not-kept");
  });

  it("are compared without the firms that were erased since", async () => {
    const node = await nodeWithFirms();
    await publishSales(node, 3, { E9001: [1, 1] });
    for (let n = 1000; n < 1040; n++) node.run({ act: "erase-subject", subject: `opaque:E${n}` });
    const { stability } = await test(node, { ...plain, against: 2 });
    expect(standsFor(stability?.firms, 360)).toBe(true);
  });

  it("that never were cannot be compared with", async () => {
    const node = await nodeWithFirms();
    for (const against of [2, 7]) expect(await codeOf(node, { ...plain, against })).toBe("epoch-unreadable");
  });

  it("stay readable for a test under way when the next is published, and the log names the one that was read", async () => {
    const node = await nodeWithFirms();
    let published: Promise<void> | undefined;
    const running = testComputation(node.vault, plain, {
      ...unwatched,
      isGone: () => {
        published ??= publishSales(node, 3, { E1: [1, 1] }, "replace");
        return false;
      },
    });
    const report = await running;
    await published;
    expect(report.epoch.number).toBe(2);
    expect(standsFor(report.firms, 400)).toBe(true);
  });
});

describe("a running node", () => {
  it("is tested through its admin socket, with progress, while it answers", async () => {
    const node = await nodeWithFirms();
    await node.vault.close();
    const { home, clock } = node;
    const surroundings = { now: () => clock.now, randomBytes: (length: number) => new Uint8Array(length).fill(7) };
    const running = await runVault(home, keyFileProvider(home.keyFile, passphrase), surroundings, noReports);
    const session = await openAdminSession(home, () => Promise.reject(new Error("no keys are needed")), surroundings);
    try {
      const [report, reply] = await Promise.all([
        session.test(plain, () => undefined),
        running.vault.submit(signed(queryOf(node, { subject: { scheme: "opaque", id: "E1399" } }))),
      ]);
      expect(reply.status).toBe(200);
      expect(standsFor(report.firms, 400)).toBe(true);
      expect((await session.run({ act: "status" })).logSize).toBe(running.vault.head.size);
      await expect(session.test({ ...plain, against: 9 }, () => undefined)).rejects.toMatchObject({ code: "epoch-unreadable" });
      const [one, two] = await Promise.allSettled([
        testComputation(running.vault, plain, unwatched),
        testComputation(running.vault, plain, unwatched),
      ]);
      expect([one.status, two.status]).toEqual(["fulfilled", "rejected"]);
      expect((two as PromiseRejectedResult).reason).toMatchObject({ code: "test-running" });
    } finally {
      await session.close();
      await running.close();
    }
  });

  it("gives a test up when whoever asked has gone, and when it is stopped", async () => {
    const node = await nodeWithFirms();
    const { size } = node.vault.head;
    const slow = new Promise<TestReport>((resolve, reject) => {
      testComputation(node.vault, plain, { ...unwatched, isGone: () => true }).then(resolve, reject);
    });
    await expect(slow).rejects.toMatchObject({ code: "vault-stopped" });
    expect(node.vault.head.size).toBe(size);
    const stopped = test(node);
    await node.vault.close();
    await expect(stopped).rejects.toMatchObject({ code: "vault-stopped" });
    expect((await node.reopened().catch(() => undefined))?.vault.head.size ?? size).toBe(size);
  });
});
