import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { auditFiles, describeAct, parseTrust } from "../../src/auditor/index.js";
import { folderFiles } from "../../src/cli/audit/mirror.js";
import { addSignature, parseNote } from "../../src/note/signedNote.js";
import { cosignatureType, formatVerifierKey, verifierKeyOf } from "../../src/note/verifierKey.js";
import { cosign } from "../../src/tlog/cosignature.js";
import { exportAnswers } from "../../src/vault/answers/exportAnswers.js";
import { createHome } from "../../src/vault/createHome.js";
import { keyFileProvider } from "../../src/vault/keys/keyring.js";
import { logKeyRotation } from "../../src/vault/keys/rotateLogKey.js";
import { refillLog } from "../../src/vault/log/refill/refillLog.js";
import type { PublishedCopy } from "../../src/vault/log/refill/refillSource.js";
import { retireLog } from "../../src/vault/log/refill/retiredLog.js";
import { formatExportHeader } from "../../src/wire/answerExport.js";
import { decodeEntry } from "../../src/wire/entry.js";
import { codeOf, codeOfAsync } from "../note/codeOf.js";
import { signerOf } from "../tlog/federation.js";
import {
  openNode,
  passphrase,
  policyText,
  publishSales,
  queryOf,
  type SmallNode,
  signed,
  smallNode,
  temporaryFolder,
} from "./smallNode.js";

/* A home whose database was put back, and the copies of its log that others have. */

const cli = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const accept = { acceptLostCharges: true };
let node: SmallNode;
/** The size of the log that was put back, and of the one that others have. */
let from: number;
let to: number;
/** What others have. */
let copyDir: string;

const ask = (id = "E1") => node.vault.submit(signed(queryOf(node, { subject: { scheme: "opaque", id } })));

/** The database is that of yesterday; records, public files and a mirror are those of today. */
beforeEach(async () => {
  node = await smallNode();
  await ask();
  await node.vault.close();
  from = node.vault.head.size;
  cpSync(node.home.database, `${node.home.database}.yesterday`);
  node = await openNode(node.home, node.clock);
  await Promise.all(Array.from({ length: 300 }, (_, i) => ask(`E${i}`)));
  node.run({ act: "set-policy", text: policyText({ budgetBits: 8 }) });
  await publishSales(node, 2, { E4: [10_000, 20_000] });
  node.run({ act: "revoke-consent", consent: `sha256:${"1".repeat(64)}` });
  await publishSales(node, 3, { E5: [1, 2] }, "replace");
  await ask("E4");
  await node.vault.close();
  to = node.vault.head.size;
  copyDir = join(dirname(node.home.dir), "copy");
  cpSync(node.home.publicDir, copyDir, { recursive: true });
  putBack();
});

function putBack(): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${node.home.database}${suffix}`, { force: true });
  cpSync(`${node.home.database}.yesterday`, node.home.database);
}

function copy(): PublishedCopy {
  return { checkpoint: readFileSync(join(copyDir, "checkpoint"), "utf8"), read: folderFiles(copyDir).bytes };
}

const refill = (given = copy(), options = accept) => refillLog(node.home, node.keyring, given, options);
/** The keys as they lie in the key file now. */
const reopenKeys = async () => {
  node = { ...node, keyring: await keyFileProvider(node.home.keyFile, passphrase).load() };
};
const reopen = async () => {
  node = await openNode(node.home, node.clock);
};
const entryAt = (position: number) => decodeEntry(node.vault.state.store.entries(position, position + 1)[0] ?? new Uint8Array(0));

describe("a log that is refilled", () => {
  it("has all its entries and acts again, says so next, answers on, and an auditor finds just what was lost", async () => {
    expect(await codeOfAsync(openNode(node.home, node.clock))).toBe("log-put-back");
    expect(await refill()).toEqual({ from, to, answers: 301, acts: 4, erasures: 0 });
    await reopen();
    expect(node.vault.head.size).toBe(to + 1);
    expect(entryAt(to)).toMatchObject({ entry: "log-refilled/1", from, to });
    expect(existsSync(node.home.refillFile)).toBe(false);
    const { governance, policy } = node.vault.state;
    expect([policy.disclosure.budget, governance.epoch?.number, governance.revokedConsents.size]).toEqual([8000, 3, 1]);
    expect((await ask("E5")).status).toBe(200);
    node.vault.publish();
    const files = folderFiles(node.home.publicDir);
    const trust = parseTrust(readFileSync(join(node.home.publicDir, "trust"), "utf8"));
    expect((await auditFiles(files, { trust })).findings).toEqual([]);
    const { header, lines } = exportAnswers(node.vault, { from: 0, salt: "A".repeat(22) });
    async function* exported() {
      yield formatExportHeader(header);
      yield* lines;
    }
    const { findings } = await auditFiles(files, { trust, answers: exported() });
    expect(findings.map(({ index, words }) => `${index} ${words}`)).toEqual([
      `${to} The log was refilled here: 301 answers before it cannot be shown, and their charges are lost.`,
    ]);
    node = await node.reopened();
    expect(node.vault.head.size).toBe(to + 2); // it says so once
    await node.vault.close();
  });

  it("is left as it was until the operator accepts what is lost", async () => {
    expect(await codeOfAsync(refill(copy(), { acceptLostCharges: false }))).toBe("refill-loses-charges");
    expect(await codeOfAsync(openNode(node.home, node.clock))).toBe("log-put-back");
    expect(existsSync(node.home.refillFile)).toBe(false);
  });

  it("is refused from a copy of another log, or one that is not ahead, altered, or lacks a text or records", async () => {
    const cases: [string, () => PublishedCopy][] = [
      ["tile-not-authentic", () => altered((path) => path.startsWith("tile/entries/001"))],
      ["tile-missing", () => ({ ...copy(), read: async (path) => (path.startsWith("tile/entries/") ? undefined : copy().read(path)) })],
      ["refill-text-missing", () => altered((path) => path.startsWith("policies/"))],
      ["note-signature-invalid", () => ({ ...copy(), checkpoint: copy().checkpoint.replace(`\n${to}\n`, `\n${to + 1}\n`) })],
    ];
    for (const [code, given] of cases) expect(await codeOfAsync(refill(given()))).toBe(code);
    rmSync(join(node.home.epochsDir, "sales-000002.db"));
    expect(await codeOfAsync(refill())).toBe("refill-records-missing");
    rmSync(node.home.publicDir, { recursive: true }); // the whole home was put back, and goes on by itself
    await reopen();
    expect((await ask("E2")).status).toBe(200);
    await node.vault.close();
    expect(await codeOfAsync(refill())).toBe("refill-other-log");
    const own = { checkpoint: readFileSync(join(node.home.publicDir, "checkpoint"), "utf8"), read: folderFiles(node.home.publicDir).bytes };
    expect(await codeOfAsync(refill(own))).toBe("refill-not-ahead");
  });

  it("does not start half refilled, and goes on where it was interrupted", async () => {
    const reads = { count: 0 };
    const whole = copy();
    const torn: PublishedCopy = {
      ...whole,
      read: async (path) => {
        if (path.startsWith("tile/entries/") && ++reads.count > 3) throw new Error("the line went dead");
        return whole.read(path);
      },
    };
    await expect(refill(torn)).rejects.toThrow("the line went dead");
    rmSync(node.home.publicDir, { recursive: true });
    expect(await codeOfAsync(openNode(node.home, node.clock))).toBe("refill-unfinished");
    expect((await refill()).to).toBe(to);
    await reopen();
    expect(entryAt(to)).toMatchObject({ entry: "log-refilled/1", from, to });
    await node.vault.close();
    writeFileSync(node.home.refillFile, "frostglass-refill/1\nfrom x\nto 3\n");
    expect(await codeOfAsync(openNode(node.home, node.clock))).toBe("refill-mark-damaged");
  });

  it("is signed again with both keys where a second one came after the backup", async () => {
    await refill();
    await reopen();
    await node.vault.close();
    cpSync(node.home.database, `${node.home.database}.yesterday`);
    from = node.vault.head.size;
    await reopen();
    await logKeyRotation(node.vault, keyFileProvider(node.home.keyFile, passphrase))({ act: "begin" });
    await ask();
    await node.vault.close();
    const head = node.vault.head;
    rmSync(copyDir, { recursive: true });
    cpSync(node.home.publicDir, copyDir, { recursive: true });
    putBack();
    await reopenKeys();
    await refill();
    await reopen();
    expect(parseNote(head.checkpoint).signatures).toHaveLength(2);
    expect(parseNote(node.vault.head.checkpoint).signatures).toHaveLength(2);
    expect(entryAt(head.size)).toMatchObject({ entry: "log-refilled/1", from, to: head.size });
    await node.vault.close();
  });

  it("needs a copy that the witnesses cosigned, and signs nothing before they have cosigned again", async () => {
    const witness = signerOf("witness.example/w1", 77);
    const key = formatVerifierKey(verifierKeyOf(witness, cosignatureType));
    writeFileSync(node.home.witnessesFile, `witness W1 ${key} http://127.0.0.1:9\nquorum W1\n`);
    expect(await codeOfAsync(refill())).toBe("refill-not-witnessed");
    const note = parseNote(copy().checkpoint);
    const line = (time: number) => cosign(note, time, witness);
    await refill({ ...copy(), checkpoint: addSignature(note, line(node.clock.now - 50)).full });
    await reopen();
    expect(node.vault.head).toMatchObject({ size: to, checkpoint: note.full });
    expect(await codeOfAsync(ask())).toBe("witnessing-stopped");
    expect(codeOf(() => node.run({ act: "set-policy", text: policyText({ budgetBits: 9 }) }))).toBe("witnessing-stopped");
    expect(node.vault.head.size).toBe(to);
    const witnesses = [{ name: "W1", result: "cosigned", text: `${line(node.clock.now)}\n` }];
    node.vault.takeCosignatures(JSON.stringify({ checkpoint: note.full, witnesses }));
    expect(entryAt(to)).toMatchObject({ entry: "log-refilled/1", from, to });
    expect((await ask()).status).toBe(200);
    await node.vault.close();
  });
});

function altered(which: (path: string) => boolean): PublishedCopy {
  const { checkpoint, read } = copy();
  const change = (bytes: Uint8Array) => bytes.map((byte, i) => (i === 60 ? byte ^ 1 : byte));
  return {
    checkpoint,
    read: async (path) => {
      const bytes = await read(path);
      return bytes !== undefined && which(path) ? change(bytes) : bytes;
    },
  };
}

function frostglass(...args: string[]): { code: number; out: string } {
  try {
    return { code: 0, out: execFileSync(process.execPath, [cli, ...args], { encoding: "utf8", stdio: "pipe" }) };
  } catch (thrown) {
    const { status, stdout, stderr } = thrown as { status: number; stdout: string; stderr: string };
    return { code: status, out: stdout + stderr };
  }
}

it("is refilled by the command, which says what is lost before it does it", () => {
  const secret = join(dirname(node.home.dir), "pass");
  writeFileSync(secret, `${passphrase}\n`, { mode: 0o600 });
  const run = (...more: string[]) =>
    frostglass("log", "refill", "--home", node.home.dir, "--from", copyDir, "--passphrase-file", secret, ...more);
  expect(run()).toMatchObject({ code: 2, out: expect.stringContaining("not the replies to 301 answers among them") });
  expect(run("--accept-lost-charges")).toMatchObject({ code: 0, out: expect.stringContaining("budgets stand as in the backup") });
  expect(run("--accept-lost-charges")).toMatchObject({ code: 2, out: expect.stringContaining("refill-not-ahead") });
});

describe("a log that cannot be refilled", () => {
  it("is retired: its vault never starts again, and the successor names its last signed head in its first entry", async () => {
    const { out } = frostglass("log", "retire", "--home", node.home.dir, "--successor", "tax.example/2");
    expect(out).toContain("retired");
    rmSync(node.home.publicDir, { recursive: true }); // without it the database alone would not be found to be old
    expect(await codeOfAsync(openNode(node.home, node.clock))).toBe("log-retired");
    expect(codeOf(() => retireLog(node.home, "tax.example/3"))).toBe("log-retired");
    const dir = temporaryFolder();
    const given = {
      environment: "test",
      port: 0,
      adminPort: 0,
      passphrase,
      workFactor: 2,
      policy: policyText(),
      now: node.clock.now,
    } as const;
    const old = copy().checkpoint;
    const named = (holder: string, succeeds: string) => createHome({ dir: join(dir, holder), holder, succeeds, ...given });
    expect(await codeOfAsync(named("tax.example", old))).toBe("successor-same-name");
    expect(await codeOfAsync(named("a.example", "no note"))).toBe("note-malformed");
    const next = await openNode(await named("tax.example/2", old), node.clock);
    next.vault.publish();
    const trust = parseTrust(readFileSync(join(next.home.publicDir, "trust"), "utf8"));
    const report = await auditFiles(folderFiles(next.home.publicDir), { trust });
    expect(report.findings).toEqual([]);
    const first = report.acts[0]?.entry;
    expect(first).toMatchObject({ entry: "log-created/1", succeeds: old });
    expect(first && describeAct(first)).toBe(
      `tax.example/2 began this log (test), in the place of the log tax.example after its ${to} entries`,
    );
    await next.vault.close();
  });

  it("is not retired under its own name, nor while a vault has it open", async () => {
    expect(codeOf(() => retireLog(node.home, "tax.example"))).toBe("successor-same-name");
    await refill();
    await reopen();
    expect(codeOf(() => retireLog(node.home, "tax.example/2"))).toBe("home-in-use");
    await node.vault.close();
  });
});
