import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Child, startChild } from "../../src/cli/serve/child.js";
import type { Home } from "../../src/vault/home.js";
import { passphrase } from "../vault/smallNode.js";

/*
 * The node's two processes as `serve` starts them, from what `npm test` built. Whoever starts one here calls `killAll` after each test, so that no
 * process outlives a failure.
 */

export const dist = new URL("../../dist/", import.meta.url);
const running = new Set<Child>();

export interface Logged {
  /** What the process wrote to standard error. */
  readonly lines: string[];
}

async function start(entry: string, args: readonly string[], firstInput: string): Promise<Child & Logged> {
  if (!existsSync(new URL(entry, dist))) throw new Error("dist/ is not built: run npm test, or node scripts/build.mjs");
  const lines: string[] = [];
  const child = await startChild(new URL(entry, dist), args, firstInput, (line) => lines.push(line));
  running.add(child);
  return { ...child, lines };
}

export function startVault(home: Home): Promise<Child & Logged> {
  return start("vault/process.js", [home.dir], passphrase);
}

/** A gateway on a free port; `more` changes single options. */
export async function startGateway(home: Home, more: object = {}): Promise<Child & Logged & { readonly url: string }> {
  const paths = { publicDir: home.publicDir, doorPath: home.doorSocket };
  const options = { ...paths, host: "127.0.0.1", port: 0, adminPort: 0, name: "tax.example", stopWithStdin: true, ...more };
  const child = await start("gateway/process.js", [JSON.stringify(options)], "");
  await poll(async () => (await fetch(`${String(child.ready.adminUrl)}/readyz`)).status === 200);
  return { ...child, url: String(child.ready.url) };
}

export interface Serving {
  readonly pid: number;
  readonly url: string;
  readonly vaultPid: number;
  readonly gatewayPid: number;
  /** Where the home names witnesses. */
  readonly courierPid?: number;
  readonly ended: Promise<number | null>;
}

/** `frostglass serve`, as an operator starts it, on free ports. Its children end with it, because their standard input ends. */
export async function serve(home: Home): Promise<Serving> {
  const passphraseFile = join(home.dir, "run", "passphrase");
  writeFileSync(passphraseFile, `${passphrase}\n`, { mode: 0o600 });
  const options = ["--home", home.dir, "--port", "0", "--admin-port", "0", "--passphrase-file", passphraseFile, "--json"];
  const child = spawn(process.execPath, [fileURLToPath(new URL("cli/main.js", dist)), "serve", ...options], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  running.add({ pid: child.pid ?? 0, ready: {}, ended, signal: (signal) => void child.kill(signal) });
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface({ input: child.stdout }).once("line", resolve)),
    ended.then((code) => `{"ended":${code}}`),
  ]);
  return { ...(JSON.parse(line) as Serving), pid: child.pid ?? 0, ended };
}

export async function kill(child: Child, signal: NodeJS.Signals = "SIGKILL"): Promise<number | null> {
  child.signal(signal);
  return child.ended;
}

export async function killAll(): Promise<void> {
  const all = [...running];
  running.clear();
  await Promise.all(all.map((child) => kill(child)));
}

/** Looks again and again, for at most ten seconds, until `holds` says so. A look that throws counts as no. */
export async function poll(holds: () => boolean | Promise<boolean>): Promise<void> {
  const until = Date.now() + 10_000;
  for (;;) {
    if (await Promise.resolve(holds()).catch(() => false)) return;
    if (Date.now() > until) throw new Error("what was waited for did not come");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export interface HttpReply {
  readonly status: number;
  readonly body: string;
}

/** One signed query over HTTP. */
export async function post(url: string, query: string, contentType = "application/jose"): Promise<HttpReply> {
  const response = await fetch(`${url}/v1/queries`, { method: "POST", body: query, headers: { "Content-Type": contentType } });
  return { status: response.status, body: await response.text() };
}

/** The same query until the node answers it: while a vault starts anew, the gateway says 503. */
export async function postUntilAnswered(url: string, query: string): Promise<HttpReply> {
  let reply: HttpReply | undefined;
  await poll(async () => {
    reply = await post(url, query);
    return reply.status < 500;
  });
  if (reply === undefined) throw new Error("no reply");
  return reply;
}

export function codeOf(reply: HttpReply): string {
  return reply.status === 200 ? "answered" : (JSON.parse(reply.body) as { code: string }).code;
}

/** Runs the command line to its end. */
export function frostglass(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(new URL("cli/main.js", dist)), ...args], {
    encoding: "utf8",
    timeout: 30_000,
  });
  return { status, stdout, stderr };
}

/** The lines of a file under /proc, or undefined where the system has none. */
export function procLines(path: string): readonly string[] | undefined {
  return existsSync(path) ? readFileSync(path, "utf8").split("\n") : undefined;
}
