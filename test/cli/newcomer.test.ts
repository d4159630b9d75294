import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makePartyKey } from "../../src/cli/keyFiles.js";
import { frostglass } from "../faults/processes.js";
import { bank, makeHome, passphrase, smallNode, temporaryFolder } from "../vault/smallNode.js";

/* What somebody meets who types a command for the first time, and gets something wrong. */

function passphraseFile(dir: string): readonly string[] {
  const path = join(dir, "pass");
  writeFileSync(path, `${passphrase}\n`, { mode: 0o600 });
  return ["--passphrase-file", path];
}

describe("a dry run", () => {
  test("says why rows stay out, and ends with 1 when the import would fail and with 0 when it would not", { timeout: 60_000 }, async () => {
    const home = await makeHome();
    const file = join(home.dir, "sales.csv");
    writeFileSync(file, "subject,total\nE1,12\nE1,x\nE2,y\n");
    const words = ["import", file, "--home", home.dir, "--dataset", "sales", "--dry-run", ...passphraseFile(home.dir)];
    const refused = frostglass(...words);
    expect(refused).toMatchObject({ status: 1, stderr: "" });
    expect(refused.stdout).toMatch(
      /^checked {2}1 of 3 rows[\s\S]* 2 {2}total cell-not-a-money, first in line 3 of file 1\n[\s\S]*an import would fail/,
    );
    const allowed = frostglass(...words, "--max-rejects", "2");
    expect(allowed.status).toBe(0);
    expect(allowed.stdout).not.toContain("would fail");
  });
});

test("a grant for a purpose that the policy lacks says so", { timeout: 60_000 }, async () => {
  const node = await smallNode();
  await node.vault.close();
  const words = ["requester", "grant", bank, "--computation", "total-above", "--home", node.home.dir, ...passphraseFile(node.home.dir)];
  const { status, stdout } = frostglass(...words, "--purpose", "supervision", "--purpose", "supervison");
  expect(status).toBe(0);
  expect(stdout.match(/policy\.yaml has no purpose .*/g)).toEqual([
    "policy.yaml has no purpose supervison: queries for it are refused until one has",
  ]);
});

test("a file that holds no consent is named before anything is asked", { timeout: 60_000 }, async () => {
  const dir = temporaryFolder();
  const key = join(dir, "bank.key");
  await makePartyKey(key, "requester", bank, passphrase, 2);
  const [option = "", pass = ""] = passphraseFile(dir);
  const asked = ["--subject", "opaque:E1", "--computation", "total-above", "--purpose", "loan-origination", "--out", join(dir, "proof")];
  const { status, stderr } = frostglass("ask", "--node", "http://127.0.0.1:1", "--key", key, option, pass, ...asked, "--consent", pass);
  expect(status).toBe(2);
  expect(stderr).toContain(`consent-file-invalid  The file ${pass} holds no consent.\nnext  Give the file that \`frostglass consent issue`);
  expect(existsSync(join(dir, "proof"))).toBe(false);
});
