import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { realSurroundings } from "../../src/cli/surroundings.js";
import { readKeyFile } from "../../src/crypto/keyFile.js";
import { openAdminSession } from "../../src/vault/adminSession.js";
import type { Home } from "../../src/vault/home.js";
import { decodeAnswer } from "../../src/wire/answer.js";
import { marked, markedNode, markedRecords, removeHome } from "../attacks/marked.js";
import { passphrase, policyText, queryOf, type SmallNode, signed } from "../vault/smallNode.js";
import { frostglass, kill, killAll, poll, postUntilAnswered, startGateway, startVault } from "./processes.js";
import { expectLogged, membersOf, readPublicLog } from "./publicLog.js";

/* kill -9 while the answer key is changed, at each thing that the change leaves on the disk; and the command that an operator gives. */

const noKeys = () => Promise.reject(new Error("no keys are needed"));
let node: SmallNode;
let home: Home;

beforeAll(async () => {
  node = await markedNode(markedRecords(4), policyText({ budgetBits: 9000, ceilingBits: 9000 }));
  home = node.home;
  await node.vault.close();
});
afterEach(killAll);
afterAll(() => removeHome(home));

const ask = (url: string) => postUntilAnswered(url, signed(queryOf(node, { subject: { scheme: "opaque", id: marked(1) } })));
const kidOf = (body: string) => decodeAnswer(membersOf(body).answer).decoded.header.kid;
const answerKeys = async () => (await readKeyFile(home.keyFile, passphrase)).split("\n").filter((line) => line.startsWith("answer"));

const moments: readonly (readonly [when: string, mark: () => unknown])[] = [
  ["a new key file is begun", () => statSync(join(home.dir, "keys")).mtimeMs],
  ["the key file changed", () => statSync(home.keyFile).ino],
  ["the log changed", () => statSync(`${home.database}-wal`).mtimeMs],
  ["the published keys changed", () => readFileSync(join(home.publicDir, "jwks.json"), "utf8")],
];

test.each(moments)("killed once %s, the node answers again with one key, and every answer holds", { timeout: 60_000 }, async (_, mark) => {
  const vault = await startVault(home);
  const gateway = await startGateway(home);
  const { body: old } = await ask(gateway.url);
  const before = mark();
  const session = await openAdminSession(home, noKeys, realSurroundings);
  const outcome = session.rotateAnswerKey({}, noKeys).then(
    () => "changed",
    () => "killed",
  );
  await poll(() => mark() !== before);
  await kill(vault);
  await outcome;
  await session.close();
  const again = await startVault(home);
  expect(await answerKeys()).toHaveLength(1);
  const { body: fresh } = await ask(gateway.url);
  expect(await kill(again, "SIGTERM")).toBe(0);
  const log = await readPublicLog(home);
  expectLogged(log, [old, fresh]);
  const inForce = log.report.governance.keys.filter(({ role, retired }) => role === "answer" && retired === undefined);
  expect(inForce).toHaveLength(1);
  expect(readFileSync(join(home.publicDir, "jwks.json"), "utf8")).toContain(kidOf(fresh));
});

test("the command changes the key of a node that runs without its passphrase, and of one that does not with it", async () => {
  const vault = await startVault(home);
  const gateway = await startGateway(home);
  const first = kidOf((await ask(gateway.url)).body);
  const running = frostglass("keys", "rotate", "answer", "--home", home.dir, "--compromised", "2026-01-01T00:00:00Z", "--from-size", "3");
  expect([running.status, running.stderr]).toEqual([0, ""]);
  expect(running.stdout).toMatch(/new key from now on/);
  const second = kidOf((await ask(gateway.url)).body);
  expect(await kill(vault, "SIGTERM")).toBe(0);
  expect(frostglass("keys", "rotate", "answer", "--home", home.dir).stderr).toMatch(/passphrase-needed/);
  const passphraseFile = join(home.dir, "run", "passphrase");
  writeFileSync(passphraseFile, `${passphrase}\n`, { mode: 0o600 });
  const stopped = frostglass("keys", "rotate", "answer", "--home", home.dir, "--passphrase-file", passphraseFile);
  expect([stopped.status, stopped.stderr]).toEqual([0, ""]);
  const restarted = await startVault(home);
  const third = kidOf((await ask(gateway.url)).body);
  expect(await kill(restarted, "SIGTERM")).toBe(0);
  expect(new Set([first, second, third]).size).toBe(3);
  const { entries, report } = await readPublicLog(home);
  expect(entries.find(({ entry }) => entry === "key-compromised/1")).toMatchObject({ size: 3, since: 1_767_225_600 });
  expect(report.findings).toEqual([]);
}, 60_000);
