import { execFileSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { killAll, startVault } from "../faults/processes.js";
import { passphrase, queryOf, type SmallNode, signed, smallNode } from "../vault/smallNode.js";

/* `audit-export` and `audit --answers` as a holder and an auditor run them, with the node stopped and with it running. */

const cli = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
afterAll(killAll);

function frostglass(...args: string[]): { code: number; out: string } {
  try {
    return { code: 0, out: execFileSync(process.execPath, [cli, ...args], { encoding: "utf8", stdio: "pipe" }) };
  } catch (thrown) {
    const { status, stdout, stderr } = thrown as { status: number; stdout: string; stderr: string };
    return { code: status, out: stdout + stderr };
  }
}

async function answered(count: number): Promise<SmallNode> {
  const node = await smallNode();
  await Promise.all(
    Array.from({ length: count }, (_, i) => node.vault.submit(signed(queryOf(node, { subject: { scheme: "opaque", id: `E${i}` } })))),
  );
  await node.vault.close();
  return node;
}

it("exports from a stopped node and from a running one, over more pages than one, and audits what came out", {
  timeout: 60_000,
}, async () => {
  const { home } = await answered(300);
  const dir = dirname(home.dir);
  const [stopped, running, secret] = [join(dir, "stopped.answers"), join(dir, "running.answers"), join(dir, "pass")];
  writeFileSync(secret, `${passphrase}\n`, { mode: 0o600 });
  const first = frostglass("audit-export", "--home", home.dir, "--out", stopped, "--passphrase-file", secret);
  expect(first).toMatchObject({ code: 0, out: expect.stringContaining("300 answers of the") });
  expect(statSync(stopped).mode & 0o777).toBe(0o600);
  await startVault(home);
  expect(frostglass("audit-export", "--home", home.dir, "--out", running).code).toBe(0);
  expect(frostglass("audit-export", "--home", home.dir, "--out", running)).toMatchObject({
    code: 2,
    out: expect.stringContaining("file-exists"),
  });
  const trust = join(home.publicDir, "trust");
  for (const answers of [stopped, running])
    expect(frostglass("audit", home.publicDir, "--trust", trust, "--answers", answers)).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /300 answers of the first \d+ entries were judged[\s\S]*bank\.example: 300 answers[\s\S]*300 accounts and 300 ceilings/,
      ),
    });
  const lines = readFileSync(running, "utf8").split("\n");
  writeFileSync(running, [...lines.slice(0, 100), ...lines.slice(101)].join("\n"));
  expect(frostglass("audit", home.publicDir, "--trust", trust, "--answers", running)).toMatchObject({
    code: 1,
    out: expect.stringContaining("The export leaves out an answer that the log counts."),
  });
});
