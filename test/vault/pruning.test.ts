import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { auditFiles, parseTrust } from "../../src/auditor/index.js";
import { folderFiles, keepCheckpoint, mirrorMemory } from "../../src/cli/audit/mirror.js";
import { gatherEvidence } from "../../src/evidence/gatherEvidence.js";
import { openPublishedLog } from "../../src/evidence/publishedLog.js";
import { openSqliteStore } from "../../src/store/sqliteStore.js";
import { formatTilePath } from "../../src/tlog/tile.js";
import { exportAnswers } from "../../src/vault/answers/exportAnswers.js";
import { Batch } from "../../src/vault/batch.js";
import { examine } from "../../src/vault/doctor/examine.js";
import { archiveLog } from "../../src/vault/log/archiveLog.js";
import { archivedUpTo } from "../../src/vault/log/checkArchive.js";
import { Publisher } from "../../src/vault/log/publisher.js";
import { refillLog } from "../../src/vault/log/refill/refillLog.js";
import { Sequencer } from "../../src/vault/log/sequencer.js";
import { statusOf } from "../../src/vault/nodeStatus.js";
import { formatExportHeader } from "../../src/wire/answerExport.js";
import { membersOf } from "../faults/publicLog.js";
import { codeOf, codeOfAsync } from "../note/codeOf.js";
import {
  holder,
  openNode,
  policyText,
  publishSales,
  queryOf,
  type SmallNode,
  signed,
  smallNode,
  startOfTime,
  temporaryFolder,
} from "./smallNode.js";

/* A log that is older than its policy wants it served: 1300 answers in five bundles, with acts of administration in the first and the third of them. */

const day = 86_400;
const retention = (logDays: number) => policyText({ more: `retention: { log_days: ${logDays} }\n` });
let node: SmallNode;
let archiveDir: string;
/** The reply to the 300th answer: it lies in the second bundle. */
let oldReply: string;

const nothing = () => undefined;
const published = () => ({ dir: node.home.publicDir, files: folderFiles(node.home.publicDir) });
const archive = () => archiveLog(published(), { dir: archiveDir, files: folderFiles(archiveDir) }, nothing);
const bundle = (index: number) => join(node.home.publicDir, formatTilePath({ level: "entries", index, width: 256 }));
const bundlesServed = () => [0, 1, 2, 3, 4].map((index) => existsSync(bundle(index)));
const trust = () => parseTrust(readFileSync(join(node.home.publicDir, "trust"), "utf8"));
const audit = (more: Parameters<typeof auditFiles>[1] = {}, dir = node.home.publicDir) =>
  auditFiles(folderFiles(dir), { trust: trust(), ...more });
const fromArchive = () => ({ archive: folderFiles(archiveDir) });

async function ask(count: number): Promise<readonly string[]> {
  const replies = await Promise.all(Array.from({ length: count }, () => node.vault.submit(signed(queryOf(node)))));
  return replies.map(({ body }) => body);
}

beforeEach(async () => {
  archiveDir = join(temporaryFolder(), "archive");
  node = await smallNode(retention(400));
  oldReply = (await ask(560))[300] ?? "";
  node.run({ act: "revoke-consent", consent: `sha256:${"1".repeat(64)}` });
  await ask(740);
  node.clock.now = startOfTime + 100 * day;
  await publishSales(node, 2, { E4: [10_000, 20_000] });
  node.clock.now = startOfTime + 501 * day;
  node.run({ act: "revoke-consent", consent: `sha256:${"2".repeat(64)}` });
  node.vault.publish();
});

const epochAt = () => node.vault.state.epoch.position;
const prune = (minimumIndex = epochAt()) => node.run({ act: "prune-log", minimumIndex });

async function archiveAndPrune(): Promise<void> {
  await archive();
  const { files } = published();
  prune(await archivedUpTo(files, folderFiles(archiveDir), { from: 0, to: epochAt() }, nothing));
}

describe("pruning", () => {
  it("takes the bundles of answers that are old enough, and nothing else", async () => {
    expect(statusOf(node.vault)).toMatchObject({ minimumIndex: 0, prunableBelow: epochAt() });
    const tiles = readdirSync(join(node.home.publicDir, "tile/0"));
    await archiveAndPrune();
    expect(bundlesServed()).toEqual([true, false, true, false, false]);
    expect(readdirSync(join(node.home.publicDir, "tile/0"))).toEqual(tiles);
    expect(statusOf(node.vault).minimumIndex).toBe(epochAt());
    expect(JSON.parse(readFileSync(join(node.home.publicDir, "computations.json"), "utf8"))).toMatchObject({ minimumIndex: epochAt() });
    expect((await examine(node.home, node.clock.now)).filter(({ result }) => result === "bad")).toEqual([]);
  });

  it("is refused before the time, twice, and where a policy of the last thirty days wants more", async () => {
    expect(codeOf(() => prune(epochAt() + 1))).toBe("retention-not-over");
    prune(300);
    expect(codeOf(() => prune(300))).toBe("prune-not-ahead");
    expect(codeOf(() => prune(299))).toBe("prune-not-ahead");
    node.run({ act: "set-policy", text: retention(3660) });
    expect(codeOf(() => prune())).toBe("retention-not-over");
    node.run({ act: "set-policy", text: retention(400) });
    expect(codeOf(() => prune())).toBe("retention-not-over"); // the longer one binds for thirty days more
    node.run({ act: "set-policy", text: policyText() });
    expect(codeOf(() => prune())).toBe("retention-endless");
    node.run({ act: "set-policy", text: retention(400) });
    node.clock.now += 30 * day;
    prune();
  });

  it("is finished by the next start where it was interrupted, and no start serves again what is pruned", async () => {
    await archive();
    mkdirSync(join(node.home.publicDir, "checkpoint.partial")); // the act is durable, and its checkpoint is not published
    prune();
    expect(bundlesServed()).toEqual([true, true, true, true, true]);
    rmSync(join(node.home.publicDir, "checkpoint.partial"), { recursive: true });
    node = await node.reopened();
    node.vault.publish();
    expect(bundlesServed()).toEqual([true, false, true, false, false]);
    cpSync(join(archiveDir, "tile/entries/004"), bundle(4)); // killed in the middle: the last ones are left
    cpSync(join(archiveDir, "tile/entries/003"), bundle(3));
    node = await node.reopened();
    node.vault.publish();
    expect(bundlesServed()).toEqual([true, false, true, false, false]);
    await node.vault.close();
    rmSync(node.home.publicDir, { recursive: true });
    mkdirSync(node.home.publicDir);
    node = await openNode(node.home, node.clock);
    node.vault.publish();
    expect(bundlesServed()).toEqual([true, false, true, false, false]);
    expect(await audit(fromArchive())).toMatchObject({ size: node.vault.head.size, findingCount: 0, unseen: [] });
  });

  it("takes nothing away before readers of a witnessed checkpoint can know it", async () => {
    await node.vault.close();
    const store = openSqliteStore(node.home.database);
    const sequencer = Sequencer.load(store, holder, node.keyring);
    const pruned = { minimumIndex: 1024, position: sequencer.size };
    const publisher = new Publisher(store, node.home.publicDir, true, () => pruned);
    const batch = new Batch(sequencer.size);
    batch.addGovernance({ entry: "log-pruned/1", at: node.clock.now, minimumIndex: 1024 });
    sequencer.commit(batch);
    publisher.publishLog(sequencer);
    expect(bundlesServed()).toEqual([true, true, true, true, true]);
    publisher.publishWitnessed(sequencer.head.checkpoint, sequencer.size);
    expect(bundlesServed()).toEqual([true, false, true, false, true]);
    rmSync(node.home.publicDir, { recursive: true });
    new Publisher(store, node.home.publicDir, true, () => pruned).publishLog(sequencer); // nothing witnessed is there, and nothing pruned comes back
    expect(bundlesServed()).toEqual([true, false, true, false, true]);
    store.close();
  });

  it("leaves the evidence of every answer: of new ones, which rest on old acts, and of old ones whose bundle went", async () => {
    await archiveAndPrune();
    const [body = ""] = await ask(1);
    node.vault.publish();
    const log = await openPublishedLog(folderFiles(node.home.publicDir), trust());
    for (const reply of [membersOf(body), membersOf(oldReply)]) expect((await gatherEvidence(log, reply)).proof.index).toBe(reply.index);
    expect(bundlesServed()[Math.floor(membersOf(oldReply).index / 256)]).toBe(false);
  });
});

describe("an audit of a pruned log", () => {
  it("sees all of it with the archive, and finds what an audit before found", async () => {
    const before = await audit();
    await archiveAndPrune();
    const after = await audit(fromArchive());
    expect(after).toMatchObject({ findings: [], unseen: [], counts: { ...before.counts, "log-pruned/1": 1 } });
    expect(after.acts.slice(0, -1)).toEqual(before.acts);
  });

  it("says which entries it did not see without one", async () => {
    await archiveAndPrune();
    const report = await audit();
    expect(report).toMatchObject({
      findingCount: 0,
      unseen: [
        { from: 256, to: 512 },
        { from: 768, to: 1280 },
      ],
    });
    expect(report.counts["answer/1"]).toBe(1300 - 768);
  });

  it("needs no archive with the mirror of an audit that saw the entries, and fills the gaps of one that did not", async () => {
    const [early, late] = [mirrorMemory(join(archiveDir, "../early")), mirrorMemory(join(archiveDir, "../late"))];
    await audit({ memory: early });
    await archiveAndPrune();
    expect(await audit({ memory: early })).toMatchObject({ findingCount: 0, unseen: [], counts: { "answer/1": 1300 } });
    expect((await audit({ memory: late })).unseen).toHaveLength(2);
    expect((await audit({ memory: late })).unseen).toHaveLength(2); // not forgotten by going on
    expect(await audit({ memory: late, ...fromArchive() })).toMatchObject({ findingCount: 0, unseen: [], counts: { "answer/1": 1300 } });
    keepCheckpoint(join(archiveDir, "../late"), node.vault.head.checkpoint);
    expect(await audit({}, join(archiveDir, "../late"))).toMatchObject({ findingCount: 0, unseen: [], counts: { "answer/1": 1300 } });
  });

  it("judges answers with the archive, and says that it cannot without", async () => {
    await archiveAndPrune();
    expect(await codeOfAsync(audit({ answers: exported() }))).toBe("audit-archive-missing");
    expect(await audit({ answers: exported(), ...fromArchive() })).toMatchObject({ findings: [], answers: { judged: 1300, leftOut: 0 } });
  });

  async function* exported(): AsyncGenerator<string> {
    const first = exportAnswers(node.vault, { from: 0, salt: "A".repeat(22) });
    yield formatExportHeader(first.header);
    for (let page = first; ; page = exportAnswers(node.vault, { from: page.next, size: first.header.size, salt: "A".repeat(22) })) {
      yield* page.lines;
      if (page.next === undefined) return;
    }
  }
});

describe("an archive", () => {
  it("is a log of its own, and grows", async () => {
    expect(await archive()).toEqual({ from: 0, size: node.vault.head.size });
    expect(await audit({}, archiveDir)).toMatchObject({ size: node.vault.head.size, findingCount: 0, unseen: [] });
    const before = node.vault.head.size;
    prune();
    await ask(300);
    node.vault.publish();
    expect(await archive()).toEqual({ from: before, size: node.vault.head.size });
    expect(await audit({}, archiveDir)).toMatchObject({ size: node.vault.head.size, findingCount: 0, unseen: [] });
    expect(await archive()).toMatchObject({ from: node.vault.head.size });
  });

  it("goes on after an interruption", async () => {
    const files = folderFiles(node.home.publicDir);
    const cut = {
      ...files,
      bytes: (path: string) => (path === "tile/entries/003" ? Promise.reject(new Error("cut off")) : files.bytes(path)),
    };
    const out = { dir: archiveDir, files: folderFiles(archiveDir) };
    await expect(archiveLog({ dir: node.home.publicDir, files: cut }, out, nothing)).rejects.toThrow("cut off");
    expect(existsSync(join(archiveDir, "checkpoint"))).toBe(false);
    await archive();
    expect(await audit({}, archiveDir)).toMatchObject({ findingCount: 0, unseen: [] });
  });

  it("cannot be begun when the log is pruned, and refuses what is not this log", async () => {
    await archiveAndPrune();
    const other = await smallNode();
    const copied = join(archiveDir, "../copy");
    cpSync(archiveDir, copied, { recursive: true });
    rmSync(archiveDir, { recursive: true });
    expect(await codeOfAsync(archive())).toBe("archive-behind");
    const files = { dir: copied, files: folderFiles(copied) };
    other.vault.publish();
    const foreign = { dir: other.home.publicDir, files: folderFiles(other.home.publicDir) };
    expect(await codeOfAsync(archiveLog(foreign, files, nothing))).toBe("archive-other-log");
    expect(await codeOfAsync(archivedUpTo(foreign.files, files.files, { from: 0, to: 10 }, nothing))).toBe("archive-other-log");
    expect(await codeOfAsync(audit({ archive: foreign.files }))).toBe("archive-other-log");
    await other.vault.close();
  });

  it("gives an audit of an older checkpoint what that has, and no more", async () => {
    const older = join(archiveDir, "../older");
    cpSync(node.home.publicDir, older, { recursive: true });
    rmSync(join(older, "tile/entries"), { recursive: true });
    const { size } = node.vault.head;
    await ask(300);
    node.vault.publish();
    await archive();
    const mirror = join(archiveDir, "../mirror");
    expect(await audit({ ...fromArchive(), memory: mirrorMemory(mirror) }, older)).toMatchObject({ size, findingCount: 0, unseen: [] });
    const ends = [Math.floor(size / 256) - 1, Math.floor(size / 256)].map((index) =>
      formatTilePath({ level: "entries", index, width: 256 }),
    );
    expect(ends.map((path) => existsSync(join(archiveDir, path)))).toEqual([true, true]);
    expect(ends.map((path) => existsSync(join(mirror, path)))).toEqual([true, false]); // what the older checkpoint does not cover, nobody vouched for
    const out = { dir: archiveDir, files: folderFiles(archiveDir) };
    expect(await codeOfAsync(archiveLog({ dir: older, files: folderFiles(older) }, out, nothing))).toBe("archive-ahead");
  });

  it("has no text that is another one than its name says", async () => {
    const [policy = ""] = readdirSync(join(node.home.publicDir, "policies"));
    writeFileSync(join(node.home.publicDir, "policies", policy), "frostglass: policy/1\n");
    expect(await codeOfAsync(archive())).toBe("archive-text-altered");
    expect(existsSync(join(archiveDir, "checkpoint"))).toBe(false);
  });

  it("is believed in no bit that is not in the log", async () => {
    await archiveAndPrune();
    for (const path of ["tile/entries/001", "tile/entries/003", "tile/0/003"]) {
      const file = join(archiveDir, path);
      const good = readFileSync(file);
      for (const at of [0, 1, 2, 700, good.length - 1]) {
        writeFileSync(
          file,
          good.map((byte, i) => (i === at ? byte ^ 1 : byte)),
        );
        expect(await codeOfAsync(audit(fromArchive()))).toBe("archive-damaged");
        const range = { from: 0, to: epochAt() };
        expect(await codeOfAsync(archivedUpTo(folderFiles(node.home.publicDir), folderFiles(archiveDir), range, nothing))).toBe(
          "archive-damaged",
        );
      }
      writeFileSync(file, good);
    }
    rmSync(join(archiveDir, "tile/entries/003"));
    expect((await audit(fromArchive())).unseen).toEqual([{ from: 768, to: 1024 }]);
    expect(
      await codeOfAsync(archivedUpTo(folderFiles(node.home.publicDir), folderFiles(archiveDir), { from: 0, to: epochAt() }, nothing)),
    ).toBe("archive-behind");
  });

  it("refills a home that was put back to before what the log serves", async () => {
    const home = join(dirname(node.home.dir), "yesterday.db");
    await node.vault.close();
    cpSync(node.home.database, home);
    node = await openNode(node.home, node.clock);
    node.vault.publish();
    await ask(300);
    node.vault.publish();
    await archiveAndPrune();
    await archive();
    await node.vault.close();
    for (const suffix of ["", "-wal", "-shm"]) rmSync(`${node.home.database}${suffix}`, { force: true });
    cpSync(home, node.home.database);
    const copy = { checkpoint: readFileSync(join(archiveDir, "checkpoint"), "utf8"), read: folderFiles(archiveDir).bytes };
    expect(await refillLog(node.home, node.keyring, copy, { acceptLostCharges: true })).toMatchObject({ answers: 300, acts: 1 });
    node = await openNode(node.home, node.clock);
    expect(statusOf(node.vault).minimumIndex).toBe(epochAt());
    await node.vault.close();
  });
});

describe("a holder who prunes against the rules", () => {
  it("is found who takes a bundle away without an act, or one above the minimum index", async () => {
    rmSync(bundle(3));
    expect(await codeOfAsync(audit())).toBe("tile-missing");
    prune(600);
    expect(await codeOfAsync(audit())).toBe("tile-missing");
    prune(1024);
    expect((await audit()).unseen).toEqual([
      { from: 256, to: 512 },
      { from: 768, to: 1024 },
    ]);
  });
});
