import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cannotRunOn, oracle, realData } from "./realData.js";
import { build, importFiles, makeRealHome, type RealHome, removeHome } from "./realNode.js";

/* What `frostglass import --dry-run` says of the dirt in two of the invoice files, when a mapping does not drop blanks. */

const set = "cumcm2020c-sme-invoices";
const files = ["credit_output_invoices.csv.gz", "nocredit_output_invoices.csv.gz"].map((file) => realData(set, file));

describe.skipIf(cannotRunOn(set))("a dry run over 493,319 invoices", () => {
  let made: RealHome;
  const beside = (name: string) => join(made.dir, name);

  beforeAll(async () => {
    build();
    made = await makeRealHome("sme");
    const mapping = readFileSync(join(made.home.mappingsDir, "sales.yaml"), "utf8");
    writeFileSync(beside("as-it-stands.yaml"), mapping.replace("dataset: sales", "dataset: sales\ntrim: false"));
  }, 60_000);
  afterAll(() => removeHome(made));

  it("lists the line of each status with stray blanks, and writes nothing", async () => {
    const more = ["--dry-run", "--mapping", beside("as-it-stands.yaml"), "--rejects", beside("rejects.csv"), "--max-rejects", "1000"];
    const [stray, report] = await Promise.all([oracle<number[][]>("stray.py", ...files), importFiles(made, "sales", files, more)]);
    const lines = stray.flatMap((numbers, index) => numbers.map((line) => `${index + 1},${line},status,cell-value-unknown`));
    expect(readFileSync(beside("rejects.csv"), "utf8").trimEnd().split("\n")).toEqual(["file,line,column,reason", ...lines]);
    expect(report).toMatchObject({ rows: 493_319, rejected: lines.length, accepted: 493_319 - lines.length });
    expect(report.epoch).toBeUndefined();
    expect(readdirSync(made.home.epochsDir)).toEqual([]);
  }, 60_000);

  it("has nothing to list when blanks are dropped", async () => {
    const report = await importFiles(made, "sales", files, ["--dry-run", "--rejects", beside("none.csv")]);
    expect(report).toMatchObject({ rows: 493_319, rejected: 0, accepted: 493_319 });
    expect(existsSync(beside("none.csv"))).toBe(false);
  }, 60_000);
});
