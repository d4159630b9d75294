import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseTrust, type TrustPolicy, verifyEvidence } from "../../src/auditor/index.js";
import { createLog } from "../../src/http/log.js";
import { parseNote } from "../../src/note/signedNote.js";
import { cosignatureType, formatVerifierKey, verifierKeyOf } from "../../src/note/verifierKey.js";
import { fetchEvidence } from "../../src/requester/index.js";
import { verifyCheckpoint } from "../../src/tlog/checkpoint.js";
import { verifyCosignatures } from "../../src/tlog/cosignature.js";
import { parseAnswerReply } from "../../src/wire/answerReply.js";
import { makeWitnessHome, type WitnessHome } from "../../src/witness/home.js";
import { addLog } from "../../src/witness/logList.js";
import { type RunningWitness, runWitness } from "../../src/witness/runWitness.js";
import { marked, markedNode, markedRecords, removeHome } from "../attacks/marked.js";
import { codeOf, dist, killAll, poll, post, type Serving, serve } from "../faults/processes.js";
import { signerOf } from "../tlog/federation.js";
import { queryOf, type SmallNode, signed } from "../vault/smallNode.js";

/*
 * A real node, its courier and three witnesses of which two are needed. Rounds come every second; after two seconds without a quorum the node warns, after
 * four it stops.
 */

let dir: string;
let node: SmallNode;
/** The nodes that a test started: none may write any more when its home is removed. */
let started: Serving[];
let witnesses: { home: WitnessHome; port: number; running: RunningWitness | undefined }[];
const signers = ["w1.example", "w2.example", "w3.example"].map((name, i) => signerOf(name, 60 + i));

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "frostglass-witnessed-"));
  node = await markedNode(markedRecords(2, 4));
  await node.vault.close();
  witnesses = [];
  started = [];
  for (const i of [0, 1, 2]) {
    const home = makeWitnessHome(join(dir, `w${i}`), `w${i + 1}.example`, 0);
    addLog(home.logsFile, verifierKeyOf({ name: "tax.example", privateKey: node.keyring.log }), undefined);
    witnesses.push({ home, port: 0, running: undefined });
    await startWitness(i);
  }
  writeFileSync(join(node.home.dir, "witnesses"), witnessesFile());
  const yaml = readFileSync(node.home.nodeFile, "utf8");
  writeFileSync(node.home.nodeFile, `${yaml}witnessing: { every_seconds: 1, warn_after_seconds: 2, stop_after_seconds: 4 }\n`);
});

afterEach(async () => {
  for (const serving of started) await killNode(serving);
  for (const i of [0, 1, 2]) await stopWitness(i);
  removeHome(node.home);
  rmSync(dir, { recursive: true, force: true });
});

async function start(): Promise<Serving> {
  const serving = await serve(node.home);
  started.push(serving);
  return serving;
}

async function startWitness(i: number): Promise<void> {
  const { home, port } = witnesses[i] as (typeof witnesses)[number];
  const options = {
    signer: signers[i] as (typeof signers)[number],
    log: createLog("witness", "silent"),
    now: () => Math.floor(Date.now() / 1000),
  };
  const running = await runWitness(home, { ...options, port, adminPort: 0 });
  witnesses[i] = { home, port: Number(new URL(running.url).port), running };
}

async function stopWitness(i: number): Promise<void> {
  const witness = witnesses[i];
  if (witness?.running === undefined) return;
  const { running, ...rest } = witness;
  witnesses[i] = { ...rest, running: undefined };
  await running.close();
}

const witnessKey = (i: number) => verifierKeyOf(signers[i] as (typeof signers)[number], cosignatureType);

function witnessesFile(): string {
  const lines = witnesses.map(({ port }, i) => `witness w${i + 1} ${formatVerifierKey(witnessKey(i))} http://127.0.0.1:${port}`);
  return `${lines.join("\n")}\ngroup two 2 w1 w2 w3\nquorum two\n`;
}

const query = () =>
  signed(queryOf({ ...node, clock: { now: Math.floor(Date.now() / 1000) } }, { subject: { scheme: "opaque", id: marked(0) } }));
const ask = (url: string) => post(url, query());
const passphraseFile = () => join(node.home.dir, "run", "passphrase");
const answers = async (url: string) => (await ask(url)).status === 200;
const published = (name = "checkpoint") => parseNote(readFileSync(join(node.home.publicDir, name), "utf8"));
const trust = (): TrustPolicy => parseTrust(readFileSync(join(node.home.publicDir, "trust"), "utf8"));
const sizeOf = (name: string) =>
  verifyCheckpoint(published(name), [verifierKeyOf({ name: "tax.example", privateKey: node.keyring.log })]).size;
const cli = fileURLToPath(new URL("cli/main.js", dist));

/** Runs the command line beside this process, which runs the witnesses: it must not stand still meanwhile. */
async function commandLine(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, [cli, ...args]).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (thrown: { code: number; stdout: string; stderr: string }) => thrown,
  );
}
const frostglass = (...args: readonly string[]) => commandLine(...args, "--home", node.home.dir);
const status = () => frostglass("status", "--json");

interface StatusLine {
  readonly logSize: number;
  readonly witnessing: {
    readonly state: string;
    readonly witnesses: readonly { readonly name: string; readonly result: string; readonly size?: number }[];
  };
}
const state = async () => JSON.parse((await status()).stdout) as StatusLine;
const witnessing = async () => (await state()).witnessing;

describe("a node with witnesses", { timeout: 90_000 }, () => {
  it("answers once a quorum has cosigned, publishes what they cosigned, and gives evidence that holds for the quorum", async () => {
    const { url, courierPid = 0 } = await start();
    await poll(() => answers(url));
    expect(openFiles(courierPid).filter((path) => path.startsWith(node.home.dir) && !path.startsWith(node.home.publicDir))).toEqual([]);
    const { body } = await ask(url);
    const reply = parseAnswerReply(body);
    await poll(() => sizeOf("checkpoint") > reply.index);
    expect([0, 1, 2].flatMap((i) => verifyCosignatures(published(), [witnessKey(i)]))).toHaveLength(3);
    expect(trust().witnesses.map(({ name }) => name)).toEqual(["w1", "w2", "w3"]);
    const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
    const evidence = await fetchEvidence({ nodeUrl: url, fetch, sleep, trust: trust(), ...reply });
    expect(verifyEvidence(evidence, trust())).toMatchObject({ verdict: "holds", witnessing: "quorum" });
    expect(await witnessing()).toMatchObject({ state: "witnessed" });
  });

  it("goes on without one of three, stops without two, says which, and resumes by itself", async () => {
    const { url } = await start();
    await poll(() => answers(url));
    await stopWitness(2);
    await poll(async () => (await witnessing()).witnesses[2]?.result === "unreachable");
    expect(await answers(url)).toBe(true);
    await stopWitness(1);
    let refused = "";
    await poll(async () => {
      refused = codeOf(await ask(url));
      return refused !== "answered";
    });
    expect(refused).toBe("witnessing-stopped");
    const { logSize } = await state();
    expect((await ask(url)).status).toBe(503);
    expect((await frostglass("computation", "revoke", node.digestOf("sales-count"))).stderr).toContain("witnessing-stopped");
    expect((await state()).logSize).toBe(logSize); // nothing was signed meanwhile
    expect((await status()).code).toBe(1);
    expect(await witnessing()).toMatchObject({
      state: "stopped",
      witnesses: [{ result: "cosigned" }, { result: "unreachable" }, { result: "unreachable" }],
    });
    await startWitness(1);
    await poll(() => answers(url));
  });

  it("whose whole home was put back to yesterday's signs nothing, says so, and goes on after its log was refilled", async () => {
    let serving: Serving = await start();
    await poll(() => answers(serving.url));
    await killNode(serving);
    const yesterday = join(dir, "yesterday");
    cpSync(node.home.dir, yesterday, { recursive: true, filter: (path) => !path.endsWith(".sock") });
    serving = await start();
    await poll(() => answers(serving.url));
    const { body } = await ask(serving.url);
    await poll(() => sizeOf("checkpoint") > parseAnswerReply(body).index);
    await killNode(serving);
    const mirror = join(dir, "mirror");
    cpSync(node.home.publicDir, mirror, { recursive: true });
    const to = sizeOf("checkpoint");
    rmSync(node.home.dir, { recursive: true });
    cpSync(yesterday, node.home.dir, { recursive: true });
    const before = sizeOf("checkpoint.next");
    serving = await start();
    await poll(async () => (await witnessing()).witnesses.every(({ result }) => result === "behind"));
    expect(codeOf(await ask(serving.url))).toBe("witnessing-stopped");
    expect((await witnessing()).witnesses[0]?.size).toBeGreaterThan(before);
    expect(sizeOf("checkpoint.next")).toBe(before);
    await killNode(serving);
    const refill = ["log", "refill", "--from", mirror, "--passphrase-file", passphraseFile(), "--accept-lost-charges"];
    expect((await frostglass(...refill)).code).toBe(0);
    serving = await start();
    await poll(() => answers(serving.url));
    await poll(() => sizeOf("checkpoint") > to);
    const { stdout } = await commandLine("audit", serving.url, "--trust", join(node.home.publicDir, "trust"), "--json");
    const { acts, findings } = JSON.parse(stdout) as { acts: { index: number; entry: object }[]; findings: object[] };
    expect(acts.filter(({ index }) => index >= to)).toMatchObject([{ index: to, entry: { entry: "log-refilled/1", from: before, to } }]);
    expect(findings).toEqual([]);
  });

  it("whose log was continued in two ways keeps both checkpoints as proof, and never starts again", async () => {
    const first = await start();
    await poll(() => answers(first.url));
    await killNode(first);
    const yesterday = join(dir, "yesterday");
    cpSync(node.home.dir, yesterday, { recursive: true, filter: (path) => !path.endsWith(".sock") });
    const second = await start();
    await poll(() => answers(second.url));
    const { index } = parseAnswerReply((await ask(second.url)).body);
    await poll(() => sizeOf("checkpoint") > index);
    await killNode(second);
    rmSync(node.home.dir, { recursive: true });
    cpSync(yesterday, node.home.dir, { recursive: true });
    rmSync(join(node.home.dir, "witnesses")); // while nobody looks, the log is continued in another way
    const unseen = await start();
    for (let i = 0; i < 8; i++) expect(await answers(unseen.url)).toBe(true);
    await killNode(unseen);
    writeFileSync(join(node.home.dir, "witnesses"), witnessesFile());
    const forked = await start();
    expect(await forked.ended).toBe(2);
    const kept = readdirSync(node.home.alarmsDir).map((name) => parseNote(readFileSync(join(node.home.alarmsDir, name), "utf8")));
    const logKey = verifierKeyOf({ name: "tax.example", privateKey: node.keyring.log });
    expect(kept.map((note) => verifyCheckpoint(note, [logKey]).origin)).toEqual(["tax.example", "tax.example"]);
    expect((await frostglass("status", "--passphrase-file", passphraseFile())).stderr).toContain("log-split-view");
  });

  it("is not kept going by a courier that lies", async () => {
    const { url } = await start();
    await poll(() => answers(url));
    const honest = published();
    const [stem = ""] = honest.full.split("\n\n— w");
    const cosigned = (i: number) => `${honest.full.split("\n").find((line) => line.startsWith(`— w${i + 1}.example`)) ?? ""}\n`;
    for (const i of [1, 2]) await stopWitness(i);
    await poll(async () => (await ask(url)).status === 503);
    const report = (texts: readonly string[]) =>
      JSON.stringify({
        checkpoint: `${stem}\n`.replace(/\n\n$/, "\n"),
        witnesses: texts.map((text, i) => ({ name: `w${i + 1}`, result: "cosigned", text })),
      });
    const lies = [
      report([cosigned(0), cosigned(1), cosigned(2)]), // replayed
      report([cosigned(0), cosigned(0), cosigned(0)]), // one witness in the place of three
      report(["", "— w2.example AAAA\n", "nonsense"]),
      JSON.stringify({ checkpoint: "nonsense", witnesses: [] }),
      JSON.stringify({ checkpoint: honest.full, witnesses: [{ name: "w1", result: "split-view", text: "nonsense" }] }),
      "{}",
    ];
    for (const lie of lies) await tellVault(node.home.doorSocket, lie);
    expect((await ask(url)).status).toBe(503);
    await startWitness(1);
    await poll(() => answers(url));
  });

  it("completes evidence that was not yet witnessed, and leaves what holds under the checkpoint that was cosigned first", async () => {
    const { url } = await start();
    await poll(() => answers(url));
    const reply = parseAnswerReply((await ask(url)).body);
    await poll(() => sizeOf("checkpoint") > reply.index);
    const [file, strict] = [join(dir, "answer.tlog-proof"), join(dir, "trust")];
    writeFileSync(strict, readFileSync(join(node.home.publicDir, "trust"), "utf8").replace("group two 2", "group two 3"));
    const all = parseTrust(readFileSync(strict, "utf8"));
    const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
    const fetchNow = () => fetchEvidence({ nodeUrl: url, fetch, sleep, attempts: 1, trust: all, ...reply });
    const refresh = () => commandLine("evidence", "refresh", file, "--node", url, "--trust", strict);

    await stopWitness(2);
    await poll(async () => verifyEvidence(await fetchNow(), all).verdict === "not-yet-witnessed");
    writeFileSync(file, await fetchNow());
    expect((await refresh()).code).toBe(1);
    await startWitness(2);
    await poll(async () => (await refresh()).code === 0);
    const complete = readFileSync(file, "utf8");
    expect(verifyEvidence(complete, all).verdict).toBe("holds");

    await poll(async () => (await fetchNow()) !== complete); // cosigned anew: later, so that it would count for less once the answer key is given up
    expect((await refresh()).code).toBe(0);
    await stopWitness(2);
    await poll(async () => verifyEvidence(await fetchNow(), all).verdict === "not-yet-witnessed");
    expect((await refresh()).code).toBe(0);
    expect(readFileSync(file, "utf8")).toBe(complete);
  });

  it("refuses witnesses of its own", async () => {
    const own = verifierKeyOf(signerOf("w.tax.example", 70), cosignatureType);
    writeFileSync(join(node.home.dir, "witnesses"), `witness own ${formatVerifierKey(own)} http://127.0.0.1:1\nquorum own\n`);
    expect(await (await start()).ended).toBe(2);
    const { stderr } = await frostglass("status", "--passphrase-file", passphraseFile());
    expect(stderr).toContain("policy-owner-quorum");
  });
});

/** Kills the node, its children as well, and resolves when none of them writes any more. */
async function killNode({ vaultPid, gatewayPid }: Serving): Promise<void> {
  await killAll();
  await poll(() => [vaultPid, gatewayPid].every(isGone));
}

/** P9: what the courier holds open. Empty where the system has no /proc. */
function openFiles(pid: number): string[] {
  if (!existsSync(`/proc/${pid}/fd`)) return [];
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      return []; // closed while we looked
    }
  });
}

function isGone(pid: number | undefined): boolean {
  if (pid === undefined) return true; // it never started
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

/** One request at the vault's door, as whoever has the courier in hand would make it. */
function tellVault(socket: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const connection = createConnection(socket, () => connection.write(`1 cosignatures ${body}\n`));
    connection.once("data", (chunk) => {
      connection.destroy();
      resolve(chunk.toString("utf8"));
    });
    connection.once("error", reject);
  });
}
