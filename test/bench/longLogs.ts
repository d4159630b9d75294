import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { importPrivateKey, randomBytes } from "#crypto";
import { readKeyFile } from "#product/crypto/keyFile.js";
import { digestOf } from "#product/model/digest.js";
import { formatVerifierKey, verifierKeyOf } from "#product/note/verifierKey.js";
import { openSqliteStore } from "#product/store/sqliteStore.js";
import type { Store } from "#product/store/store.js";
import { signCheckpoint } from "#product/tlog/checkpoint.js";
import { encodeEntryBundle } from "#product/tlog/entryBundle.js";
import { formatTilePath, fullWidth, parseTilePath } from "#product/tlog/tile.js";
import { TileReader } from "#product/tlog/tileReader.js";
import { AccountsSum } from "#product/vault/accounts/accountsSeal.js";
import { type Keyring, parseKeyring } from "#product/vault/keys/keyring.js";
import { chainEntry, emptyChain, sealGovernance } from "#product/vault/log/governanceSeal.js";
import { openVault } from "#product/vault/openVault.js";
import { encodeEntry, type GovernanceEntry } from "#product/wire/entry.js";
import { type BenchHome, passphrase, policy, withHome } from "./benchNode.js";
import { median } from "./cpu.js";
import { RepeatingLog } from "./repeatingLog.js";

const now = () => Math.floor(Date.now() / 1000);

export interface AuditMeasure {
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

/** An audit of a log from its first entry, out of plain files, in a process of its own. */
export function measureAudit(size: number): AuditMeasure {
  const dir = mkdtempSync(join(tmpdir(), "frostglass-bench-audit-"));
  try {
    const trust = publishLongLog(dir, size);
    const child = fileURLToPath(new URL("./auditChild.js", import.meta.url));
    const read = JSON.parse(execFileSync(process.execPath, [child, dir, trust], { encoding: "utf8" })) as AuditMeasure & {
      size: number;
      findingCount: number;
    };
    if (read.size !== size || read.findingCount !== 0) throw new Error("the audit did not read the whole log, or found something");
    return read;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const logKey = importPrivateKey(new Uint8Array(32).fill(4));
const answerKey = "A".repeat(43);
const digest = `sha256:${"a".repeat(64)}` as const;

const governance: readonly GovernanceEntry[] = [
  { entry: "log-created/1", at: 0, holder: "tax.example", environment: "test", suite: "frostglass-1" },
  { entry: "key-added/1", at: 0, role: "answer", key: answerKey },
  { entry: "policy-set/1", at: 0, policy: digestOf(policy) },
  { entry: "epoch-published/1", at: 0, number: 1, asOf: "2025-12-31", root: digest, datasets: {} },
];

/** Writes the log as a node publishes it; gives the path of its trust file. */
function publishLongLog(dir: string, size: number): string {
  const log = new RepeatingLog(size, governance.map(encodeEntry));
  const signer = { name: "tax.example", privateKey: logKey };
  for (const tile of log.tiles()) {
    write(join(dir, formatTilePath(tile)), log.tile(tile));
    if (tile.level === 0)
      write(join(dir, formatTilePath({ ...tile, level: "entries" })), encodeEntryBundle(log.entries(tile.index, tile.width)));
  }
  write(join(dir, `policies/${digestOf(policy).slice("sha256:".length)}.yaml`), policy);
  write(join(dir, "checkpoint"), signCheckpoint(log, signer));
  return write(join(dir, "trust"), `log ${formatVerifierKey(verifierKeyOf(signer))}\nquorum none\n`);
}

function write(path: string, content: string | Uint8Array): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

export interface LongLogMeasure {
  /** From a closed home to a vault that may answer: lock, database, log, governance, computations, epoch. */
  readonly startMs: number;
  /** Processor time of one inclusion proof out of the database, nothing of the tree being in memory: the median, and the slowest of 32. */
  readonly proofMs: number;
  readonly slowestProofMs: number;
}

/** What a vault with so many entries needs to start and to prove. */
export function measureLongLog(size: number): Promise<LongLogMeasure> {
  return withHome(100, 16, async (bench) => {
    const keyring = parseKeyring(await readKeyFile(bench.home.keyFile, passphrase));
    const log = lengthen(bench, keyring, size);
    const starts = [await start(bench, keyring, size), await start(bench, keyring, size), await start(bench, keyring, size)];
    return { startMs: median(starts), ...(await measureProofs(bench, log)) };
  });
}

async function start({ home }: BenchHome, keyring: Keyring, size: number): Promise<number> {
  const begun = performance.now();
  const vault = openVault(home, keyring, { now, randomBytes });
  const startMs = performance.now() - begun;
  if (vault.head.size !== size) throw new Error("the vault opened another log");
  await vault.close();
  return startMs;
}

/** Puts the entries and tiles of a longer log straight into the database, under a head that the vault's own keys sign and seal. */
function lengthen({ home }: BenchHome, keyring: Keyring, size: number): RepeatingLog {
  const store = openSqliteStore(home.database);
  const before = store.head()?.size ?? 0;
  const log = new RepeatingLog(size, store.entries(0, before));
  const chain = store
    .governancePositions()
    .reduce<Uint8Array>((seal, position) => chainEntry(seal, position, log.entries(0, fullWidth)[position] as Uint8Array), emptyChain);
  store.close();
  const checkpoint = signCheckpoint(log, { name: "tax.example", privateKey: keyring.log });
  fill(home.database, log, before);
  const database = new Database(home.database);
  database
    .prepare("UPDATE head SET size = ?, checkpoint = ?, governance_seal = ?, accounts_seal = ?")
    .run(size, checkpoint, sealGovernance(keyring.archive, size, chain), AccountsSum.empty(keyring.account).seal(size)); // no account yet
  database.close();
  writeFileSync(join(home.publicDir, "checkpoint.next"), checkpoint); // else closing would publish all of it
  return log;
}

function fill(file: string, log: RepeatingLog, before: number): void {
  const database = new Database(file);
  database.pragma("synchronous = OFF");
  database.transaction(() => {
    const entry = database.prepare("INSERT INTO entry (position, body) VALUES (?, ?)");
    for (let i = before; i < 2 * fullWidth; i++) entry.run(i, log.entries(Math.floor(i / fullWidth), fullWidth)[i % fullWidth]);
    const again = database.prepare(
      "INSERT INTO entry (position, body) SELECT position + ?, body FROM entry WHERE position >= ? AND position + ? < ? ORDER BY position",
    );
    for (let have: number = fullWidth; have + fullWidth < log.size; have *= 2) again.run(have, fullWidth, have, log.size);
    const tile = database.prepare("INSERT INTO tile (level, number, hashes) VALUES (?, ?, ?)");
    for (const each of log.tiles()) if (each.width === fullWidth) tile.run(each.level, each.index, log.tile(each));
  })();
  database.close();
}

const proofs = 32;

async function measureProofs({ home }: BenchHome, log: RepeatingLog): Promise<Pick<LongLogMeasure, "proofMs" | "slowestProofMs">> {
  const store = openSqliteStore(home.database);
  try {
    const each: number[] = [];
    for (let i = 0; i < proofs; i++) each.push(await proofTime(store, log, Math.floor((log.size / proofs) * i)));
    return { proofMs: median(each), slowestProofMs: Math.max(...each.slice(1)) }; // the first one compiles the code
  } finally {
    store.close();
  }
}

async function proofTime(store: Store, log: RepeatingLog, index: number): Promise<number> {
  const fetch = async (path: string) => {
    const tile = parseTilePath(path);
    if (tile.level === "entries") return undefined;
    return tile.width === fullWidth ? store.tile(tile.level, tile.index) : log.tile({ ...tile, level: tile.level });
  };
  const before = process.cpuUsage();
  await (await TileReader.open(log, fetch)).proveInclusion(index);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
