import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { randomBytes } from "#crypto";
import { auditFiles, parseTrust, verifyEvidence } from "../../src/auditor/index.js";
import { folderFiles } from "../../src/cli/audit/mirror.js";
import { readKeyFile } from "../../src/crypto/keyFile.js";
import { formatEvidence } from "../../src/evidence/evidenceFile.js";
import { gatherEvidence } from "../../src/evidence/gatherEvidence.js";
import { openPublishedLog } from "../../src/evidence/publishedLog.js";
import { parseNote } from "../../src/note/signedNote.js";
import { parseVerifierKey } from "../../src/note/verifierKey.js";
import { formatAddCheckpoint } from "../../src/tlog/addCheckpoint.js";
import { signCheckpoint } from "../../src/tlog/checkpoint.js";
import { openAdminSession } from "../../src/vault/adminSession.js";
import { type KeyProvider, keyFileProvider } from "../../src/vault/keys/keyring.js";
import { logKeyRotation, parseLogRotation } from "../../src/vault/keys/rotateLogKey.js";
import { type RunningVault, runVault } from "../../src/vault/runVault.js";
import { addLog, LogList } from "../../src/witness/logList.js";
import { Witness } from "../../src/witness/witness.js";
import { openWitnessStore } from "../../src/witness/witnessStore.js";
import { frostglass } from "../faults/processes.js";
import { membersOf, publicReader, readPublicLog } from "../faults/publicLog.js";
import { codeOf, codeOfAsync } from "../note/codeOf.js";
import { witnessSigner } from "../witness/growingLog.js";
import { noReports, passphrase, queryOf, type SmallNode, signed, smallNode, temporaryFolder } from "./smallNode.js";

async function closedNode(): Promise<SmallNode> {
  const node = await smallNode();
  await node.vault.close();
  return node;
}

const keysOf = ({ home }: SmallNode) => keyFileProvider(home.keyFile, passphrase);
const run = (node: SmallNode) => runVault(node.home, keysOf(node), { now: () => node.clock.now, randomBytes }, noReports);
const published = ({ home }: SmallNode, name: string) => readFileSync(join(home.publicDir, name), "utf8");
const linesOf = (node: SmallNode) => parseNote(published(node, "checkpoint")).signatures.map(({ keyId }) => keyId);
const logLines = (node: SmallNode) =>
  published(node, "trust")
    .split("\n")
    .filter((line) => line.startsWith("log "));
/** A trust file for each key that the node's own names. */
const trusts = (node: SmallNode) => logLines(node).map((line) => parseTrust(`${line}\nquorum none\n`));
const logSeeds = async ({ home }: SmallNode) =>
  (await readKeyFile(home.keyFile, passphrase)).split("\n").flatMap((line) => (line.startsWith("log") ? [line.split(" ")[0]] : []));

async function answer({ vault }: RunningVault, node: SmallNode): Promise<string> {
  const { body } = await vault.submit(signed(queryOf(node)));
  vault.publish();
  return body;
}

async function evidenceOf({ home }: SmallNode, body: string, trust: ReturnType<typeof parseTrust>): Promise<string> {
  const log = await openPublishedLog(folderFiles(home.publicDir), trust);
  return formatEvidence(await gatherEvidence(log, membersOf(body)));
}

describe("a new key of the log", () => {
  it("signs beside the old one, then alone; each trust file verifies what its key signed", async () => {
    const node = await closedNode();
    const running = await run(node);
    const rotate = logKeyRotation(running.vault, keysOf(node));
    const first = await answer(running, node);
    const [old = parseTrust("")] = trusts(node);
    const before = await evidenceOf(node, first, old);
    expect([linesOf(node).length, logLines(node).length]).toEqual([1, 1]);

    await rotate({ act: "begin" });
    expect([linesOf(node).length, logLines(node).length]).toEqual([2, 2]);
    const second = await answer(running, node);
    const [, next = old] = trusts(node);
    for (const trust of [old, next]) {
      expect(verifyEvidence(await evidenceOf(node, second, trust), trust).verdict).toBe("holds");
      expect(await auditFiles(folderFiles(node.home.publicDir), { trust })).toMatchObject({ findings: [] });
    }

    await rotate({ act: "finish" });
    expect([linesOf(node).length, logLines(node).length]).toEqual([1, 1]);
    const third = await answer(running, node);
    expect(verifyEvidence(await evidenceOf(node, third, next), next).verdict).toBe("holds");
    expect(await codeOfAsync(evidenceOf(node, third, old))).toBe("note-unsigned");
    expect(verifyEvidence(before, old).verdict).toBe("holds");
    const { size } = running.vault.head;
    const root = (await publicReader(node.home)).tree.root;
    writeFileSync(
      join(node.home.publicDir, "checkpoint"),
      signCheckpoint({ size, root }, { name: "tax.example", privateKey: node.keyring.log }),
    );
    const thiefs = await auditFiles(folderFiles(node.home.publicDir), { trust: old });
    expect(thiefs.findings).toMatchObject([{ index: size - 1, rule: "checkpoint-key" }]);
    await running.close();
    const { entries, report } = await readPublicLog(node.home);
    expect(entries.filter(({ entry }) => entry !== "answer/1").slice(-2)).toMatchObject([
      { entry: "key-added/1", role: "log" },
      { entry: "key-retired/1", role: "log" },
    ]);
    expect(report.findings).toEqual([]);
    expect(await logSeeds(node)).toEqual(["log"]);
  });

  it("stays beside the old one over a restart", async () => {
    const node = await closedNode();
    const running = await run(node);
    await logKeyRotation(running.vault, keysOf(node))({ act: "begin" });
    const begun = linesOf(node);
    await running.close();
    expect(await logSeeds(node)).toEqual(["log", "log-next"]);
    const again = await run(node);
    await answer(again, node);
    expect(linesOf(node)).toEqual(begun);
    await logKeyRotation(again.vault, keysOf(node))({ act: "finish" });
    expect(linesOf(node)).toEqual(begun.slice(1));
    await again.close();
    const last = await run(node);
    await answer(last, node);
    expect(linesOf(node)).toEqual(begun.slice(1));
    await last.close();
  });

  it("begins and ends in this order only", async () => {
    const node = await smallNode();
    const rotate = logKeyRotation(node.vault, keysOf(node));
    expect(await codeOfAsync(rotate({ act: "finish" }))).toBe("log-key-overlap");
    await Promise.allSettled([rotate({ act: "begin" }), rotate({ act: "begin" })]);
    expect(node.vault.state.signers.ofLog.length).toBe(2);
    expect(await codeOfAsync(rotate({ act: "begin" }))).toBe("log-key-overlap");
    expect(codeOf(() => parseLogRotation("{}"))).toBe("admin-invalid");
    await node.vault.close();
  });

  it("is changed by the command, through a running node and beside a stopped one", async () => {
    const node = await closedNode();
    const passphraseFile = join(temporaryFolder(), "pass");
    writeFileSync(passphraseFile, `${passphrase}\n`, { mode: 0o600 });
    const rotate = (...more: readonly string[]) =>
      frostglass("keys", "rotate", "log", "--home", node.home.dir, "--passphrase-file", passphraseFile, ...more);
    expect(rotate().stdout).toMatch(/signed with both keys/);
    expect(rotate().stderr).toMatch(/^log-key-overlap/);
    expect(rotate("--compromised", "2026-01-01").stderr).toMatch(/^admin-invalid/);
    expect(rotate("--finish").stdout).toMatch(/the new key alone/);
    const running = await run(node);
    const noKeys = () => Promise.reject(new Error("no keys are needed"));
    const session = await openAdminSession(node.home, noKeys, running.vault.state);
    await session.rotateLogKey({ act: "begin" }, noKeys);
    await session.close();
    expect(linesOf(node).length).toBe(2);
    await running.close();
  });
});

describe("a witness of a log that changes its key", () => {
  it("cosigns on with the old key until it signs no more, and after that with the new one on its list", async () => {
    const node = await closedNode();
    const running = await run(node);
    const rotate = logKeyRotation(running.vault, keysOf(node));
    await answer(running, node);
    const folder = mkdtempSync(join(temporaryFolder(), "witness-"));
    const logs = join(folder, "logs");
    writeFileSync(logs, "quorum none\n");
    const addKey = (line: string) => addLog(logs, parseVerifierKey(line.split(" ")[1] ?? ""), undefined);
    addKey(logLines(node)[0] ?? "");
    const list = new LogList(logs, (thrown) => expect(thrown).toBeUndefined());
    const store = openWitnessStore(join(folder, "witness.db"));
    const witness = new Witness({ signer: witnessSigner, store, keysOf: (origin) => list.keysOf(origin), now: () => node.clock.now });
    let seen = 0;
    const ask = async () => {
      const reader = await publicReader(node.home);
      const { size } = reader.tree;
      const proof = seen === 0 || seen === size ? [] : await reader.proveConsistency(seen);
      const body = formatAddCheckpoint({ oldSize: seen, proof, checkpoint: parseNote(published(node, "checkpoint")) });
      const code = codeOf(() => witness.addCheckpoint(body));
      if (code === undefined) seen = size;
      return code ?? store.cosigned("tax.example")?.size;
    };
    const size = () => running.vault.head.size;
    expect(await ask()).toBe(size());
    await rotate({ act: "begin" });
    expect(await ask()).toBe(size());
    await rotate({ act: "finish" });
    expect(await ask()).toBe("note-unsigned");
    addKey(logLines(node)[0] ?? "");
    await answer(running, node);
    expect(await ask()).toBe(size());
    store.close();
    await running.close();
  });
});

const killed = () => Promise.reject(new Error("killed"));
const crashes: readonly (readonly [
  when: string,
  act: "begin" | "finish",
  dying: (keys: KeyProvider) => Partial<KeyProvider>,
  signers: number,
])[] = [
  ["beginning, before the key file has the new key", "begin", () => ({ stageKey: killed }), 1],
  [
    "beginning, after the key file has the new key, before the log has",
    "begin",
    (keys) => ({ stageKey: (role, inUse) => keys.stageKey(role, inUse).then(killed) }),
    1,
  ],
  ["finishing, after the log has retired the old key, before the key file forgets it", "finish", () => ({ keepKeys: killed }), 1],
];

describe("a crash while the log's key is changed", () => {
  it.each(crashes)("%s leaves a log that goes on", async (_, act, dying, signers) => {
    const node = await closedNode();
    const running = await run(node);
    const keys = keysOf(node);
    if (act === "finish") await logKeyRotation(running.vault, keys)({ act: "begin" });
    await expect(logKeyRotation(running.vault, { ...keys, ...dying(keys) })({ act })).rejects.toThrow("killed");
    await running.close();
    const again = await run(node);
    await answer(again, node);
    await again.close();
    expect([linesOf(node).length, logLines(node).length, (await logSeeds(node)).length]).toEqual([signers, signers, signers]);
    expect((await readPublicLog(node.home)).report.findings).toEqual([]);
  });
});

it("does not let a database and a key file from before the change be put back beside what was published since", async () => {
  const node = await closedNode();
  const { home } = node;
  const yesterday = mkdtempSync(join(temporaryFolder(), "yesterday-"));
  cpSync(home.dir, yesterday, { recursive: true, filter: (path) => !path.endsWith(".sock") });
  const running = await run(node);
  const rotate = logKeyRotation(running.vault, keysOf(node));
  await rotate({ act: "begin" });
  await rotate({ act: "finish" });
  await answer(running, node);
  await running.close();
  const today = published(node, "checkpoint");
  for (const path of [home.database, home.keyFile]) cpSync(join(yesterday, relative(home.dir, path)), path);
  expect(await codeOfAsync(run(node))).toBe("log-put-back");
  expect(published(node, "checkpoint")).toBe(today);
});
