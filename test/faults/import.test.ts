import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { FrostglassError } from "../../src/errors/error.js";
import { type AdminCommand, administer, parseCommand } from "../../src/vault/administration.js";
import type { AdminSession } from "../../src/vault/adminSession.js";
import { readSchemas, segmentPath } from "../../src/vault/home.js";
import { importDataset } from "../../src/vault/records/importDataset.js";
import { prepareEpoch } from "../../src/vault/records/prepareEpoch.js";
import { decodeAnswer } from "../../src/wire/answer.js";
import { marked, markedNode, markedRecords, markedSchema, removeHome } from "../attacks/marked.js";
import { openNode, passphrase, policyText, queryOf, type SmallNode, signed } from "../vault/smallNode.js";
import { dist, frostglass, kill, killAll, poll, postUntilAnswered, startGateway, startVault } from "./processes.js";
import { membersOf, readPublicLog } from "./publicLog.js";

/*
 * kill -9 in the middle of an import: of the import, and of the vault that it works for. The old epoch stays in force, what is left on the disk hurts
 * nobody and goes with the next import, and the next import works.
 */

/** Enough that writing their pages takes a while, and few for when it need not. */
const rows = { many: 40_000, few: 200 };
let node: SmallNode;
let files: Readonly<Record<keyof typeof rows, string>>;
let passphraseFile: string;

beforeAll(async () => {
  node = await markedNode(markedRecords(3), policyText({ budgetBits: 900, ceilingBits: 900 }));
  await node.vault.close();
  passphraseFile = join(node.home.dir, "..", "passphrase");
  writeFileSync(passphraseFile, `${passphrase}\n`, { mode: 0o600 });
  files = { many: writeSales("many"), few: writeSales("few") };
});
afterEach(killAll);
afterAll(() => removeHome(node.home));

function writeSales(name: keyof typeof rows): string {
  const file = join(node.home.dir, "..", `${name}.csv`);
  const lines = Array.from({ length: rows[name] }, (_, i) => `${marked(i % 8000)},BUYER-${i % 97},${i}.25`);
  writeFileSync(file, `subject,buyer,total\n${lines.join("\n")}\n`);
  return file;
}

const importArguments = (file: string) => [
  ...["import", file, "--home", node.home.dir, "--dataset", "sales", "--as-of", "2026-01-31"],
  ...["--passphrase-file", passphraseFile, "--json"],
];

const segments = () => readdirSync(node.home.epochsDir).sort();
const partial = () => segments().some((name) => name.endsWith(".partial"));

/** Starts the command and kills whoever `victim` names as soon as a half-written segment lies on the disk. */
async function importUntilSegment(victim: (pid: number) => void): Promise<{ readonly code: number | null; readonly stdout: string }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL("cli/main.js", dist)), ...importArguments(files.many)], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let stdout = "";
  child.stdout.on("data", (chunk) => {
    stdout += String(chunk);
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  try {
    await poll(partial);
    victim(child.pid ?? 0);
    return { code: await ended, stdout };
  } finally {
    child.kill("SIGKILL");
  }
}

async function epochOf(url: string): Promise<number> {
  const { status, body } = await postUntilAnswered(url, signed(queryOf(node, { subject: { scheme: "opaque", id: marked(0) } })));
  expect(status).toBe(200);
  return decodeAnswer(membersOf(body).answer).answer.epoch.number;
}

test("an import that is killed leaves the old epoch in force, and the next import works and tidies up", { timeout: 60_000 }, async () => {
  const vault = await startVault(node.home);
  const { url } = await startGateway(node.home);
  const before = await epochOf(url);
  const killed = await importUntilSegment((pid) => process.kill(pid, "SIGKILL"));
  expect(killed.code).toBe(null);
  expect(partial()).toBe(true);
  expect(await epochOf(url)).toBe(before);
  await kill(vault);
  await startVault(node.home);
  expect(await epochOf(url)).toBe(before);
  const imported = frostglass(...importArguments(files.few));
  expect([imported.status, JSON.parse(imported.stdout).accepted]).toEqual([0, rows.few]);
  expect(await epochOf(url)).toBe(before + 1);
  expect(segments()).toEqual(Array.from({ length: before + 1 }, (_, i) => basename(segmentPath(node.home, "sales", i + 1))));
});

test("an import whose vault is killed says so, and what was imported before is still there after a restart", {
  timeout: 60_000,
}, async () => {
  const vault = await startVault(node.home);
  const stopped = await importUntilSegment(() => vault.signal("SIGKILL"));
  expect([stopped.code, JSON.parse(stopped.stdout).error.code]).toEqual([2, "vault-gone"]);
  const reopened = await openNode(node.home, node.clock);
  expect(reopened.vault.state.epoch.number).toBe(2);
  await reopened.vault.close();
  expect((await readPublicLog(node.home)).report.findings).toEqual([]);
});

test("a segment that was finished and never published is in nobody's way", { timeout: 60_000 }, async () => {
  const orphan = segmentPath(node.home, "sales", 3);
  const schema = readSchemas(node.home).get("sales");
  if (schema === undefined) throw new Error("no schema");
  const datasetKey = node.keyring.datasetKey("sales");
  await prepareEpoch({ schema, datasetKey, epoch: 3, base: undefined, segmentFile: orphan }, (async function* () {})());
  writeFileSync(join(node.home.epochsDir, "sales-000099.db"), "left by something else");
  const left = readFileSync(orphan);
  const imported = frostglass(...importArguments(files.few));
  expect([imported.status, JSON.parse(imported.stdout).epoch]).toEqual([0, 3]);
  expect(readFileSync(orphan)).not.toEqual(left);
  expect(existsSync(join(node.home.epochsDir, "sales-000099.db"))).toBe(false);
  const reopened = await openNode(node.home, node.clock);
  expect((await reopened.vault.submit(signed(queryOf(node, { subject: { scheme: "opaque", id: marked(0) } })))).status).toBe(200);
  await reopened.vault.close();
});

test("an import whose reply was lost keeps its segment, because the log may hold it", { timeout: 60_000 }, async () => {
  const opened = await openNode(node.home, node.clock);
  const number = opened.vault.state.epoch.number + 1;
  const session: Pick<AdminSession, "run"> = {
    run: async (command) => {
      const status = administer(opened.vault, parseCommand(JSON.stringify(command)));
      if (command.act === "publish-epoch") throw new FrostglassError("vault-gone", "The vault went away after the commit.");
      return status;
    },
  };
  const request = {
    home: node.home,
    dataset: "sales",
    files: [files.few],
    asOf: "2026-01-31",
    mode: "replace",
    maxRejects: 0,
    dryRun: false,
  } as const;
  await expect(importDataset(session, node.keyring, request)).rejects.toMatchObject({ code: "vault-gone" });
  const after = await opened.reopened();
  expect(after.vault.state.epoch.number).toBe(number);
  await after.vault.close();
});

test("an import into one dataset leaves another alone that is set aside because its schema was changed", async () => {
  const schemaFile = join(node.home.datasetsDir, "sales.yaml");
  writeFileSync(schemaFile, markedSchema.replace("currency: CNY", "currency: JPY"));
  writeFileSync(join(node.home.datasetsDir, "other.yaml"), markedSchema.replace("name: sales", "name: other"));
  const opened = await openNode(node.home, node.clock);
  const run = async (command: AdminCommand) => administer(opened.vault, parseCommand(JSON.stringify(command)));
  const named = opened.vault.state.store.segments();
  const request = {
    home: node.home,
    dataset: "other",
    files: [files.few],
    asOf: "2026-01-31",
    mode: "append",
    maxRejects: 0,
    dryRun: false,
  } as const;
  await importDataset({ run }, node.keyring, request);
  expect(segments()).toEqual(expect.arrayContaining(named.map(({ dataset, since }) => basename(segmentPath(node.home, dataset, since)))));
  await opened.vault.close();
  writeFileSync(schemaFile, markedSchema);
  const again = await openNode(node.home, node.clock);
  expect((await again.vault.submit(signed(queryOf(node, { subject: { scheme: "opaque", id: marked(0) } })))).status).toBe(200);
  await again.vault.close();
});
