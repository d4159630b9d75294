import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { randomBytes } from "#crypto";
import { takeLock } from "../../src/store/lock.js";
import { examine } from "../../src/vault/doctor/examine.js";
import type { Line } from "../../src/vault/doctor/line.js";
import type { Home } from "../../src/vault/home.js";
import { keyFileProvider } from "../../src/vault/keys/keyring.js";
import { runVault } from "../../src/vault/runVault.js";
import { frostglass } from "../faults/processes.js";
import { codeOfAsync } from "../note/codeOf.js";
import { noReports, passphrase, queryOf, type SmallNode, signed, smallNode, startOfTime } from "./smallNode.js";

async function closedNode(): Promise<SmallNode> {
  const node = await smallNode();
  node.vault.publish();
  await node.vault.close();
  return node;
}

/** `disk` is the machine's own affair: a full disk of ours must fail no test. */
const unwell = (lines: readonly Line[]) =>
  lines.filter(({ check, result }) => result !== "ok" && check !== "disk").map(({ check, result }) => `${check} ${result}`);

const put = (path: string, content: string) => {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, content);
};

interface Row {
  readonly what: string;
  readonly spoil: (home: Home) => void;
  readonly found: readonly string[];
}

const rows: readonly Row[] = [
  { what: "a key file that others can read", spoil: ({ keyFile }) => chmodSync(keyFile, 0o644), found: ["key-file bad"] },
  { what: "no key file", spoil: ({ keyFile }) => rmSync(keyFile), found: ["key-file bad"] },
  { what: "another file in its place", spoil: ({ keyFile }) => writeFileSync(keyFile, "keys"), found: ["key-file bad"] },
  { what: "a key file that is half written", spoil: ({ keyFile }) => writeFileSync(`${keyFile}.partial`, "age"), found: ["key-file warn"] },
  {
    what: "records that others can read",
    spoil: ({ dir, epochsDir }) => [dir, epochsDir].forEach((path) => void chmodSync(path, 0o755)),
    found: ["permissions warn"],
  },
  {
    what: "proof of a split view",
    spoil: ({ alarmsDir }) => put(join(alarmsDir, "split-view.ours.checkpoint"), "x"),
    found: ["alarms bad"],
  },
  {
    what: "a log that was retired",
    spoil: ({ retiredFile }) => put(retiredFile, "frostglass-retired/1\nsuccessor tax.example/2\n"),
    found: ["refill bad"],
  },
  {
    what: "a refill that was interrupted",
    spoil: ({ refillFile }) => put(refillFile, "frostglass-refill/1\nfrom 4\nto 4711\n"),
    found: ["refill bad"],
  },
  { what: "no database", spoil: ({ database }) => rmSync(database), found: ["database bad"] },
  { what: "a database that is none", spoil: ({ database }) => writeFileSync(database, "x".repeat(8192)), found: ["database bad"] },
  { what: "a table by other hands", spoil: ({ database }) => alter(database, "CREATE TABLE extra (x)"), found: ["database bad"] },
  {
    what: "a newer database",
    spoil: ({ database }) => alter(database, "INSERT INTO migration VALUES (999, 'x')"),
    found: ["database bad"],
  },
  {
    what: "an older database",
    spoil: ({ database }) => alter(database, "DELETE FROM migration WHERE number > 1"),
    found: ["database warn"],
  },
  { what: "a schema that is gone", spoil: ({ datasetsDir }) => rmSync(join(datasetsDir, "sales.yaml")), found: ["schemas bad"] },
  { what: "a schema that is none", spoil: ({ datasetsDir }) => put(join(datasetsDir, "sales.yaml"), "x"), found: ["schemas bad"] },
  { what: "a segment that is gone", spoil: ({ epochsDir }) => rmSync(join(epochsDir, "sales-000001.db")), found: ["segments bad"] },
  { what: "a segment that is left over", spoil: ({ epochsDir }) => put(join(epochsDir, "sales-000009.db"), "x"), found: ["segments warn"] },
  {
    what: "a public log that is behind",
    spoil: ({ publicDir }) => edit(join(publicDir, "checkpoint.next"), (text) => text.replace(/^\d+$/m, "3")),
    found: ["published warn"],
  },
  {
    what: "a public log that is ahead",
    spoil: ({ publicDir }) => edit(join(publicDir, "checkpoint.next"), (text) => text.replace(/^\d+$/m, "99")),
    found: ["published bad"],
  },
  {
    what: "a public log of the same size that is another",
    spoil: ({ publicDir }) =>
      edit(join(publicDir, "checkpoint.next"), (text) => text.replace(/^[A-Za-z0-9+/]{43}=$/m, `${"A".repeat(43)}=`)),
    found: ["published bad"],
  },
  { what: "a trust file that is none", spoil: ({ witnessesFile }) => put(witnessesFile, "x\n"), found: ["witnesses bad", "clock bad"] },
];

function edit(path: string, change: (text: string) => string): void {
  writeFileSync(path, change(readFileSync(path, "utf8")));
}

function alter(path: string, sql: string): void {
  const database = new Database(path);
  database.exec(sql);
  database.close();
}

describe("doctor", () => {
  it("finds nothing in a home that is well, stopped or running, and changes nothing", async () => {
    const node = await closedNode();
    const before = statSync(node.home.database).mtimeMs;
    expect(unwell(await examine(node.home, startOfTime))).toEqual([]);
    expect(statSync(node.home.database).mtimeMs).toBe(before);
    const running = await runVault(
      node.home,
      keyFileProvider(node.home.keyFile, passphrase),
      { now: () => startOfTime, randomBytes },
      noReports,
    );
    expect(unwell(await examine(node.home, startOfTime))).toEqual([]);
    await running.vault.submit(signed(queryOf(node)));
    await running.close();
  });

  it.each(rows)("finds $what, and says what to do", async ({ spoil, found }) => {
    const { home } = await closedNode();
    spoil(home);
    const lines = await examine(home, startOfTime);
    expect(unwell(lines)).toEqual(found);
    for (const { result, next, words } of lines) {
      expect(words).toMatch(/^\S.*[.\]]$/);
      expect(next === undefined).toBe(result === "ok");
    }
  });

  it("finds a clock that is behind the log, where a vault runs", async () => {
    const { home } = await closedNode();
    const running = await runVault(home, keyFileProvider(home.keyFile, passphrase), { now: () => startOfTime, randomBytes }, noReports);
    expect(unwell(await examine(home, startOfTime - 3600))).toEqual(["clock bad"]);
    await running.close();
  });

  it("leaves a home alone in which another command is at work", async () => {
    const { home } = await closedNode();
    const lock = takeLock(home.vaultLock, "a test");
    expect(unwell(await examine(home, startOfTime))).toEqual(["vault warn", "database warn"]);
    lock.release();
  });

  it("is told what is no home", async () => {
    const { home } = await closedNode();
    rmSync(home.nodeFile);
    expect(await codeOfAsync(examine(home, startOfTime))).toBe("home-missing");
  });

  it("ends with 0, 1 or 2, and prints lines or JSON", async () => {
    const { home } = await closedNode();
    const run = (...more: readonly string[]) => frostglass("doctor", "--home", home.dir, ...more);
    const lines = () => (JSON.parse(run("--json").stdout) as { lines: Line[] }).lines;
    const expected = () => (lines().some(({ result }) => result === "warn") ? 1 : 0);
    expect(run().status).toBe(expected());
    writeFileSync(`${home.keyFile}.partial`, "age");
    expect(run().status).toBe(1);
    chmodSync(home.keyFile, 0o644);
    const { status, stdout } = run();
    expect(status).toBe(2);
    expect(stdout).toMatch(/^bad\s+key-file\s.*\[key-file-exposed\]\n\s+next\s/m);
  });
});
