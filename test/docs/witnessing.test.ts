import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, it } from "vitest";
import { logKey, signerOf } from "../tlog/federation.js";
import { GrowingLog } from "../witness/growingLog.js";
import { blocksOf, linePatterns, missingLine, root } from "./blocks.js";
import { Shell } from "./shell.js";

const blocks = blocksOf("docs/WITNESSING.md");
const folder = mkdtempSync(join(tmpdir(), "frostglass-witnessing-"));
const log = signerOf("tax.example", 7);
const shell = new Shell(folder, { ...process.env, LOG_KEY: logKey(log) });

beforeAll(async () => {
  writeFileSync(join(folder, "pass"), "correct horse battery staple\n", { mode: 0o600 });
  await shell.run(`frostglass() { node '${root}dist/cli/main.js' "$@"; }`);
});

afterAll(async () => {
  await shell.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the witness as the block says, on a free port, has it cosign one checkpoint, stops it, and gives what it printed. */
async function serve(command: string): Promise<string> {
  const args = command.trim().split(" ").slice(1);
  const child = spawn(process.execPath, [`${root}dist/cli/main.js`, ...args, "--port", "0", "--admin-port", "0"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const lines: string[] = [];
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line);
      if (line.startsWith("verifier key")) resolve();
    });
  });
  await ready;
  const url = /http:\S+/.exec(lines[0] ?? "")?.[0] ?? "";
  expect((await fetch(`${url}/add-checkpoint`, { method: "POST", body: new GrowingLog(log).request(0, 3) })).status).toBe(200);
  await stop(child);
  return lines.join("\n").replace(url, "http://127.0.0.1:8450");
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}

it("docs/WITNESSING.md gives commands that print what it shows", { timeout: 60_000 }, async () => {
  for (const [i, block] of blocks.entries()) {
    if (block.language !== "sh") continue;
    const { output, code } = block.label === "serve" ? { output: await serve(block.text), code: 0 } : await shell.run(block.text);
    expect(code, output).toBe(0);
    const shown = blocks[i + 1];
    if (shown?.language === "text") expect(missingLine(output, linePatterns(shown.text)), output).toBeUndefined();
  }
});

it("docs/WITNESSING.md is linked from the README", () => {
  expect(readFileSync(join(root, "README.md"), "utf8")).toContain("docs/WITNESSING.md");
});
