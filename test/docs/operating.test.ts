import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorCodes } from "../../src/errors/codes.js";
import { createHome } from "../../src/vault/createHome.js";
import { readNode } from "../../src/vault/home.js";
import { policyText } from "../vault/smallNode.js";
import { blocksOf, root } from "./blocks.js";
import { Shell } from "./shell.js";

const document = readFileSync(join(root, "docs/OPERATING.md"), "utf8");
const blocks = blocksOf("docs/OPERATING.md");
const folder = mkdtempSync(join(tmpdir(), "frostglass-operating-"));
const shell = new Shell(folder, process.env);

beforeAll(async () => {
  const passphrase = "correct horse battery staple";
  writeFileSync(join(folder, "pass"), `${passphrase}\n`, { mode: 0o600 });
  await createHome({
    ...{ dir: join(folder, "power"), holder: "power.example", environment: "test", port: 0, adminPort: 0 },
    ...{ passphrase, workFactor: 2, policy: policyText(), now: 1_767_225_600 },
  });
  await shell.run(`frostglass() { node '${root}dist/cli/main.js' "$@"; }`);
});

afterAll(async () => {
  await shell.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("docs/OPERATING.md", () => {
  it("backs up and restores with the commands that it gives", async () => {
    const outputs: string[] = [];
    for (const { text } of blocks.filter(({ language }) => language === "sh")) {
      const { output, code } = await shell.run(text);
      expect(code, output).toBe(0);
      outputs.push(output);
    }
    expect(outputs.at(-1)).toMatch(/# in force: sha256:[0-9a-f]{64}/);
    expect(readdirSync(join(folder, "restored"))).toContain("vault.db");
  }, 60_000);

  it("shows a node.yaml that is read", () => {
    const [yaml] = blocks.filter(({ language }) => language === "yaml");
    writeFileSync(join(folder, "node.yaml"), yaml?.text ?? "");
    const nodeFile = join(folder, "node.yaml");
    expect(readNode({ nodeFile } as Parameters<typeof readNode>[0]).listen.tls?.certificate).toBe("/etc/frostglass/chain.pem");
  });

  it("quotes log lines and codes that there are", () => {
    const [, logTable = ""] = document.split("## What log lines mean");
    const messages = [...(logTable.split("## Backing up")[0] ?? "").matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell = ""]) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, message]) => message ?? ""),
    );
    const sources = ["gateway/main.ts", "gateway/responder.ts", "vault/process.ts"].map((path) =>
      readFileSync(join(root, "src", path), "utf8"),
    );
    expect(messages.filter((message) => !sources.some((source) => source.includes(`"${message}"`)))).toEqual([]);
    expect(messages.length).toBeGreaterThan(8);
    const [, codeTable = ""] = document.split("## When it does not start or go on");
    const codes = [...codeTable.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell = ""]) => cell.replaceAll("`", "").split(", "));
    expect(codes.filter((code) => !(code in errorCodes))).toEqual([]);
    expect(codes.length).toBeGreaterThan(12);
  });

  it("names every file of a home", () => {
    for (const name of readdirSync(join(folder, "power"))) expect(document).toContain(`\`${name}`);
  });
});
