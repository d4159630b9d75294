import { describe, expect, test } from "vitest";
import { readCsv } from "../../../src/computations/exchange/csv/readCsv.js";
import { intoManifest } from "../../../src/computations/exchange/intoManifest.js";
import { named } from "../../../src/computations/exchange/names.js";
import { readPmml } from "../../../src/computations/exchange/pmml/readPmml.js";
import { skeletonOf } from "../../../src/computations/exchange/skeleton.js";
import { parseManifest } from "../../../src/computations/manifest/manifest.js";
import { applicantManifest, publishedScorecard, refusalsOf } from "./fixtures.js";

const output = "{ score: { min: 0, max: 100, step: 1 }, reasons: 3 }";
const manifest = applicantManifest(["age", "income"], output);
const card = readCsv('variable,bin,points,reason\nage,"[18, 30)",10,R2\nage,otherwise,12.5,\nage,missing,0,R1\n');
const section = `  characteristics:
    age:
      - { at_least: 18, below: 30, points: 10, reason: R2 }
      - { otherwise: 12.5 }
      - { missing: 0, reason: R1 }
`;

describe("the manifest around a scorecard", () => {
  test("keeps every byte outside of the section", () => {
    const { text, kept, unexplained } = intoManifest(card, manifest);
    const [before = ""] = manifest.split("scorecard: # to be replaced");
    const after = manifest.slice(manifest.indexOf("    # the end of the scorecard"));
    expect(text).toBe(`${before}scorecard:\n  base: 1\n${section}${after}`);
    expect(kept).toEqual(["the base points"]);
    expect(unexplained).toEqual(["R2", "R1"]);
  });

  test("gets a scorecard where there was none, before the output and its comments", () => {
    const without = manifest
      .replace(/scorecard:[\s\S]*?(?=# What leaves)/, "")
      .replace("score: { min: 0, max: 100, step: 1 }", "decision: { age: { above: 1, missing: no } }");
    const { text } = intoManifest({ ...card, base: card.characteristics[0]?.[1][0]?.gives }, without);
    expect(text).toBe(without.replace("# What leaves", `scorecard:\n  base: 10\n${section}# What leaves`));
  });

  test("may write its scorecard in one line, and be indented", () => {
    const flow = manifest.replace(
      /scorecard:[\s\S]*?(?=\n# What leaves)/,
      "scorecard: { base: 4, characteristics: { age: [ { otherwise: 0 } ] } } # flow\n",
    );
    const indented = flow.replaceAll(/^(?=.)/gm, "  ");
    const { text } = intoManifest(card, indented);
    const expected = flow.replace(/scorecard: \{.*/, `scorecard:\n  base: 4\n${section.trimEnd()}`).replaceAll(/^(?=.)/gm, "  ");
    expect(text).toBe(expected);
  });

  test("keeps how reasons are ranked where the source has no place for it", () => {
    const ranked = manifest.replace("  base: 1 # points", "  base: 1 # points\n  reasons: { rank: points_above, repeated: sum }");
    const { text, kept } = intoManifest(card, ranked);
    expect(text).toContain("  base: 1\n  reasons: { rank: points_above, repeated: sum }\n  characteristics:");
    expect(kept).toEqual(["the base points", "how reasons are ranked"]);
  });

  test("has to be in block style", () => {
    const flow = `${JSON.stringify({ ...JSON.parse('{"frostglass":"computation/1","id":"x","version":"1.0.0","title":{"en":"x"},"reveals":{"en":"x"},"purposes":["x"],"subject":"opaque","inputs":{"a":"applicants"},"features":{"age":{"only":"a.age"}},"output":{"decision":{"age":{"above":1}}}}') })}\n`;
    expect(refusalsOf(() => intoManifest(card, flow)).join()).toContain("written within braces");
  });

  test("needs a feature for each variable, at the line of the source", () => {
    const other = applicantManifest(["ages", "income"], output);
    expect(refusalsOf(() => intoManifest(card, other))).toEqual(['2:1 The manifest has no feature "age". ("ages" (did you mean this?))']);
    expect(refusalsOf(() => intoManifest(readPmml(publishedScorecard()), manifest))).toEqual([
      '12:7 The manifest has no feature "department". (one of "age", "income")',
    ]);
  });

  test("gives as many reason codes as the model", () => {
    const all = applicantManifest(["department", "age", "income"], output.replace("3", "2"));
    expect(refusalsOf(() => intoManifest(readPmml(publishedScorecard()), all))).toEqual([
      "17:5 The model gives at most 3 reason codes, the manifest's output 2. (reasons: 3 in the manifest's output, or no Output in the model)",
    ]);
  });
});

describe("names", () => {
  const table = readCsv("variable,bin,points\nFirm Age,otherwise,1\nage,otherwise,2\n");

  test("of features are given by renaming", () => {
    expect(named(table, new Map([["Firm Age", "firm_age"]])).characteristics.map(([name]) => name.text)).toEqual(["firm_age", "age"]);
  });

  test("that no feature can have, that two would share, or that nothing has are refused", () => {
    expect(refusalsOf(() => named(table, new Map())).join()).toContain('2:1 "Firm Age" is no name of a feature.');
    expect(refusalsOf(() => named(table, new Map([["Firm Age", "age"]]))).join()).toContain('3:1 Two variables would be called "age".');
    expect(refusalsOf(() => named(table, new Map([["Firm age", "age"]]))).join()).toContain('There is no variable "Firm age" to rename.');
  });
});

test("a manifest to complete is well-formed and holds the scorecard", () => {
  const text = skeletonOf(readPmml(publishedScorecard()), "sample");
  const { scorecard, features, output: out, reasons } = parseManifest(text);
  expect(intoManifest(readPmml(publishedScorecard()), text).text).toBe(text);
  expect(scorecard?.characteristics.map(([name, lines]) => [name.text, lines.length])).toEqual([
    ["department", 5],
    ["age", 5],
    ["income", 4],
  ]);
  expect(features.map(({ name }) => name.text)).toEqual(["department", "age", "income"]);
  expect(out).toMatchObject({ kind: "score", min: -15, max: 63, reasons: 3 });
  expect(reasons.map(({ code }) => code.text)).toEqual(["RC1", "RC2", "RC3"]);
});
