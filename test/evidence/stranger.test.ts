import { type ChildProcess, execFile, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { marked, markedNode, removeHome } from "../attacks/marked.js";
import { queryOf, type SmallNode, signed } from "../vault/smallNode.js";

/* The published log read by a program that was written from the specifications alone, from a web server that knows nothing of logs. */

const run = promisify(execFile);
let node: SmallNode;
let server: ChildProcess | undefined;

beforeAll(async () => {
  node = await markedNode();
});
afterAll(async () => {
  server?.kill();
  await node.vault.close();
  removeHome(node.home);
});

/** `python3 -m http.server` over the public folder, on a free port. */
async function serveFiles(folder: string): Promise<string> {
  server = spawn("python3", ["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", folder], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const line = await new Promise<string>((resolve) => server?.stdout?.once("data", (chunk: Buffer) => resolve(chunk.toString("utf8"))));
  return `http://127.0.0.1:${/port (\d+)/.exec(line)?.[1] ?? ""}`;
}

it("is whole for a stranger: checkpoint, bundles and tiles of two levels, at several sizes", { timeout: 120_000 }, async () => {
  const url = await serveFiles(node.home.publicDir);
  const key = /^log (\S+)/.exec(readFileSync(join(node.home.publicDir, "trust"), "utf8"))?.[1] ?? "";
  const about = (i: number) => signed(queryOf(node, { subject: { scheme: "opaque", id: marked(i % 8) } }));
  for (const [i, more] of [1, 250, 300, 7].entries()) {
    await Promise.all(Array.from({ length: more }, () => node.vault.submit(about(i))));
    node.vault.publish();
    const { stdout } = await run("python3", [fileURLToPath(new URL("./stranger.py", import.meta.url)), url, key]);
    expect(Number(stdout)).toBe(node.vault.head.size);
  }
  expect(node.vault.head.size).toBeGreaterThan(512);
});
