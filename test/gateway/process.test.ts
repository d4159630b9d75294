import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { jws, temporaryDir } from "./fixture.js";
import { echo, startVault, type VaultDouble } from "./vaultDouble.js";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const out = temporaryDir();
const entry = join(out, "gateway", "process.js");
let vault: VaultDouble;
let child: ChildProcess | undefined;

// Compiled afresh from the sources, so that the test never runs an older build.
beforeAll(async () => {
  const compilerOptions = { outDir: out, rootDir: join(repository, "src"), typeRoots: [join(repository, "node_modules/@types")] };
  const config = {
    extends: join(repository, "tsconfig.json"),
    compilerOptions,
    files: [join(repository, "src/gateway/process.ts")],
    include: [],
  };
  writeFileSync(join(out, "tsconfig.json"), JSON.stringify(config));
  writeFileSync(join(out, "package.json"), '{"type":"module"}');
  symlinkSync(join(repository, "node_modules"), join(out, "node_modules"));
  await new Promise((resolve) => execFile(process.execPath, [join(repository, "node_modules/typescript/bin/tsc"), "-p", out], resolve));
  expect(existsSync(entry)).toBe(true);
  vault = await startVault(echo);
});
afterAll(() => vault.stop());
afterEach(() => void child?.kill("SIGKILL"));

interface Run {
  readonly stdout: Promise<string>;
  readonly exit: Promise<number | null>;
  readonly stderr: () => string;
}

function run(options: string): Run {
  const started = spawn(process.execPath, [entry, options], { stdio: ["pipe", "pipe", "pipe"] });
  child = started;
  let errors = "";
  started.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  return {
    stdout: new Promise((resolve) => {
      started.stdout.once("data", (chunk) => resolve(String(chunk)));
      started.stdout.once("end", () => resolve(`nothing; ${errors}`));
    }),
    exit: new Promise((resolve) => started.on("exit", resolve)),
    stderr: () => errors,
  };
}

const options = (more: object = {}) =>
  JSON.stringify({ publicDir: out, doorPath: vault.path, host: "127.0.0.1", port: 0, adminPort: 0, ...more });

describe("the gateway's own process", () => {
  it("says in one line of JSON where it listens, answers, and stops in good order on SIGTERM", async () => {
    const { stdout, exit, stderr } = run(options());
    const line = await stdout;
    expect(line).toMatch(/^\{.*\}\n$/);
    const { listening, url } = JSON.parse(line) as { listening: number; url: string };
    expect(url).toBe(`http://127.0.0.1:${listening}`);
    const response = await fetch(`${url}/v1/queries`, { method: "POST", body: jws, headers: { "content-type": "application/jose" } });
    expect(await response.text()).toBe(`{"of":"${jws}"}`);
    child?.kill("SIGHUP");
    child?.kill("SIGTERM");
    expect(await exit).toBe(0);
    const messages = stderr()
      .trim()
      .split("\n")
      .map((text) => (JSON.parse(text) as { msg: string }).msg);
    expect(messages).toEqual(expect.arrayContaining(["gateway started", "gateway stopping", "gateway stopped"]));
  });

  it("stops with the process that started it, when told to", async () => {
    const { stdout, exit } = run(options({ stopWithStdin: true }));
    await stdout;
    child?.stdin?.end();
    expect(await exit).toBe(0);
  });

  it("exits with 2 when it may not read its certificate", async () => {
    const { exit, stderr } = run(options({ tls: { cert: "/nonexistent", key: "/nonexistent" } }));
    expect(await exit).toBe(2);
    expect(JSON.parse(stderr())).toMatchObject({ failed: "process-failed", message: expect.stringContaining("ENOENT") });
  });

  it("exits with 2 and says what to do when its options are wrong", async () => {
    const { exit, stderr } = run(options({ port: -1 }));
    expect(await exit).toBe(2);
    expect(JSON.parse(stderr())).toMatchObject({ failed: "gateway-options-invalid", message: expect.stringContaining("port") });
  });
});
