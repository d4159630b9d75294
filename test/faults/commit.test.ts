import Database from "better-sqlite3";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { randomBytes } from "#crypto";
import { readKeyFile } from "../../src/crypto/keyFile.js";
import { asFrostglassError } from "../../src/errors/error.js";
import { type AdminCommand, administer, parseCommand } from "../../src/vault/administration.js";
import { type Keyring, parseKeyring } from "../../src/vault/keys/keyring.js";
import { openVault } from "../../src/vault/openVault.js";
import type { Vault } from "../../src/vault/vault.js";
import { marked, markedNode, markedRecords, publishMarked, removeHome } from "../attacks/marked.js";
import { approved, bank, passphrase, policyText, queryOf, type SmallNode, signed, totalAbove } from "../vault/smallNode.js";
import { type FailingStore, failingStore, type Moment } from "./failingStore.js";
import { expectLogged, readPublicLog } from "./publicLog.js";

/*
 * The crash table. Whatever a commit writes, and wherever it fails: the vault stops, no reply of the batch was let go, and the vault that is
 * opened next has exactly what was durable. One home goes through the whole table, so each row starts from what the rows before it left.
 */

let node: SmallNode;
let keyring: Keyring;
/** Every query that was let go so far, with the reply's exact bytes. */
const released = new Map<string, string>();

beforeAll(async () => {
  node = await markedNode(markedRecords(4), policyText({ budgetBits: 9000, ceilingBits: 9000 }));
  keyring = parseKeyring(await readKeyFile(node.home.keyFile, passphrase));
  await node.vault.close();
});
afterAll(() => removeHome(node.home));

interface Opened {
  readonly vault: Vault;
  readonly store: FailingStore;
  readonly fatal: unknown[];
}

function open(): Opened {
  let store: FailingStore | undefined;
  const vault = openVault(node.home, keyring, { now: () => node.clock.now, randomBytes }, (path) => {
    store = failingStore(path);
    return store;
  });
  const fatal: unknown[] = [];
  vault.onFatal = (thrown) => fatal.push(thrown);
  if (store === undefined) throw new Error("no store");
  return { vault, store, fatal };
}

function freshQueries(count: number, mark = 250): string[] {
  return Array.from({ length: count }, (_, i) =>
    signed(queryOf(node, { parameters: { mark }, subject: { scheme: "opaque", id: marked(i % 4) } })),
  );
}

async function submitAll(vault: Vault, queries: readonly string[]): Promise<(string | undefined)[]> {
  const settled = await Promise.allSettled(queries.map((query) => vault.submit(query)));
  settled.forEach((result, i) => {
    if (result.status === "fulfilled") released.set(queries[i] ?? "", result.value.body);
  });
  return settled.map((result) => (result.status === "fulfilled" ? "answered" : asFrostglassError(result.reason)?.code));
}

/** What holds after every row: the log is whole from outside, nothing released is lost or changed, and the failed queries are answered once. */
async function expectWhole(failed: readonly string[], sizes: readonly [before: number, after: number]): Promise<void> {
  const { vault } = open();
  try {
    expect(vault.head.size).toBe(sizes[0]);
    const known = [...released].slice(-12);
    const repeated = await Promise.all(known.map(([query]) => vault.submit(query)));
    expect(repeated.map(({ body }) => body)).toEqual(known.map(([, body]) => body));
    expect(vault.head.size).toBe(sizes[0]);
    expect(new Set(await submitAll(vault, failed))).toEqual(new Set(failed.length === 0 ? [] : ["answered"]));
    expect(vault.head.size).toBe(sizes[1]);
  } finally {
    await vault.close();
  }
  expectLogged(await readPublicLog(node.home), [...released.values()]);
}

test.each<[Moment, number, number]>([
  ["before", 1, 0],
  ["after", 1, 0],
  ["before", 5, 1],
  ["after", 5, 1],
  ["after", 300, 0],
])("a commit of queries that fails %s its write: %i in the batch, %i batches before it", async (moment, count, batchesBefore) => {
  const { vault, store, fatal } = open();
  for (let i = 0; i < batchesBefore; i++) expect(await submitAll(vault, freshQueries(2))).toEqual(["answered", "answered"]);
  const size = vault.head.size;
  store.failNext = moment;
  const queries = freshQueries(count);
  expect(new Set(await submitAll(vault, queries))).toEqual(new Set(["vault-stopped"]));
  expect(fatal).toHaveLength(1);
  expect(vault.head.size).toBe(size); // memory did not move on
  expect(await submitAll(vault, freshQueries(1))).toEqual(["vault-stopped"]);
  await vault.close();
  // Of more than 256 only the first batch was tried; the rest never reached a commit.
  const durable = moment === "after" ? Math.min(count, 256) : 0;
  await expectWhole(queries, [size + durable, size + count]);
});

afterEach(() => vi.restoreAllMocks());

/**
 * The vault with a trigger that makes one write inside the transaction fail, whichever statement comes before or after it. The trigger belongs to the
 * vault's own connection and goes with it: one in the file would be refused at the start.
 */
function openBroken(table: string, verb: "INSERT" | "UPDATE"): Opened {
  let connection: Database.Database | undefined;
  const exec = Database.prototype.exec;
  vi.spyOn(Database.prototype, "exec").mockImplementation(function (this: Database.Database, sql: string) {
    if (this.name === node.home.database) connection = this;
    return exec.call(this, sql);
  });
  const opened = open();
  connection?.exec(`CREATE TEMP TRIGGER broken BEFORE ${verb} ON main.${table} BEGIN SELECT RAISE(ABORT, 'the disk refused'); END`);
  return opened;
}

test.each([
  ["head", "UPDATE", 3],
  ["entry", "INSERT", 3],
  ["answer", "INSERT", 3],
  ["account", "INSERT", 3],
  ["tile", "INSERT", 256], // as many as fill a tile, wherever the log stands
] as const)("a commit of queries whose write to %s fails leaves nothing of itself", async (table, verb, count) => {
  const { vault, fatal } = openBroken(table, verb);
  const size = vault.head.size;
  const queries = freshQueries(count, table === "account" ? 300 : 250); // not asked before: there is something to charge
  expect(new Set(await submitAll(vault, queries))).toEqual(new Set(["vault-stopped"]));
  expect(fatal).toHaveLength(1);
  await vault.close();
  await expectWhole(queries, [size, size + count]);
});

const changed = totalAbove.replace("id: total-above", "id: later-one");
const acts: [string, "INSERT" | "UPDATE", AdminCommand][] = [
  ["head", "UPDATE", { act: "cut-off", requester: bank }],
  ["entry", "INSERT", { act: "cut-off", requester: bank }],
  ["governance", "INSERT", { act: "cut-off", requester: bank }],
  ["document", "INSERT", { act: "add-computation", note: approved(changed) }],
];

test.each(acts)("an act of administration whose write to %s fails was never done", async (table, verb, command) => {
  const { vault, fatal } = openBroken(table, verb);
  const size = vault.head.size;
  expect(() => administer(vault, parseCommand(JSON.stringify(command)))).toThrow("the disk refused");
  expect(fatal).toHaveLength(1);
  expect(await submitAll(vault, freshQueries(1))).toEqual(["vault-stopped"]);
  await vault.close();
  const failed = freshQueries(1);
  await expectWhole(failed, [size, size + 1]);
  expect(JSON.parse(released.get(failed[0] ?? "") ?? "{}")).not.toHaveProperty("code"); // the bank is not cut off
});

test("a new epoch whose write to segment fails leaves the old one in force, and the next import works", async () => {
  const { vault } = openBroken("segment", "INSERT");
  const size = vault.head.size;
  const importing = { ...node, vault, run: (command: AdminCommand) => void administer(vault, parseCommand(JSON.stringify(command))) };
  await expect(publishMarked(importing, 2, markedRecords(1))).rejects.toThrow("the disk refused");
  await vault.close();
  await expectWhole([], [size, size]);
  const next = open();
  await publishMarked(
    { ...importing, vault: next.vault, run: (command) => void administer(next.vault, parseCommand(JSON.stringify(command))) },
    2,
    markedRecords(1),
  );
  expect(next.vault.state.epoch.number).toBe(2);
  await next.vault.close();
});
