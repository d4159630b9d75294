import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { erasableNode, firm, pagesOfFirm, piecesFound, sealedPages } from "../attacks/erasable.js";
import { frostglass, killAll, startVault } from "../faults/processes.js";
import { passphrase, publishSales } from "../vault/smallNode.js";

/* `frostglass epoch list` and `frostglass subject erase`, as an operator runs them. */

afterEach(killAll);

test("a firm is erased through the running vault, and the list of epochs shows the new one", { timeout: 60_000 }, async () => {
  const node = await erasableNode();
  const pages = sealedPages(node, firm);
  await node.vault.close();
  const vault = await startVault(node.home);
  const home = ["--home", node.home.dir];
  const before = JSON.parse(frostglass("epoch", "list", ...home, "--json").stdout);
  expect(before.map(({ number, asOf, kept }: { number: number; asOf: string; kept: boolean }) => [number, asOf, kept])).toEqual(
    [1, 2, 3, 4].map((number) => [number, "2025-12-31", true]),
  );
  const erased = frostglass("subject", "erase", `opaque:${firm}`, ...home);
  expect([erased.status, erased.stderr]).toEqual([0, ""]);
  expect(erased.stdout).toContain(`erased  ${pagesOfFirm} pages; epoch 5 is in force`);
  expect(piecesFound(node.home, pages)).toBe(0);
  const again = frostglass("subject", "erase", `opaque:${firm}`, ...home, "--json");
  expect([again.status, JSON.parse(again.stdout).error.code]).toEqual([2, "subject-not-on-file"]);
  const lines = frostglass("epoch", "list", ...home)
    .stdout.trimEnd()
    .split("\n");
  expect(lines).toHaveLength(5);
  expect(lines.at(-1)).toMatch(/^ {4}5 {2}as of 2025-12-31 {2}published \S+Z {2}sha256:[0-9a-f]{12}… {2}in force$/);
  expect(vault.lines.join("\n")).not.toContain(firm);
});

test("the list says which epochs are kept no longer, on a home that no vault has open", { timeout: 60_000 }, async () => {
  const node = await erasableNode();
  node.clock.now += 401 * 86_400;
  await publishSales(node, 5, { E2: [1, 1] });
  await node.vault.close();
  writeFileSync(join(node.home.dir, "pass"), `${passphrase}\n`, { mode: 0o600 });
  const words = ["epoch", "list", "--home", node.home.dir, "--passphrase-file", join(node.home.dir, "pass")];
  const lines = frostglass(...words)
    .stdout.trimEnd()
    .split("\n");
  expect(lines.map((line) => line.includes("not kept"))).toEqual([true, true, true, false, false]);
});
