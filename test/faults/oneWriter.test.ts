import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { importPrivateKey } from "#crypto";
import { formatBase64Url } from "../../src/bytes/base64.js";
import { asFrostglassError } from "../../src/errors/error.js";
import { takeLock } from "../../src/store/lock.js";
import { openSqliteStore } from "../../src/store/sqliteStore.js";
import { markedNode, removeHome } from "../attacks/marked.js";
import { openNode, passphrase, type SmallNode } from "../vault/smallNode.js";
import { frostglass, kill, killAll, startVault } from "./processes.js";

/** Two writers on one home never exist: the second is refused, and administration goes through the vault that runs. */

let node: SmallNode;
let passphraseFile: string;

beforeAll(async () => {
  node = await markedNode();
  await node.vault.close();
  passphraseFile = join(node.home.dir, "..", "passphrase");
  writeFileSync(passphraseFile, `${passphrase}\n`, { mode: 0o600 });
});
afterEach(killAll);
afterAll(() => removeHome(node.home));

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "started",
    (thrown: unknown) => asFrostglassError(thrown)?.code,
  );

test("a second vault on the same home is refused, whether the first runs in a process or was opened by a command", {
  timeout: 60_000,
}, async () => {
  await startVault(node.home);
  expect(await codeOf(startVault(node.home))).toBe("home-in-use");
  await expect(openNode(node.home, node.clock)).rejects.toMatchObject({ code: "home-in-use" });
  // The database itself refuses a second writer, also when the lock file was taken away.
  expect(() => openSqliteStore(node.home.database)).toThrow(expect.objectContaining({ code: "home-in-use" }));
  await killAll();
  const opened = await openNode(node.home, node.clock);
  expect(await codeOf(startVault(node.home))).toBe("home-in-use");
  await opened.vault.close();
});

test("administration goes through the running vault, needs no passphrase then, and is in force at once", { timeout: 60_000 }, async () => {
  const vault = await startVault(node.home);
  const key = formatBase64Url(importPrivateKey(new Uint8Array(32).fill(51)).publicKey.bytes);
  const added = frostglass("requester", "add", "other.example", "--key", key, "--home", node.home.dir, "--json");
  expect(added).toMatchObject({ status: 0, stderr: "" });
  expect(JSON.parse(added.stdout)).toMatchObject({ requesters: expect.arrayContaining([{ name: "other.example", cutOff: false }]) });
  const again = frostglass("requester", "add", "other.example", "--key", key, "--home", node.home.dir, "--json");
  expect([again.status, JSON.parse(again.stdout).error.code]).toEqual([2, "requester-known"]);
  expect(await kill(vault, "SIGTERM")).toBe(0);
  const options = ["--home", node.home.dir, "--passphrase-file", passphraseFile, "--json"];
  const alone = frostglass("requester", "cut-off", "other.example", ...options);
  expect(JSON.parse(alone.stdout)).toMatchObject({ requesters: expect.arrayContaining([{ name: "other.example", cutOff: true }]) });
});

test("a second import beside a running one is refused", () => {
  const lock = takeLock(node.home.importLock, "an import of this test");
  const file = join(node.home.dir, "..", "sales.csv");
  writeFileSync(file, "subject,buyer,total\nMARKED000000,A,1.00\n");
  const options = ["--home", node.home.dir, "--dataset", "sales", "--passphrase-file", passphraseFile, "--json"];
  const refused = frostglass("import", file, ...options);
  lock.release();
  expect([refused.status, JSON.parse(refused.stdout).error.code]).toEqual([2, "home-in-use"]);
});
