import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { randomBytes } from "#crypto";
import { encodeUtf8 } from "../../../src/bytes/utf8.js";
import { takeLock } from "../../../src/store/lock.js";
import { ArchiveWriter } from "../../../src/vault/backup/archive.js";
import { formatHeader, parseHeader } from "../../../src/vault/backup/header.js";
import { restoreBackup } from "../../../src/vault/backup/restoreBackup.js";
import { writeBackup } from "../../../src/vault/backup/writeBackup.js";
import { type Home, homeAt } from "../../../src/vault/home.js";
import { keyFileProvider } from "../../../src/vault/keys/keyring.js";
import { answerKeyRotation } from "../../../src/vault/keys/rotateAnswerKey.js";
import { runVault } from "../../../src/vault/runVault.js";
import { marked, markedNode, markedRecords, removeHome } from "../../attacks/marked.js";
import { expectLogged, readPublicLog } from "../../faults/publicLog.js";
import { codeOf, codeOfAsync } from "../../note/codeOf.js";
import {
  noReports,
  openNode,
  passphrase,
  policyText,
  queryOf,
  type SmallNode,
  signed,
  smallNode,
  startOfTime,
  temporaryFolder,
} from "../smallNode.js";

async function closedNode(): Promise<SmallNode> {
  const node = await smallNode(policyText({ budgetBits: 9000, ceilingBits: 9000 }));
  await node.vault.close();
  return node;
}

const keysOf = ({ home }: SmallNode) => keyFileProvider(home.keyFile, passphrase);
const run = (node: SmallNode) => runVault(node.home, keysOf(node), { now: () => node.clock.now, randomBytes }, noReports);

async function backedUp(home: Home): Promise<string> {
  const path = join(temporaryFolder(), "backup.tar");
  await writeBackup(home, path, startOfTime);
  return path;
}

function restored(path: string): Home {
  const dir = join(temporaryFolder(), "restored");
  restoreBackup(path, dir);
  return homeAt(dir);
}

describe("a backup", () => {
  it("of a node that answers meanwhile has the log, the accounts and the answers of one instant", async () => {
    const node = await closedNode();
    const running = await run(node);
    const before = signed(queryOf(node));
    const first = (await running.vault.submit(before)).body;
    const bodies: string[] = [];
    let done = false;
    const load = (async () => {
      while (!done) bodies.push((await running.vault.submit(signed(queryOf(node)))).body);
    })();
    const path = await backedUp(node.home);
    done = true;
    await load;
    await running.close();
    const copy = await openNode(restored(path), node.clock);
    expect((await copy.vault.submit(before)).body).toBe(first);
    const size = copy.vault.head.size;
    await copy.vault.submit(signed(queryOf(copy)));
    await copy.vault.close();
    const known = [first, ...bodies].filter((body) => (JSON.parse(body) as { index: number }).index < size);
    expectLogged(await readPublicLog(copy.home), known);
    expect(bodies.length).toBeGreaterThan(0);
  });

  it("of a node that is stopped needs no passphrase, and is for its owner alone", async () => {
    const { home } = await closedNode();
    const path = await backedUp(home);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(path, ".."))).toEqual(["backup.tar"]);
    const copy = restored(path);
    for (const file of [copy.keyFile, copy.database]) expect(statSync(file).mode & 0o777).toBe(0o600);
    for (const file of ["node.yaml", "policy.yaml", "datasets/sales.yaml", "keys/holder.keys", "epochs/sales-000001.db"])
      expect(readFileSync(join(copy.dir, file))).toEqual(readFileSync(join(home.dir, file)));
  });

  it("holds only segments that the database names, and no half-written file", async () => {
    const { home } = await closedNode();
    writeFileSync(join(home.epochsDir, "sales-000099.db"), "left over");
    writeFileSync(join(home.datasetsDir, "other.yaml.partial"), "half");
    const copy = restored(await backedUp(home));
    expect(readdirSync(copy.epochsDir)).toEqual(["sales-000001.db"]);
    expect(readdirSync(copy.datasetsDir)).toEqual(["sales.yaml"]);
  });

  it("holds every file of a home that the next start does not write itself", async () => {
    const { home } = await closedNode();
    const written = ["dir", "publicDir", "doorSocket", "adminSocket", "vaultLock", "importLock"];
    const named = Object.entries(home).filter(([name]) => !written.includes(name));
    const places = named
      .map(([name, path]) => (name.endsWith("Dir") ? join(String(path), "one") : String(path)))
      .map((path) => path.slice(home.dir.length));
    places.push("/public/anchors/7.tsr");
    for (const place of places.filter((each) => !existsSync(join(home.dir, each)))) {
      mkdirSync(join(home.dir, place, ".."), { recursive: true });
      writeFileSync(join(home.dir, place), "1");
    }
    const copy = restored(await backedUp(home));
    expect(places.filter((place) => !existsSync(join(copy.dir, place)))).toEqual(["/epochs/one"]); // no segment that the database names
  });

  it("shows no record and no subject", async () => {
    const node = await markedNode(markedRecords(3));
    await node.vault.submit(signed(queryOf(node, { subject: { scheme: "opaque", id: marked(1) } })));
    await node.vault.close();
    const bytes = readFileSync(await backedUp(node.home));
    removeHome(node.home);
    expect(bytes.includes("holder.keys")).toBe(true);
    for (const mark of ["MARKED", marked(1), "QXBUYER"]) expect(bytes.includes(mark)).toBe(false);
  });

  it("has the keys that its log names, though the answer key changes meanwhile", async () => {
    const node = await closedNode();
    const running = await run(node);
    const rotate = answerKeyRotation(running.vault, keysOf(node));
    const path = join(temporaryFolder(), "backup.tar");
    const [outcome] = await Promise.all([codeOfAsync(writeBackup(node.home, path, startOfTime)), rotate({}), rotate({})]);
    await running.close();
    expect([undefined, "backup-disturbed"]).toContain(outcome);
    expect(existsSync(path)).toBe(outcome === undefined);
    if (outcome !== undefined) return;
    const copy = await openNode(restored(path), node.clock);
    expect((await copy.vault.submit(signed(queryOf(copy)))).status).toBe(200);
    await copy.vault.close();
  });

  it("is refused while records change, over a file that is there, and of what is no home", async () => {
    const { home } = await closedNode();
    const lock = takeLock(home.importLock, "an import");
    const path = join(temporaryFolder(), "backup.tar");
    expect(await codeOfAsync(writeBackup(home, path, 0))).toBe("home-in-use");
    lock.release();
    writeFileSync(path, "mine");
    expect(await codeOfAsync(writeBackup(home, path, 0))).toBe("file-exists");
    expect(readFileSync(path, "utf8")).toBe("mine");
    expect(await codeOfAsync(writeBackup(homeAt(temporaryFolder()), `${path}.other`, 0))).toBe("home-missing");
  });

  it("is a tar archive that any tar lists", async () => {
    const path = await backedUp((await closedNode()).home);
    const { status, stdout } = spawnSync("tar", ["-tf", path], { encoding: "utf8" });
    expect(status).toBe(0);
    expect(stdout.split("\n")).toEqual(expect.arrayContaining(["vault.db", "keys/holder.keys", "frostglass-backup.json"]));
  });
});

describe("restoring", () => {
  it("refuses a folder that holds anything", async () => {
    const { home } = await closedNode();
    const path = await backedUp(home);
    const database = readFileSync(home.database);
    expect(codeOf(() => restoreBackup(path, home.dir))).toBe("home-exists");
    expect(readFileSync(home.database)).toEqual(database);
    expect(codeOf(() => restoreBackup(`${path}.none`, join(temporaryFolder(), "x")))).toBe("file-missing");
  });

  it("finds each byte that was altered and each cut, and leaves nothing", async () => {
    const path = await backedUp((await closedNode()).home);
    const whole = readFileSync(path);
    const folder = temporaryFolder();
    const spoilt = join(folder, "spoilt.tar");
    const refused = (bytes: Uint8Array) => {
      writeFileSync(spoilt, bytes);
      expect(codeOf(() => restoreBackup(spoilt, join(folder, "home")))).toBe("backup-damaged");
      expect(readdirSync(folder)).toEqual(["spoilt.tar"]);
    };
    const places = [
      ...Array.from({ length: 60 }, (_, i) => Math.floor((i * whole.length) / 60)),
      ...Array.from({ length: 40 }, (_, i) => i * 13),
    ];
    for (const at of [...places, ...Array.from({ length: 40 }, (_, i) => whole.length - 1 - i * 67)]) {
      const bytes = new Uint8Array(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      refused(bytes);
    }
    for (const length of [0, 1, 511, 512, 513, whole.length / 2, whole.length - 512, whole.length - 1]) refused(whole.subarray(0, length));
    refused(Buffer.concat([whole, new Uint8Array(512)]));
  }, 60_000);

  const hostile: readonly (readonly [what: string, paths: readonly string[]])[] = [
    ["a path that leads out", ["../escaped"]],
    ["a path that leads out from within", ["datasets/../../escaped"]],
    ["an absolute path", ["/tmp/escaped"]],
    ["a file that no home has", ["run/vault.lock"]],
    ["a file twice", ["node.yaml", "node.yaml"]],
    ["no manifest", ["node.yaml"]],
    ["nothing", []],
  ];
  test.each(hostile)("refuses an archive with %s", (_, paths) => {
    const folder = temporaryFolder();
    const archive = new ArchiveWriter(join(folder, "hostile.tar"));
    for (const path of paths) archive.add(path, 0o644, encodeUtf8("x"));
    archive.finish();
    expect(codeOf(() => restoreBackup(join(folder, "hostile.tar"), join(folder, "home")))).toBe("backup-damaged");
    expect(readdirSync(folder)).toEqual(["hostile.tar"]);
  });
});

test("a member of more than 8 GiB, and one with a long path, keep size and path", () => {
  for (const member of [
    { path: "vault.db", mode: 0o600, size: 40 * 2 ** 30 },
    { path: `computations/${"a".repeat(90)}/${"b".repeat(90)}`, mode: 0o644, size: 1 },
  ])
    expect(parseHeader(formatHeader(member))).toEqual(member);
  expect(codeOf(() => formatHeader({ path: "c".repeat(101), mode: 0, size: 0 }))).toBe("backup-name-too-long");
});
