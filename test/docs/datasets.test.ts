import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { datePatterns } from "../../src/datasets/columnTypes/date.js";
import { columnTypes } from "../../src/datasets/columnTypes/index.js";
import { parseSchema } from "../../src/datasets/schema.js";
import { subjectSchemes } from "../../src/model/schemes/index.js";
import { folderFor, runImport } from "../datasets/import/importing.js";
import { type Block, blocksOf, root } from "./blocks.js";

/* docs/DATASETS.md: its example is imported as it stands, and its tables have every word that a schema or mapping may say. */

const folder = folderFor(afterAll);
const document = readFileSync(join(root, "docs/DATASETS.md"), "utf8");
const blocks = blocksOf("docs/DATASETS.md");
const labelled = (label: string) => (blocks.find((block) => block.label === label) as Block).text;
const tables = document.replaceAll(/^```[\s\S]*?^```$/gm, "");
const named = new Set([...tables.matchAll(/`([^`\n]+)`/g)].map(([, text]) => text));

/** The members of a mapping, which its shape has and does not export. */
const mappingMembers = [...readFileSync(join(root, "src/datasets/import/mapping.ts"), "utf8").matchAll(/^ {4}(\w+): z\./gm)].map(
  ([, name]) => name,
);

describe("docs/DATASETS.md", () => {
  it("has an example that imports as it says", async () => {
    const file = execFileSync("iconv", ["-f", "UTF-8", "-t", "GB18030"], { input: labelled("arrears") });
    const schema = parseSchema(labelled("schema"));
    const run = await runImport(folder, [file], { schema, mappingText: labelled("mapping"), maxRejects: 2 });
    expect(run).toMatchObject({ rows: 5, accepted: 3, rejected: 2, subjects: 2, ignoredColumns: ["序号", "单位名称", "备注"] });
    const printed = blocks.find(({ language }) => language === "console")?.text ?? "";
    for (const { rows, column, reason, file: number, line } of run.reasons)
      expect(printed).toContain(`     ${rows}  ${column} ${reason}, first in line ${line} of file ${number}\n`);
  });

  it("names every column type, setting, format, pattern, scheme and member", () => {
    const settings = columnTypes.flatMap(({ settings, format }) => [...Object.keys(settings), ...Object.keys(format)]);
    const words = [...columnTypes.map(({ name }) => name), ...settings, ...datePatterns, ...mappingMembers];
    expect(mappingMembers.length).toBeGreaterThan(6);
    expect(words.filter((word) => !named.has(word ?? ""))).toEqual([]);
    expect(subjectSchemes.filter(({ name }) => !document.includes(`scheme: ${name}`))).toEqual([]);
  });

  it("names every reason for which a row is rejected", () => {
    const sources = ["import/cells.ts", "import/rowReader.ts", "import/subjects.ts"].map((path) =>
      readFileSync(join(root, "src/datasets", path), "utf8"),
    );
    const reasons = sources.flatMap((source) =>
      [...source.matchAll(/"((?:row|subject|cell)-[a-z-]+)"/g)].map(([, reason]) => reason ?? ""),
    );
    expect(reasons.length).toBeGreaterThan(3);
    expect(reasons.filter((reason) => !named.has(reason))).toEqual([]);
  });
});
