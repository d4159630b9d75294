import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { textOf } from "./shelves.js";

/* How a holder gets at the library: `init --with`, `library list`, `library copy`. */

const commandLine = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "frostglass-library-"));
const home = join(folder, "power");
const passphrase = join(folder, "pass");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function frostglass(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [commandLine, ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

const init = (dir: string, ids: string) =>
  frostglass("init", dir, "--name", "power.example", "--with", ids, "--environment", "test", "--passphrase-file", passphrase);
const filesOf = (dir: string) => ["datasets", "mappings", "computations"].flatMap((each) => readdirSync(join(dir, each)).sort());

beforeAll(() => {
  execFileSync(process.execPath, [fileURLToPath(new URL("../../scripts/build.mjs", import.meta.url))], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  writeFileSync(passphrase, "a passphrase for this test\n", { mode: 0o600 });
  expect(init(home, "utility-arrears,payment-delay")).toMatchObject({ status: 0 });
});

describe("a home made with two computations", () => {
  it("has them and what they read, and nothing else", () => {
    const datasets = ["trade-payments.yaml", "utility-bills.yaml"];
    expect(filesOf(home)).toEqual([...datasets, ...datasets, "payment-delay.yaml", "utility-arrears.yaml"]);
    expect(readFileSync(join(home, "computations/payment-delay.yaml"), "utf8")).toBe(textOf("computations/payment-delay/manifest.yaml"));
  });

  it("can check them and import the library's own file as it is", () => {
    expect(frostglass("computation", "check", join(home, "computations/utility-arrears.yaml"), "--home", home).status).toBe(0);
    const file = fileURLToPath(new URL("../../library/files/utility-bills.csv", import.meta.url));
    const args = ["--home", home, "--dataset", "utility-bills", "--as-of", "2025-06-30", "--passphrase-file", passphrase, "--json"];
    const { status, stdout } = frostglass("import", file, ...args);
    expect({ status, ...JSON.parse(stdout) }).toMatchObject({ status: 0, accepted: 5, rejected: 0, epoch: 1 });
  });
});

describe("library copy", () => {
  it("adds a computation and what it reads, and leaves alone what is there already", () => {
    const copied = () => JSON.parse(frostglass("library", "copy", "sales-trend", "margin", "--home", home, "--json").stdout).written;
    const once = copied();
    expect(once).toEqual([
      ...["datasets/vat-sales.yaml", "mappings/vat-sales.yaml", "datasets/vat-purchases.yaml", "mappings/vat-purchases.yaml"],
      ...["computations/sales-trend.yaml", "computations/margin.yaml"],
    ]);
    expect(copied()).toEqual([]);
  });

  it("writes nothing at all where a file was changed", () => {
    const changed = join(home, "mappings/vat-sales.yaml");
    writeFileSync(changed, `${readFileSync(changed, "utf8")}# ours\n`);
    const { status, stderr } = frostglass("library", "copy", "sme-scorecard", "--home", home);
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining("library-file-differs") });
    expect(filesOf(home)).not.toContain("tax-filings.yaml");
    expect(readFileSync(changed, "utf8")).toMatch(/# ours\n$/);
  });

  it("says what was meant, and needs a home", () => {
    const unknown = frostglass("library", "copy", "utilty-arrears", "--home", home);
    expect(unknown).toMatchObject({ status: 2, stderr: expect.stringContaining('"utility-arrears" (did you mean this?)') });
    expect(frostglass("library", "copy", "margin", "--home", folder)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("home-missing"),
    });
  });
});

it("init makes no home for a computation that there is not", () => {
  expect(init(join(folder, "other"), "nothing-like-it")).toMatchObject({ status: 2, stderr: expect.stringContaining("library-unknown") });
  expect(readdirSync(folder)).not.toContain("other");
});

it("library list names every computation and its datasets", () => {
  const listed: readonly { id: string; datasets: string[] }[] = JSON.parse(frostglass("library", "list", "--json").stdout);
  expect(listed.find(({ id }) => id === "sme-scorecard")?.datasets).toEqual(["vat-sales", "vat-purchases", "tax-filings"]);
  expect(frostglass("library", "list").stdout.match(/^ +reads /gm)).toHaveLength(listed.length);
});
