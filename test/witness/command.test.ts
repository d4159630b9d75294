import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseCosignatures } from "../../src/tlog/addCheckpoint.js";
import { log, logKey } from "../tlog/federation.js";
import { GrowingLog } from "./growingLog.js";

/* `frostglass witness` as an operator runs it: the real process, over a real socket. */

const cli = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const stranger = fileURLToPath(new URL("./stranger.py", import.meta.url));
const run = promisify(execFile);

let dir: string;
let home: string;
let options: string[];
const children = new Set<ChildProcess>();

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "frostglass-witness-"));
  home = join(dir, "witness");
  const passphrase = join(dir, "pass");
  writeFileSync(passphrase, "a passphrase for a witness\n", { mode: 0o600 });
  options = ["--passphrase-file", passphrase];
  frostglass("init", home, "--name", "witness.example", "--port", "0", ...options);
});

afterEach(async () => {
  await Promise.all([...children].map(kill));
  children.clear();
  rmSync(dir, { recursive: true, force: true });
});

function frostglass(...args: string[]): string {
  return execFileSync(process.execPath, [cli, "witness", ...args], { encoding: "utf8" });
}

interface Serving {
  readonly child: ChildProcess;
  readonly url: string;
  readonly adminUrl: string;
  readonly verifierKey: string;
}

async function serve(): Promise<Serving> {
  const child = spawn(process.execPath, [cli, "witness", "serve", "--home", home, "--port", "0", "--json", ...options], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  children.add(child);
  const line = await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once("line", resolve));
  return { child, ...(JSON.parse(line) as Omit<Serving, "child">) };
}

function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

const submit = (url: string, body: string) => fetch(`${url}/add-checkpoint`, { method: "POST", body });

describe("frostglass witness", () => {
  it("works for a log, and with a client, that was written from the specifications alone", { timeout: 60_000 }, async () => {
    const pem = join(dir, "stranger.pem");
    execFileSync("openssl", ["genpkey", "-algorithm", "ed25519", "-out", pem], { stdio: "ignore" });
    const key = execFileSync("python3", [stranger, "key", "-", pem], { encoding: "utf8" }).trim();
    const { url, verifierKey } = await serve();
    frostglass("add-log", key, "--home", home); // in force at once, though the witness runs
    expect((await run("python3", [stranger, url, verifierKey, pem])).stdout).toBe("agreed\n");
  });

  it("lets one of two conflicting checkpoints through, and never the other", async () => {
    frostglass("add-log", logKey(log), "--home", home);
    const { url } = await serve();
    const views = Array.from({ length: 12 }, (_, i) => new GrowingLog(log, ` view ${i}`, 0, 20));
    const replies = await Promise.all(views.map((view) => submit(url, view.request(0, 20))));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 11 }, () => 409)]);
  });

  it("remembers what it cosigned through kill -9, and lets no other view in", { timeout: 60_000 }, async () => {
    frostglass("add-log", logKey(log), "--home", home);
    const honest = new GrowingLog(log);
    let size = 0;
    let told = 0;
    for (let round = 0; round < 4; round++) {
      const { url, child } = await serve();
      size = Number(await (await submit(url, honest.request(299, 299))).text()); // 409: what it cosigned last
      expect(size).toBeGreaterThanOrEqual(told);
      const stop = size + 5 + 7 * round;
      const killed = new Promise<void>((resolve) => child.once("exit", () => resolve()));
      for (let next = size + 1; next <= 298; next++) {
        if (next === stop) child.kill("SIGKILL");
        const reply = await submit(url, honest.request(next - 1, next)).catch(() => undefined);
        if (reply?.status !== 200) break;
        expect(parseCosignatures(await reply.text())).toHaveLength(1);
        told = next;
      }
      await killed;
    }
    const { url } = await serve();
    const forked = await submit(url, new GrowingLog(log, " forked", 0).request(0, told));
    expect(forked.status).toBe(409);
    expect(Number(await forked.text())).toBeGreaterThanOrEqual(told);
  });

  it("takes a log off the list and back without forgetting it", async () => {
    frostglass("add-log", logKey(log), "--home", home);
    const { url, child } = await serve();
    const honest = new GrowingLog(log);
    expect((await submit(url, honest.request(0, 20))).status).toBe(200);
    frostglass("remove-log", log.name, "--home", home);
    expect((await submit(url, honest.request(20, 21))).status).toBe(404);
    frostglass("add-log", logKey(log), "--home", home);
    expect((await submit(url, new GrowingLog(log, " other").request(0, 20))).status).toBe(409);
    expect((await submit(url, honest.request(20, 21))).status).toBe(200);
    await kill(child);
    expect(frostglass("list", "--home", home)).toMatch(/listed {3}holder\.example\/log +size 21, cosigned \d{4}-/);
    expect(evidence()).toMatchObject({ status: 1, views: [{ origin: log.name, size: 20 }] });
  });

  it("is refused a second process, tells health and metrics, and stops when asked", async () => {
    frostglass("add-log", logKey(log), "--home", home);
    const { url, adminUrl, child } = await serve();
    expect(() => frostglass("serve", "--home", home, "--port", "0", ...options)).toThrow(/home-in-use/);
    await submit(url, new GrowingLog(log).request(0, 3));
    expect(await (await fetch(`${adminUrl}/readyz`)).text()).toBe("ready\n");
    const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
    expect(metrics).toContain('frostglass_witness_requests_total{result="cosigned"} 1');
    expect(metrics).toContain("frostglass_witness_split_views 0");
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
  });

  it("says what to do about a list that cannot be read, and goes on with the last good one", async () => {
    frostglass("add-log", logKey(log), "--home", home);
    const { url } = await serve();
    writeFileSync(join(home, "logs"), "lag nonsense\n");
    expect((await submit(url, new GrowingLog(log).request(0, 3))).status).toBe(200);
    expect(() => frostglass("add-log", logKey(log), "--home", home)).toThrow(/policy-malformed/);
  });
});

function evidence(): { status: number; views: unknown } {
  try {
    return { status: 0, views: JSON.parse(frostglass("evidence", "--home", home, "--json")) };
  } catch (thrown) {
    const { status, stdout } = thrown as { status: number; stdout: string };
    return { status, views: JSON.parse(stdout) };
  }
}
