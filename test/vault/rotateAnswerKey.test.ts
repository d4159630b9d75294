import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { randomBytes } from "#crypto";
import { parseTrust, verifyEvidence } from "../../src/auditor/index.js";
import { folderFiles } from "../../src/cli/audit/mirror.js";
import { readKeyFile } from "../../src/crypto/keyFile.js";
import { formatEvidence } from "../../src/evidence/evidenceFile.js";
import { gatherEvidence } from "../../src/evidence/gatherEvidence.js";
import { openPublishedLog } from "../../src/evidence/publishedLog.js";
import { openAdminSession } from "../../src/vault/adminSession.js";
import type { Home } from "../../src/vault/home.js";
import { type KeyProvider, keyFileProvider } from "../../src/vault/keys/keyring.js";
import { answerKeyRotation, parseRotation } from "../../src/vault/keys/rotateAnswerKey.js";
import { type RunningVault, runVault } from "../../src/vault/runVault.js";
import { decodeAnswer } from "../../src/wire/answer.js";
import { frostglass } from "../faults/processes.js";
import { membersOf, readPublicLog } from "../faults/publicLog.js";
import { codeOf, codeOfAsync } from "../note/codeOf.js";
import { noReports, passphrase, queryOf, type SmallNode, signed, smallNode, temporaryFolder } from "./smallNode.js";

/** A node whose vault was closed, so that it can be run as a process runs it. */
async function closedNode(): Promise<SmallNode> {
  const node = await smallNode();
  await node.vault.close();
  return node;
}

const keysOf = ({ home }: SmallNode) => keyFileProvider(home.keyFile, passphrase);
const run = (node: SmallNode) => runVault(node.home, keysOf(node), { now: () => node.clock.now, randomBytes }, noReports);
const kidOf = (body: string) => decodeAnswer(membersOf(body).answer).decoded.header.kid;
const linesOf = async (home: Home) => (await readKeyFile(home.keyFile, passphrase)).trimEnd().split("\n");

/** The evidence for a reply as an outsider gathers it from what is published, and what verifying it says. */
async function evidenceOf({ home }: SmallNode, body: string): Promise<string> {
  const log = await openPublishedLog(folderFiles(home.publicDir), trustOf(home));
  return formatEvidence(await gatherEvidence(log, membersOf(body)));
}

const trustOf = ({ publicDir }: Home) => parseTrust(readFileSync(join(publicDir, "trust"), "utf8"));

async function verified(node: SmallNode, body: string) {
  return verifyEvidence(await evidenceOf(node, body), trustOf(node.home)).verdict;
}

async function answer({ vault }: RunningVault, node: SmallNode): Promise<string> {
  return (await vault.submit(signed(queryOf(node)))).body;
}

describe("a new answer key", () => {
  it("signs from the next answer on, without a restart, and what the old one signed stays good", async () => {
    const node = await closedNode();
    const running = await run(node);
    const query = signed(queryOf(node));
    const old = (await running.vault.submit(query)).body;
    const session = await openAdminSession(node.home, () => Promise.reject(new Error("no keys are needed")), running.vault.state);
    await session.rotateAnswerKey({}, () => Promise.reject(new Error("no keys are needed")));
    await session.close();
    const fresh = await answer(running, node);
    expect((await running.vault.submit(query)).body).toBe(old);
    await running.close();
    expect(kidOf(fresh)).not.toBe(kidOf(old));
    expect([await verified(node, old), await verified(node, fresh)]).toEqual(["holds", "holds"]);
    const { entries, report } = await readPublicLog(node.home);
    expect(entries.slice(-3).map(({ entry }) => entry)).toEqual(["key-added/1", "key-retired/1", "answer/1"]);
    expect(report.findings).toEqual([]);
    expect((await linesOf(node.home)).map((line) => line.split(" ")[0])).toEqual([
      ...["frostglass-keys/1", "answer", "log", "page", "pseudonym", "account", "archive"],
    ]);
  });

  it("is published beside the retired one, which says since when", async () => {
    const node = await closedNode();
    const running = await run(node);
    const rotate = answerKeyRotation(running.vault, keysOf(node));
    await rotate({ compromised: { since: node.clock.now - 60 } });
    await running.close();
    const { keys } = JSON.parse(readFileSync(join(node.home.publicDir, "jwks.json"), "utf8")) as { keys: object[] };
    const size = running.vault.head.size;
    expect(keys).toEqual([
      expect.objectContaining({
        retired: { index: size - 2, at: node.clock.now },
        compromised: { size: size - 3, since: node.clock.now - 60 },
      }),
      expect.not.objectContaining({ retired: expect.anything() as unknown }),
    ]);
  });

  it("takes the old one's answers with it where others may have had that, for whoever has read the log", async () => {
    const node = await closedNode();
    const running = await run(node);
    const old = await answer(running, node);
    await running.close();
    const folder = temporaryFolder();
    const [evidence, trust, mirror] = ["a.tlog-proof", "trust", "mirror"].map((name) => join(folder, name)) as [string, string, string];
    copyFileSync(join(node.home.publicDir, "trust"), trust);
    writeFileSync(evidence, await evidenceOf(node, old));
    const again = await run(node);
    await answerKeyRotation(again.vault, keysOf(node))({ compromised: { since: node.clock.now - 60 } });
    await again.close();
    expect(frostglass("audit", node.home.publicDir, "--trust", trust, "--mirror", mirror).status).toBe(0);
    expect(frostglass("verify", evidence, "--trust", trust).status).toBe(0);
    const informed = frostglass("verify", evidence, "--trust", trust, "--mirror", mirror);
    expect([informed.status, informed.stdout]).toEqual([1, expect.stringMatching(/5 {2}The answer key .*\[answer-key-compromised\]/)]);
    expect(frostglass("verify", evidence, "--trust", trust, "--mirror", folder).stderr).toMatch(/^file-missing/);
  });

  it("comes after the one before it, however many are asked for at once", async () => {
    const node = await closedNode();
    const running = await run(node);
    const rotate = answerKeyRotation(running.vault, keysOf(node));
    await Promise.all([rotate({}), rotate({}), rotate({})]);
    await running.close();
    const again = await run(node);
    expect(await answer(again, node)).toContain("answer");
    await again.close();
  });

  it("is not made for a compromise in the future, or on a word that is not known", async () => {
    const node = await smallNode();
    const rotate = answerKeyRotation(node.vault, keysOf(node));
    expect(await codeOfAsync(rotate({ compromised: { since: node.clock.now + 1 } }))).toBe("admin-invalid");
    expect(await codeOfAsync(rotate({ compromised: { since: 0, size: node.vault.head.size + 1 } }))).toBe("admin-invalid");
    expect(codeOf(() => parseRotation('{"role":"log"}'))).toBe("admin-invalid");
  });
});

/** The steps of a change, and after which of them the process dies: the provider stands for it. */
const crashes: readonly (readonly [when: string, dying: (keys: KeyProvider) => Partial<KeyProvider>, changed: boolean])[] = [
  ["before the key file has the new key", () => ({ stageKey: () => Promise.reject(new Error("killed")) }), false],
  [
    "after the key file has the new key, before the log has",
    (keys) => ({
      stageKey: async (role, inUse) => {
        await keys.stageKey(role, inUse);
        throw new Error("killed");
      },
    }),
    false,
  ],
  [
    "after the log has the new key, before the key file forgets the old one",
    () => ({ keepKeys: () => Promise.reject(new Error("killed")) }),
    true,
  ],
  [
    "after all of it",
    (keys) => ({
      keepKeys: async (role, inUse) => {
        await keys.keepKeys(role, inUse);
        throw new Error("killed");
      },
    }),
    true,
  ],
];

describe("a crash while the answer key is changed", () => {
  it.each(crashes)("%s leaves a home that answers, and one key", async (_, dying, changed) => {
    const node = await closedNode();
    const running = await run(node);
    const old = await answer(running, node);
    const keys = keysOf(node);
    await expect(answerKeyRotation(running.vault, { ...keys, ...dying(keys) })({})).rejects.toThrow("killed");
    await running.close();
    const again = await run(node);
    const fresh = await answer(again, node);
    await again.close();
    expect(kidOf(fresh) !== kidOf(old)).toBe(changed);
    expect([await verified(node, old), await verified(node, fresh)]).toEqual(["holds", "holds"]);
    expect(await linesOf(node.home)).toHaveLength(7);
  });

  it("is no obstacle to the next change", async () => {
    const node = await closedNode();
    const running = await run(node);
    const keys = keysOf(node);
    const dying = { ...keys, keepKeys: () => Promise.reject(new Error("killed")) };
    await expect(answerKeyRotation(running.vault, dying)({})).rejects.toThrow("killed");
    await answerKeyRotation(running.vault, keys)({});
    const fresh = await answer(running, node);
    await running.close();
    expect(await verified(node, fresh)).toBe("holds");
    const again = await run(node);
    expect(kidOf(await answer(again, node))).toBe(kidOf(fresh));
    await again.close();
  });
});
