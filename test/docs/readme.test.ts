import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, describe, expect, it } from "vitest";
import { readKeyFile } from "../../src/crypto/keyFile.js";
import { type Block, blocksOf, linePatterns, missingLine, root } from "./blocks.js";
import { Shell } from "./shell.js";

/*
 * README.md, run as a reader would: every `sh` block in order in one shell, the `serve` block beside it, then the `ts` block against that node. A
 * `text` block is what the block before it prints; `…` in it stands for anything.
 */

const readme = readFileSync(join(root, "README.md"), "utf8");
const blocks = blocksOf("README.md");
const addressInReadme = "http://127.0.0.1:8440";

const home = mkdtempSync(join(tmpdir(), "frostglass-readme-"));
const tour = join(home, "frostglass-tour");
const shell = new Shell(root, { ...process.env, HOME: home });
let node: ChildProcess | undefined;
let address = addressInReadme;

afterAll(async () => {
  await shell.close();
  await stopNode();
  rmSync(home, { recursive: true, force: true });
});

/** Starts the command of the `serve` block on free ports, and gives what it prints once it serves. */
async function serve(command: string): Promise<string> {
  const [, ...args] = command.trim().split(/\s+/);
  const all = [join(root, "dist/cli/main.js"), ...args, "--port", "0", "--admin-port", "0"];
  const child = spawn(process.execPath, all, { cwd: tour, stdio: ["ignore", "pipe", "ignore"] });
  node = child;
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("exit", (code) => reject(new Error(`the node ended with code ${code}`)));
  });
  address = /https?:\/\/[^ ]+/.exec(line)?.[0] ?? "";
  return line.replace(address, addressInReadme);
}

async function stopNode(): Promise<void> {
  if (node === undefined || node.exitCode !== null) return;
  const ended = new Promise((resolve) => node?.once("exit", resolve));
  node.kill("SIGTERM");
  await ended;
}

/** Runs one block and gives what it printed, after checking how it ended. */
async function run({ label, text }: Block): Promise<string> {
  if (label === "serve") return serve(text);
  const { output, code } = await shell.run(text.replaceAll(addressInReadme, address));
  expect(code, output).toBe(label === "exit=1" ? 1 : 0);
  return output;
}

const shown = blocks.map((block, i) => ({ block, prints: blocks[i + 1] })).filter(({ block }) => block.language === "sh");

describe("README.md", () => {
  for (const { block, prints } of shown) {
    it(`line ${block.line}: ${block.text.split("\n")[0]}`, { timeout: 120_000 }, async () => {
      const output = await run(block);
      if (prints?.language === "text") expect(missingLine(output, linePatterns(prints.text)), output).toBeUndefined();
    });
  }

  it("names the firm in no evidence file", () => {
    expect(readFileSync(join(tour, "answer.tlog-proof"), "utf8")).not.toContain("91998932MA842J3R86");
    expect(readFileSync(join(tour, "answer.tlog-proof.opening"), "utf8")).toContain("91998932MA842J3R86");
  });

  it("has a library snippet that compiles against the package and gets a verified answer", { timeout: 120_000 }, async () => {
    const [snippet] = blocks.filter(({ language }) => language === "ts");
    const seed = (await readKeyFile(join(tour, "bank.key"), passphrase())).trimEnd().split("\n").at(-1);
    const program = compile(snippet?.text.replaceAll(addressInReadme, address) ?? "");
    const { status, stdout, stderr } = spawnSync(process.execPath, [program], {
      ...{ cwd: tour, encoding: "utf8", timeout: 60_000 },
      env: { ...process.env, BANK_SEED: seed },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("{ kind: 'decision', decision: false } [ 'L01' ]");
    const verified = await shell.run(
      "frostglass verify library.tlog-proof --trust trust --opening library.tlog-proof.opening | grep 'The evidence holds'",
    );
    expect(verified.code, verified.output).toBe(0);
  });

  it("stops the node cleanly", { timeout: 60_000 }, async () => {
    await stopNode();
    expect(node?.exitCode).toBe(0);
  });

  it("names only npm scripts that there are", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };
    const named = [...readme.matchAll(/npm (?:run )?(start|test|bench|build|typecheck|lint)\b/g)].map(([, name]) => name ?? "");
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it("links only to files that there are", () => {
    const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, path]) => path ?? "");
    const paths = [...readme.matchAll(/`((?:src|samples|docs|test|\.ci)\/[\w./-]+)`/g)].map(([, path]) => path ?? "");
    expect([...links, ...paths].filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

function passphrase(): string {
  return readFileSync(join(tour, "pass"), "utf8").split("\n")[0] ?? "";
}

const settings = {
  compilerOptions: {
    ...{ target: "es2023", lib: ["es2023", "dom"], module: "nodenext", types: ["node"], strict: true, noUncheckedIndexedAccess: true },
    ...{ exactOptionalPropertyTypes: true, verbatimModuleSyntax: true, noUnusedLocals: true, skipLibCheck: true },
  },
  include: ["ask.ts"],
};

/** Type-checks and compiles the snippet as a package of its own that has Frostglass installed; gives the program's path. */
function compile(text: string): string {
  const folder = join(home, "institution");
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  symlinkSync(root, join(folder, "node_modules", "frostglass"));
  symlinkSync(join(root, "node_modules", "@types"), join(folder, "node_modules", "@types"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings));
  writeFileSync(join(folder, "ask.ts"), text);
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const { status, stdout } = spawnSync(process.execPath, [compiler, "-p", folder], { encoding: "utf8", timeout: 60_000 });
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  return join(folder, "ask.js");
}
