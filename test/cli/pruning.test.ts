import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { readKeyFile } from "../../src/crypto/keyFile.js";
import { digestOf } from "../../src/model/digest.js";
import { openSqliteStore } from "../../src/store/sqliteStore.js";
import { Batch } from "../../src/vault/batch.js";
import { createHome } from "../../src/vault/createHome.js";
import type { Home } from "../../src/vault/home.js";
import { parseKeyring } from "../../src/vault/keys/keyring.js";
import { Sequencer } from "../../src/vault/log/sequencer.js";
import { encodeAnswerEntry } from "../../src/wire/entry.js";
import { spawnFrostglass } from "../auditor/spawnFrostglass.js";
import { passphrase, policyText, temporaryFolder } from "../vault/smallNode.js";

/* Archiving and pruning as an operator and an auditor do it: a home whose log began three years ago, and its archive behind another address. */

const day = 86_400;
const began = Math.floor(Date.now() / 1000) - 1000 * day;
let dir: string;
let home: Home;

beforeAll(async () => {
  dir = temporaryFolder();
  writeFileSync(join(dir, "pass"), `${passphrase}\n`, { mode: 0o600 });
  home = await createHome({
    ...{ dir: join(dir, "home"), holder: "tax.example", environment: "test", port: 0, adminPort: 0, passphrase, workFactor: 2 },
    ...{ policy: policyText({ more: "retention: { log_days: 800 }\n" }), now: began },
  });
  await fill();
});

/** 1100 answers, acts on the first day and after a hundred; the database of the first hundred answers is kept aside. */
async function fill(): Promise<void> {
  const store = openSqliteStore(home.database);
  const sequencer = Sequencer.load(store, "tax.example", parseKeyring(await readKeyFile(home.keyFile, passphrase)));
  let batch = new Batch(sequencer.size);
  const none = digestOf(encodeUtf8("none"));
  batch.addGovernance({ entry: "epoch-published/1", at: began, number: 1, asOf: "2020-01-01", root: none, datasets: {} });
  for (let i = 0; i < 1100; i++) {
    batch.addKept(encodeAnswerEntry(digestOf(encodeUtf8(`answer ${i}`))), undefined);
    if (i !== 100) continue;
    sequencer.commit(batch);
    batch = new Batch(sequencer.size);
    await store.copyTo(yesterday());
  }
  batch.addGovernance({ entry: "subject-accessed/1", at: began + 100 * day });
  sequencer.commit(batch);
  store.close();
}

const yesterday = () => join(dir, "yesterday.db");

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

/** A web server that knows nothing of logs. */
async function serve(folder: string): Promise<string> {
  const server = createServer((request, response) => {
    const file = join(folder, request.url ?? "");
    response.statusCode = existsSync(file) ? 200 : 404;
    response.end(existsSync(file) ? readFileSync(file) : undefined);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function run(...args: readonly string[]): Promise<{ code: number | null; out: string }> {
  const { status, stdout, stderr } = await spawnFrostglass(...args);
  return { code: status, out: stdout + stderr };
}

it("archives, prunes, and is audited with the archive and without", { timeout: 120_000 }, async () => {
  const [archive, pass] = [join(dir, "archive"), ["--passphrase-file", join(dir, "pass")]];
  const trust = ["--trust", join(home.publicDir, "trust")];
  const onHome = ["--home", home.dir];
  const prune = () => run("log", "prune", ...onHome, "--archive", archive, ...pass);
  expect(await run("policy", "show", ...onHome, ...pass)).toMatchObject({
    code: 0,
    out: expect.stringContaining("entries before 1105 may be pruned"),
  });
  expect(await prune()).toMatchObject({ code: 2, out: expect.stringContaining("published-file-missing") });
  expect(await run("log", "archive", ...onHome, "--out", archive)).toMatchObject({ code: 0, out: expect.stringContaining("1106 entries") });

  const damaged = join(archive, "tile/entries/002");
  const bytes = readFileSync(damaged);
  writeFileSync(
    damaged,
    bytes.map((byte, i) => (i === 500 ? byte ^ 4 : byte)),
  );
  expect(await prune()).toMatchObject({ code: 2, out: expect.stringContaining("archive-damaged") });
  writeFileSync(damaged, bytes);

  expect(await prune()).toMatchObject({ code: 0, out: expect.stringContaining("entries before 1105 are served by the archive alone") });
  expect(await prune()).toMatchObject({ code: 2, out: expect.stringContaining("prune-not-ahead") });
  expect(await run("status", ...onHome, ...pass)).toMatchObject({
    code: 0,
    out: expect.stringContaining("pruned     entries before 1105"),
  });
  expect([1, 2, 3].map((index) => existsSync(join(home.publicDir, `tile/entries/00${index}`)))).toEqual([false, false, false]);

  const [node, copy] = await Promise.all([serve(home.publicDir), serve(archive)]);
  const bare = await run("audit", node, ...trust, "--out", join(dir, "report"));
  expect(bare).toMatchObject({ code: 2, out: expect.stringContaining("768 entries were not seen, 256 to 1023") });
  expect(JSON.parse(readFileSync(join(dir, "report/report.json"), "utf8"))).toMatchObject({ unseen: [{ from: 256, to: 1024 }] });
  expect(readFileSync(join(dir, "report/report.html"), "utf8")).toContain("Not all was seen.");
  expect(await run("audit", node, ...trust, "--archive", copy)).toMatchObject({
    code: 0,
    out: expect.stringContaining("1107 entries, 1100 of them answers"),
  });
  expect(await run("audit", archive, ...trust)).toMatchObject({
    code: 0,
    out: expect.stringContaining("1106 entries, 1100 of them answers"),
  });

  writeFileSync(
    damaged,
    bytes.map((byte, i) => (i === 500 ? byte ^ 4 : byte)),
  );
  expect(await run("audit", node, ...trust, "--archive", copy)).toMatchObject({ code: 2, out: expect.stringContaining("archive-damaged") });
  writeFileSync(damaged, bytes);

  // The home is put back to a day whose successors the public log serves no more.
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${home.database}${suffix}`, { force: true });
  cpSync(yesterday(), home.database);
  const refill = (...more: readonly string[]) =>
    run("log", "refill", ...onHome, "--from", home.publicDir, "--accept-lost-charges", ...more, ...pass);
  expect(await refill()).toMatchObject({ code: 2, out: expect.stringContaining("tile-missing") });
  expect(await refill("--archive", archive)).toMatchObject({ code: 0, out: expect.stringContaining("entries 106 to 1106") });
  expect(await run("status", ...onHome, ...pass)).toMatchObject({
    code: 0,
    out: expect.stringContaining("pruned     entries before 1105"),
  });

  rmSync(archive, { recursive: true });
  expect(await run("log", "archive", ...onHome, "--out", archive)).toMatchObject({
    code: 2,
    out: expect.stringContaining("archive-behind"),
  });
});
