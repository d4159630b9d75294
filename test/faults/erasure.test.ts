import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { afterEach, expect, test } from "vitest";
import { randomBytes } from "#crypto";
import { asFrostglassError } from "../../src/errors/error.js";
import { administer, parseCommand } from "../../src/vault/administration.js";
import { segmentPath } from "../../src/vault/home.js";
import { openVault } from "../../src/vault/openVault.js";
import type { Vault } from "../../src/vault/vault.js";
import { askAbout, erasableNode, firm, pagesOfFirm, piecesFound, sealedPages } from "../attacks/erasable.js";
import { openNode, type SmallNode } from "../vault/smallNode.js";
import { type FailingStore, failingStore } from "./failingStore.js";
import { kill, killAll, startVault } from "./processes.js";
import { readPublicLog } from "./publicLog.js";

/*
 * The crash table of an erasure. It is committed, then the pages go from each file, then it is forgotten; wherever it stops, either nothing happened, or the
 * next start finishes it before anything is answered.
 */

afterEach(killAll);

interface Stopping {
  readonly node: SmallNode;
  readonly vault: Vault;
  readonly store: FailingStore;
  readonly pages: readonly Buffer[];
}

async function stopping(): Promise<Stopping> {
  const node = await erasableNode();
  const pages = sealedPages(node, firm);
  await node.vault.close();
  let store: FailingStore | undefined;
  const vault = openVault(node.home, node.keyring, { now: () => node.clock.now, randomBytes }, (path) => {
    store = failingStore(path);
    return store;
  });
  if (store === undefined) throw new Error("no store");
  return { node, vault, store, pages };
}

function erase(vault: Vault): unknown {
  try {
    administer(vault, parseCommand(JSON.stringify({ act: "erase-subject", subject: `opaque:${firm}` })));
    return undefined;
  } catch (thrown) {
    return thrown;
  }
}

/** Opens the home again: what was committed is finished, once. */
async function expectErased({ node, pages }: Stopping): Promise<void> {
  const opened = await openNode(node.home, node.clock);
  expect([piecesFound(node.home, pages), sealedPages(opened, firm)]).toEqual([0, []]);
  expect(opened.vault.state.store.pendingErasures()).toEqual([]);
  expect((await opened.vault.submit(askAbout(opened, firm))).status).toBe(200);
  await opened.vault.close();
  const { report, entries } = await readPublicLog(node.home);
  expect(report.findings).toEqual([]);
  expect(entries.filter(({ entry }) => entry === "erasure-done/1")).toMatchObject([{ pages: pagesOfFirm }]);
}

test("a commit that fails before it is durable: nothing was erased, and it can be done again", async () => {
  const crash = await stopping();
  crash.store.failNext = "before";
  expect(erase(crash.vault)).toBeInstanceOf(Error);
  const opened = await openNode(crash.node.home, crash.node.clock);
  expect(sealedPages(opened, firm)).toEqual(crash.pages);
  expect([opened.vault.state.epoch.number, opened.vault.state.governance.erasures]).toEqual([4, []]);
  opened.run({ act: "erase-subject", subject: `opaque:${firm}` });
  await opened.vault.close();
  await expectErased(crash);
});

test("a vault that ends right after the commit: the next start erases", async () => {
  const crash = await stopping();
  crash.store.failNext = "after";
  expect(erase(crash.vault)).toBeInstanceOf(Error);
  expect(piecesFound(crash.node.home, crash.pages)).toBeGreaterThan(100);
  await expectErased(crash);
});

test("a kill in the middle of deleting, a rollback journal on the disk: the next start erases", async () => {
  const crash = await stopping();
  crash.store.failNext = "after";
  const pseudonym = Buffer.from(crash.vault.state.pseudonymOf({ scheme: "opaque", id: firm })).toString("hex");
  erase(crash.vault);
  const file = segmentPath(crash.node.home, "sales", 2);
  const killed = spawnSync(process.execPath, [fileURLToPath(new URL("./killedErasure.mjs", import.meta.url)), file, pseudonym]);
  expect(killed.signal).toBe("SIGKILL");
  expect(existsSync(`${file}-journal`)).toBe(true);
  await expectErased(crash);
  expect(existsSync(`${file}-journal`)).toBe(false);
});

test("a segment that somebody else reads: the vault stops, does not start while it is read, and then erases", {
  timeout: 30_000,
}, async () => {
  const crash = await stopping();
  const reader = new Database(segmentPath(crash.node.home, "sales", 4), { readonly: true });
  const rows = reader.prepare("SELECT sealed FROM page").iterate();
  rows.next();
  expect(asFrostglassError(erase(crash.vault))?.code).toBe("segment-in-use");
  expect(crash.vault.isClosed).toBe(true);
  await expect(openNode(crash.node.home, crash.node.clock)).rejects.toMatchObject({ code: "segment-in-use" });
  rows.return?.();
  reader.close();
  await expectErased(crash);
});

test("a vault that ends after the pages went and before that is noted: the next start finds nothing left to do", async () => {
  const crash = await stopping();
  crash.store.forgetErasures = () => {
    throw new Error("the power went");
  };
  expect(erase(crash.vault)).toBeInstanceOf(Error);
  expect(piecesFound(crash.node.home, crash.pages)).toBe(0);
  await expectErased(crash);
});

test("the vault's own process finishes what another left, before it says that it is ready", { timeout: 30_000 }, async () => {
  const crash = await stopping();
  crash.store.failNext = "after";
  erase(crash.vault);
  const vault = await startVault(crash.node.home);
  expect(piecesFound(crash.node.home, crash.pages)).toBe(0);
  await kill(vault);
  await expectErased(crash);
});
