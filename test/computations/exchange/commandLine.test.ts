import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applicantManifest, publishedScorecard } from "./fixtures.js";

const main = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url));

describe("the command line", () => {
  let dir: string;
  const at = (name: string) => join(dir, name);
  const frostglass = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, "computation", ...args], { cwd: dir, encoding: "utf8" });
    return { status, stdout, stderr };
  };

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "frostglass-exchange-"));
    const output = "{ score: { min: -15, max: 63, step: 1 }, reasons: 3 }";
    writeFileSync(at("manifest.yaml"), applicantManifest(["department", "age", "income"], output));
    writeFileSync(at("model.pmml"), publishedScorecard("4.4"));
    writeFileSync(
      at("applicants.yaml"),
      `frostglass: dataset/1
name: applicants
title: { en: Applicants }
subject: { scheme: opaque, pattern: "E[0-9]{1,5}" }
columns:
  department: { type: enum, members: [marketing, engineering, business] }
  age: { type: integer, optional: true }
  income: { type: decimal, scale: 1, optional: true }
`,
    );
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  test("puts a model into a manifest, leaves out lines that nothing reaches, and gives it back", () => {
    const taken = frostglass(
      "import-scorecard",
      "model.pmml",
      "--into",
      "manifest.yaml",
      "--schema",
      "applicants.yaml",
      "--out",
      "new.yaml",
    );
    expect(taken).toMatchObject({ status: 0, stderr: "" });
    expect(taken.stdout).toContain("to write  a text under reasons: for RC1, RC2, RC3");
    expect(readFileSync(at("new.yaml"), "utf8")).toContain("      - { is: business, points: 6, reason: RC1 }\n      - { missing: -9");
    const checked = frostglass("check", "new.yaml", "--schema", "applicants.yaml");
    expect(checked).toMatchObject({ status: 0, stderr: "" });
    const given = frostglass("export-scorecard", "new.yaml", "--schema", "applicants.yaml", "--out", "again.xml", "--json");
    expect(JSON.parse(given.stdout)).toEqual({ out: "again.xml", format: "pmml", variables: 3 });
    expect(
      frostglass("import-scorecard", "again.xml", "--into", "new.yaml", "--schema", "applicants.yaml", "--out", "third.yaml").status,
    ).toBe(0);
    expect(readFileSync(at("third.yaml"), "utf8")).toBe(readFileSync(at("new.yaml"), "utf8"));
  });

  test("writes a table and takes it back, under other names", () => {
    expect(frostglass("export-scorecard", "manifest.yaml", "--out", "card.csv")).toMatchObject({ status: 0, stderr: "" });
    const table = readFileSync(at("card.csv"), "utf8");
    expect(table).toBe("variable,bin,points,reason\nbasepoints,,1,\ndepartment,otherwise,0,\n");
    writeFileSync(at("other.csv"), table.replace("department", "Firm = Dept"));
    const taken = frostglass(
      "import-scorecard",
      "other.csv",
      "--into",
      "manifest.yaml",
      "--out",
      "b.yaml",
      "--rename",
      "Firm = Dept=department",
    );
    expect(taken).toMatchObject({ status: 0, stderr: "" });
    expect(readFileSync(at("b.yaml"), "utf8")).toContain("    department:\n      - { otherwise: 0 }\n");
  });

  test("writes a manifest to complete", () => {
    expect(frostglass("import-scorecard", "model.pmml", "--out", "skeleton.yaml")).toMatchObject({ status: 0, stderr: "" });
    expect(readFileSync(at("skeleton.yaml"), "utf8")).toContain("id: model\n");
  });

  test("ends with 1 when the new manifest does not pass, and says where", () => {
    writeFileSync(at("words.csv"), "variable,bin,points\nage,{A},1\nage,otherwise,0\nage,missing,0\n");
    const taken = frostglass(
      "import-scorecard",
      "words.csv",
      "--into",
      "manifest.yaml",
      "--schema",
      "applicants.yaml",
      "--out",
      "words.yaml",
    );
    expect(taken.status).toBe(1);
    expect(taken.stdout).toMatch(/mistake {3}line 18, column 15, scorecard\.characteristics\.age\[1\]\.is: "A" does not fit here\./);
  });

  test("ends with 2, writes nothing, and lists every place, when something cannot be carried over", () => {
    writeFileSync(at("bad.pmml"), publishedScorecard("4.4").replace('"-9"', '"-9.0000001"').replace('value="39"', 'value="x"'));
    const taken = frostglass("import-scorecard", "bad.pmml", "--into", "manifest.yaml", "--out", "never.yaml");
    expect(taken.status).toBe(2);
    expect(taken.stderr).toMatch(
      /scorecard-refused[\s\S]*25:20 {2}partialScore="-9\.0000001"[\s\S]*34:\d+ {2}"x" is no exact number[\s\S]*next/,
    );
    expect(existsSync(at("never.yaml"))).toBe(false);
  });

  test.each<[string, readonly string[], string]>([
    ["a file that is there already", ["import-scorecard", "model.pmml", "--out", "manifest.yaml"], "file-exists"],
    ["a file that is not there", ["import-scorecard", "none.csv", "--out", "x.yaml"], "file-missing"],
    ["a name that says no format", ["export-scorecard", "manifest.yaml", "--out", "card.txt"], "scorecard-format-unknown"],
    ["a model without the types of its fields", ["export-scorecard", "manifest.yaml", "--out", "x.pmml"], "scorecard-schemas-missing"],
    ["a file of gigabytes", ["import-scorecard", "huge.csv", "--out", "x.yaml"], "scorecard-too-long"],
    ["a manifest without a scorecard", ["export-scorecard", "plain.yaml", "--out", "x.csv"], "scorecard-missing"],
  ])("refuses %s", (_, args, code) => {
    writeFileSync(at("huge.csv"), "");
    truncateSync(at("huge.csv"), 8 * 2 ** 30);
    const plain = readFileSync(at("manifest.yaml"), "utf8").replace(/scorecard:[\s\S]*?(?=# What leaves)/, "");
    writeFileSync(at("plain.yaml"), plain.replace(/output: .*/, "output: { decision: { age: { above: 1, missing: no } } }"));
    const { status, stderr } = frostglass(...args);
    expect([status, stderr.split(" ")[0]]).toEqual([2, code]);
  });

  test("explains the bins in its help", () => {
    for (const verb of ["import-scorecard", "export-scorecard"])
      expect(frostglass(verb, "--help").stdout).toContain('months,"[12, 18)",30.5,R1    from 12 to below 18');
  });
});
