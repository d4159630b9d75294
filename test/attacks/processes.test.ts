import { existsSync, mkdirSync, readdirSync, readlinkSync, renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { DoorClient } from "../../src/http/doorClient.js";
import { codeOf, kill, killAll, poll, post, postUntilAnswered, procLines, serve, startGateway, startVault } from "../faults/processes.js";
import { passphrase, queryOf, type SmallNode, signed } from "../vault/smallNode.js";
import { marked, markedNode, removeHome } from "./marked.js";

/*
 * P9: the process that faces the network holds no key and cannot open the database, and the one that holds them faces no network. Looked at from
 * outside, with the product's own `serve`. What the gateway's program may import is held by test/gateway/imports.test.ts.
 */

const linux = existsSync("/proc/self/maps");
if (!linux) console.warn("skipped: open files and memory maps of the processes, because this system has no /proc");

let node: SmallNode;

beforeAll(async () => {
  node = await markedNode();
  await node.vault.close();
});
afterEach(killAll);
afterAll(() => removeHome(node.home));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return procLines(`/proc/${pid}/stat`)?.[0]?.split(") ")[1]?.startsWith("Z") !== true; // ended, and not yet collected
  } catch {
    return false;
  }
}

const ask = (n: number) => signed(queryOf(node, { subject: { scheme: "opaque", id: marked(n) } }));

function openFiles(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      return []; // closed between the two looks
    }
  });
}

/** The files that are mapped into a process's memory. */
const maps = (pid: number) => new Set((procLines(`/proc/${pid}/maps`) ?? []).flatMap((line) => line.split(/\s+/)[5] ?? []));

/** The sockets of a process that listen on a TCP port, by inode. */
function listeningTcp(pid: number): string[] {
  const inodes = ["tcp", "tcp6"].flatMap((name) =>
    (procLines(`/proc/${pid}/net/${name}`) ?? [])
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === "0A")
      .map((fields) => `socket:[${fields[9]}]`),
  );
  const own = new Set(openFiles(pid));
  return inodes.filter((inode) => own.has(inode));
}

test.skipIf(!linux)(
  "the gateway has no file of the home open but public ones, no database code in memory, and no passphrase; the vault has no port",
  async () => {
    const { url, vaultPid, gatewayPid } = await serve(node.home);
    expect((await post(url, ask(0))).status).toBe(200);
    expect((await fetch(`${url}/checkpoint`)).status).toBe(200);
    const secrets = [node.home.database, node.home.keyFile, node.home.epochsDir];
    const secret = (path: string) => secrets.some((start) => path.startsWith(start));
    expect(
      openFiles(vaultPid)
        .filter(secret)
        .map((path) => basename(path)),
    ).toEqual(expect.arrayContaining(["vault.db", "vault.db-wal", "sales-000001.db"]));
    expect(openFiles(gatewayPid).filter((path) => path.startsWith(node.home.dir) && !path.startsWith(node.home.publicDir))).toEqual([]);
    expect([...maps(vaultPid)].some((path) => path.includes("better_sqlite3"))).toBe(true);
    expect([...maps(gatewayPid)].filter((path) => /sqlite|vault|age-encryption/.test(path))).toEqual([]);
    expect(listeningTcp(vaultPid)).toEqual([]);
    expect(listeningTcp(gatewayPid).length).toBeGreaterThanOrEqual(1);
    for (const pid of [vaultPid, gatewayPid])
      for (const file of ["cmdline", "environ"]) expect((procLines(`/proc/${pid}/${file}`) ?? []).join()).not.toContain(passphrase);
  },
);

test("the gateway serves and asks although keys, database and segments are out of its sight", { timeout: 60_000 }, async () => {
  await startVault(node.home); // it has them open
  const hidden = join(dirname(node.home.dir), "hidden");
  mkdirSync(hidden);
  const names = readdirSync(node.home.dir).filter((name) => name !== "public" && name !== "run");
  expect(names).toEqual(expect.arrayContaining(["keys", "vault.db", "epochs", "node.yaml"]));
  for (const name of names) renameSync(join(node.home.dir, name), join(hidden, name));
  try {
    const { url } = await startGateway(node.home);
    expect((await post(url, ask(1))).status).toBe(200);
    for (const path of ["checkpoint", "trust", ".well-known/jwks.json", "v1/computations"])
      expect((await fetch(`${url}/${path}`)).status).toBe(200);
  } finally {
    await killAll();
    for (const name of names) renameSync(join(hidden, name), join(node.home.dir, name));
  }
});

test("the gateway's door takes queries and nothing else: administration has a socket of its own", { timeout: 60_000 }, async () => {
  await startVault(node.home);
  const ask = async (path: string, verbs: readonly string[]) => {
    const client = new DoorClient({ path });
    await poll(() => client.connected);
    const replies = await Promise.all(verbs.map((verb) => client.ask(verb, '{"act":"status"}')));
    client.close();
    return replies.map(({ status, body }) => [status, (JSON.parse(body) as { code: string }).code]);
  };
  const refused = [400, "verb-unknown"];
  expect(await ask(node.home.doorSocket, ["admin", "status", "constructor"])).toEqual([refused, refused, refused]);
  expect(await ask(node.home.adminSocket, ["query", "ping"])).toEqual([refused, refused]);
});

test("when serve is killed, both processes end with it, and what was answered stays", { timeout: 60_000 }, async () => {
  const { url, vaultPid, gatewayPid, pid, ended } = await serve(node.home);
  const query = ask(2);
  const first = await post(url, query);
  process.kill(pid, "SIGKILL");
  await ended;
  await poll(() => !isAlive(vaultPid) && !isAlive(gatewayPid));
  const vault = await startVault(node.home);
  const gateway = await startGateway(node.home);
  expect(await postUntilAnswered(gateway.url, query)).toEqual(first);
  await kill(vault);
  expect(codeOf(await post(gateway.url, query))).toBe("vault-unavailable");
});
