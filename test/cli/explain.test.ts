import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parsePolicy } from "../../src/admission/policy.js";
import { besideOf } from "../../src/cli/computation/explain/beside.js";
import { cellWords } from "../../src/cli/computation/explain/cellWords.js";
import { chinese } from "../../src/cli/computation/explain/chinese.js";
import { english } from "../../src/cli/computation/explain/english.js";
import { explainPage } from "../../src/cli/computation/explain/page.js";
import type { Language } from "../../src/cli/computation/explain/words.js";
import { createStyle } from "../../src/cli/terminal.js";
import { analyse } from "../../src/computations/analysis/analyse.js";
import { leakageDigest } from "../../src/computations/analysis/formatLeakage.js";
import { judgeLeakage, usualLimits } from "../../src/computations/analysis/judgeLeakage.js";
import { compileManifest } from "../../src/computations/computation.js";
import { parseManifest } from "../../src/computations/manifest/manifest.js";
import { parseSchema } from "../../src/datasets/schema.js";
import { rational } from "../../src/model/rational.js";
import { policyText, salesSchema, smallNode, totalAbove } from "../vault/smallNode.js";

const library = (path: string): string => readFileSync(new URL(`../../library/${path}`, import.meta.url), "utf8");

function page(language: Language): string {
  const schemas = new Map([["bank-rating", parseSchema(library("datasets/bank-rating.yaml"))]]);
  const computation = compileManifest(parseManifest(library("computations/rating-and-line/manifest.yaml")), schemas);
  const leakage = analyse(computation, schemas);
  const explained = { computation, leakage, report: leakageDigest(leakage), problems: judgeLeakage(leakage, usualLimits), beside: [] };
  return explainPage(explained, language, createStyle(false)).join("\n");
}

describe("the page", () => {
  test("says the same in both languages: bits, intervals, the line that the policy refuses, both digests", () => {
    const [en, zh] = [page("en"), page("zh")];
    for (const text of [en, zh]) {
      expect(text).toContain("2.585");
      expect(text).toContain("least_records");
      expect(text.match(/sha256:[0-9a-f]{64}/g)).toEqual(en.match(/sha256:[0-9a-f]{64}/g));
    }
    expect(en).toMatch(/✗ line \d+ {2}An answer can rest on one record; the policy asks for 3\./);
    expect(zh).toMatch(/✗ 第 \d+ 行 {2}应答可能只依据过少的记录/);
    expect(zh).toContain("500000");
  });

  test("keeps to the width of a terminal in its prose", () => {
    const wide = (line: string) => [...line].reduce((sum, character) => sum + (character > "\u2e80" ? 2 : 1), 0);
    expect(
      page("zh")
        .split("\n")
        .filter((line) => wide(line) > 150),
    ).toEqual([]);
    expect(
      page("en")
        .split("\n")
        .filter((line) => line.length > 145),
    ).toEqual([]);
  });
});

const number = { kind: "number", whole: false } as const;
const count = { kind: "number", whole: true, least: 0 } as const;
const before = (at: number) => ({ at: rational(at), after: false });
const after = (at: number) => ({ at: rational(at), after: true });
const interval = (low: ReturnType<typeof before> | undefined, high: ReturnType<typeof before> | undefined) =>
  ({ kind: "interval", low, high, sample: undefined }) as const;

test.each([
  [interval(undefined, before(1)), count, "exactly 0", "恰为 0"],
  [interval(before(1), before(5)), count, "1 to 4", "1 至 4"],
  [interval(before(5), undefined), count, "5 or more", "不低于 5"],
  [interval(undefined, undefined), number, "any value", "任意值"],
  [interval(undefined, before(5)), number, "below 5", "低于 5"],
  [interval(after(5), after(7)), number, "above 5, up to 7", "高于 5 且不高于 7"],
  [interval(before(5), after(5)), number, "exactly 5", "恰为 5"],
  [{ kind: "texts", texts: ["A", "B"], sample: "A" } as const, { kind: "code" } as const, "A or B", "A 或 B"],
  [{ kind: "missing", sample: undefined } as const, number, "missing", "缺失"],
])("a cell in words: %#", (cell, type, en, zh) => {
  expect([cellWords(cell, type, english), cellWords(cell, type, chinese)]).toEqual([en, zh]);
});

test("what is in force beside it, and how many answers spend the budget", async () => {
  const node = await smallNode();
  await node.reopened();
  const schemas = new Map([["sales", parseSchema(salesSchema)]]);
  const computation = compileManifest(parseManifest(totalAbove), schemas);
  const [sales] = besideOf(node.home.dir, schemas, analyse(computation, schemas), parsePolicy(policyText()));
  // Only the other one of the two that are in force. Each tells one of four intervals, or no record; an answer 1.585 bits of 16.
  expect(sales?.others).toEqual([{ id: "never-granted", version: "1.0.0", columns: ["total"], millibits: 2322n }]);
  expect(sales).toMatchObject({ dataset: "sales", together: 4644n, budget: 16_000, answers: 10 });
});
