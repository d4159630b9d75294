import { describe, expect, test } from "vitest";
import { formatBin, parseBin } from "../../../src/computations/exchange/csv/bin.js";
import { readCsv } from "../../../src/computations/exchange/csv/readCsv.js";
import { writeCsv } from "../../../src/computations/exchange/csv/writeCsv.js";
import { parseManifest } from "../../../src/computations/manifest/manifest.js";
import { applicantManifest, compiled, outcomeOf, refusalsOf } from "./fixtures.js";

const place = { line: 1, column: 1, path: "" };

describe("a bin", () => {
  test.each([
    ["[540, 560)"],
    ["(540, 560]"],
    ["[-5.5, 0.25]"],
    [">= 18"],
    ["> 25%"],
    ["<= 18"],
    ["< -0.5"],
    ["{A}"],
    ["{A, B}"],
    ["{低风险, A+}"],
    ['{"a, b", "say ""so""", "two words"}'],
    ["missing"],
    ["otherwise"],
  ])("%s is read and written as it is", (cell) => {
    const bin = parseBin(cell, place);
    expect(bin && formatBin(bin)).toBe(cell);
  });

  test.each([
    ["[540,560)", "[540, 560)"],
    ["[540, inf)", ">= 540"],
    ["(540, Inf]", "> 540"],
    ["[-inf,560)", "< 560"],
    [">=18", ">= 18"],
    ["{ A ,B }", "{A, B}"],
    ['{"A"}', "{A}"],
  ])("%s may be written %s", (cell, canonical) => {
    const bin = parseBin(cell, place);
    expect(bin && formatBin(bin)).toBe(canonical);
  });

  test.each([
    ...[
      "",
      "A",
      "5",
      "= 5",
      "=5",
      "540-560",
      "[540, 560",
      "540, 560)",
      "[a, b)",
      "(-inf, inf)",
      "[1 2)",
      "[inf, 5)",
      "=> 5",
      ">= ",
      ">= x",
    ],
    ...[
      "{}",
      "{A",
      "{A,}",
      "{,A}",
      "{A B,}",
      '{"A}',
      '{"A"B}',
      "{A}}",
      "{$cutoff}",
      ">= $cutoff",
      "[1,000, 2,000)",
      "A%,%B",
      ">= 1e3",
      "NaN",
    ],
    ...["Missing", "else", `{${"x".repeat(129)}}`, '{" A"}', "{a\u200bb}"],
  ])("%j is refused", (cell) => {
    expect(parseBin(cell, place)).toBeUndefined();
  });
});

const head = "variable,bin,points,reason\n";

describe("a table", () => {
  test("becomes a scorecard that gives its points and reasons", () => {
    const card = readCsv(
      `${head}basepoints,,300,\r\ndepartment,"{marketing, business}",20.5,\r\ndepartment,otherwise,0,R1\r\ndepartment,missing,no_record,\r\nage,"[18, 30)",10,R2\r\nage,>= 30,25,\r\nage,otherwise,-5,R3\r\nage,missing,0,R2\r\n`,
    );
    const manifest = applicantManifest(["department", "age"], "{ score: { min: 0, max: 400, step: 1 } }");
    const computation = compiled(card, manifest);
    expect(outcomeOf(computation, { department: "business", age: 30 })).toBe("score 345 []");
    expect(outcomeOf(computation, { department: "engineering", age: 18 })).toBe("score 310 [R1 R2]");
    expect(outcomeOf(computation, { department: "engineering", age: 17 })).toBe("score 295 [R3 R1]");
    expect(outcomeOf(computation, { department: "marketing" })).toBe("score 320 [R2]");
    expect(outcomeOf(computation, { age: 40 })).toBe("no-record []");
  });

  test("may begin with a byte order mark, end without a line break, and lack the column of reasons", () => {
    expect(readCsv("\ufeffvariable,bin,points\r\nage,otherwise,1").characteristics).toHaveLength(1);
  });

  const bin = "[540, 560), >= 540, {A, B}, missing or otherwise";
  const points = "points from -1000000 to 1000000, with at most 6 decimals";
  test.each<[string, string]>([
    ["", "1:1 The table has no rows. (variable,bin,points,reason, and a row for each bin)"],
    [head, "1:1 The table has no rows. (variable,bin,points,reason, and a row for each bin)"],
    ["variable;bin;points\na;otherwise;1\n", "1:1 This is not the header of a scorecard table. (commas between the cells)"],
    [
      "bin,variable,points\notherwise,a,1\n",
      "1:1 This is not the header of a scorecard table. (variable,bin,points or variable,bin,points,reason)",
    ],
    [`${head}a,otherwise,1\n`, "2:1 This row has 3 cells. (4 cells)"],
    [`${head}a,1,1,\n`, `2:2 "1" is no bin. (${bin})`],
    [`${head}a,{x},1,\n\na,"{y,",1,\n`, `4:2 "{y," is no bin. (${bin})`],
    [`${head}a,otherwise,1.1234567,\n`, `2:3 This is "1.1234567". (${points}, or no_record for missing and otherwise)`],
    [`${head}a,otherwise,"1,5",\n`, `2:3 This is "1,5". (${points}, or no_record for missing and otherwise)`],
    [`${head}a,otherwise,1e3,\n`, `2:3 This is "1e3". (${points}, or no_record for missing and otherwise)`],
    [`${head}a,>= 3,no_record,\n`, `2:3 This is "no_record". (${points}, or no_record for missing and otherwise)`],
    [`${head}a,otherwise,,\n`, `2:3 This is an empty cell. (${points}, or no_record for missing and otherwise)`],
    [`${head}a,otherwise,1,no reason!\n`, '2:4 "no reason!" is no reason code. (a reason code such as R12)'],
    [`${head}a,>= 3,1,\nb,otherwise,1,\na,otherwise,1,\n`, '4:1 The rows of "a" stand apart. (the rows of a variable together)'],
    [`${head}basepoints,,1,\nbasepoints,,2,\na,otherwise,1,\n`, "3:1 There is a second row basepoints. (one)"],
    [`${head}basepoints,,1,R1\na,otherwise,1,\n`, "2:4 The base points have no reason. (nothing in this cell)"],
    [`${head}basepoints,,many,\na,otherwise,1,\n`, `2:3 This is "many". (${points})`],
    [`${head}a,>= 3,1,\na,>= 5,2,\n`, '3:2 This bin of "a" is never reached: those before it take all its values. (no such bin)'],
    [
      `${head}a,>= 3,1,\na,< 3,2,\na,otherwise,2,\n`,
      '4:2 This bin of "a" is never reached: those before it take all its values. (no such bin)',
    ],
    [`${head}a,"{A, B}",1,\na,{B},2,\n`, '3:2 This bin of "a" is never reached: those before it take all its values. (no such bin)'],
    [`${head}a,{1},1,\na,{1.0},2,\n`, '3:2 This bin of "a" is never reached: those before it take all its values. (no such bin)'],
    [`${head}a,missing,1,\na,missing,2,\n`, '3:2 This bin of "a" is never reached: those before it take all its values. (no such bin)'],
    [`${head}a,otherwise,1,\na,{A},2,\n`, '3:2 This bin of "a" is never reached: those before it take all its values. (no such bin)'],
    [`${head}a,"[5, 1)",1,\n`, "2:2 No value lies between these ends. (the lower end first)"],
    [`${head}a,"[5, 5)",1,\n`, "2:2 No value lies between these ends. (the lower end first)"],
    [
      `${head}a,otherwise,1,\r\n"a,\r\nb,\r\n`,
      "4:1 This is not well-formed CSV. (commas between cells, and double quotes around a cell that holds a comma)",
    ],
    [`${head}a,"x"y,1,\n`, "2:1 This is not well-formed CSV. (commas between cells, and double quotes around a cell that holds a comma)"],
    [`${head}${"a".repeat(1024 * 1024)}`, "1:1 The table is too long. (at most 1048576 characters)"],
  ])("%j is refused", (text, refusal) => {
    expect(refusalsOf(() => readCsv(text))).toContainEqual(refusal);
  });

  test("has at most as many bins and values as a manifest takes", () => {
    const rows = (count: number) => Array.from({ length: count }, (_, i) => `a,{${i}},1,\n`).join("");
    expect(readCsv(`${head}${rows(256)}`).characteristics[0]?.[1]).toHaveLength(256);
    expect(refusalsOf(() => readCsv(`${head}${rows(257)}`))).toEqual(['2:1 "a" has 257 bins. (at most 256)']);
    const values = (count: number) => `${head}a,"{${Array.from({ length: count }, (_, i) => i).join(", ")}}",1,\n`;
    expect(readCsv(values(256)).characteristics).toHaveLength(1);
    expect(refusalsOf(() => readCsv(values(257)))).toHaveLength(1);
  });

  test("of half a million lines is refused before they are rows, and empty lines count", () => {
    const many = ["1:1 The table has too many rows. (at most 16384)"];
    expect(refusalsOf(() => readCsv(head + "a\n".repeat(500_000)))).toEqual(many);
    expect(refusalsOf(() => readCsv(`${head}a,otherwise,1,\n${"\n".repeat(1_000_000)}b,otherwise,1,\n`))).toEqual(many);
  });

  test("of ten megabytes or of a bin without end is refused at once", () => {
    expect(refusalsOf(() => readCsv("variable,bin,points\n".repeat(500_000)))).toHaveLength(1);
    expect(refusalsOf(() => readCsv(`${head}a,"[${",".repeat(900_000)}",1,\n`))).toHaveLength(1);
    expect(refusalsOf(() => readCsv(`${head}a,"{${" ".repeat(900_000)}",1,\n`))).toHaveLength(1);
  });
});

describe("an exported table", () => {
  const manifest = (characteristics: string, more = "") =>
    parseManifest(
      applicantManifest(["age"], "{ score: { min: 0, max: 9, step: 1 } }")
        .replace(/scorecard:[\s\S]*?(?=# What leaves)/, `scorecard:\n  base: 0\n${more}  characteristics:\n${characteristics}\n`)
        .replace("# Each value", "parameters: { cutoff: { choices: [1, 2] } }\n# Each value"),
    );
  const exported = (characteristics: string, more = "") => {
    const { scorecard } = manifest(characteristics, more);
    if (scorecard === undefined) throw new Error("no scorecard");
    return writeCsv(scorecard);
  };

  test("keeps literals as they are written", () => {
    expect(exported("    age: [ { between: [1%, 2.50], points: 1.50 }, { is: 7, points: 2, reason: R1 }, { otherwise: no_record } ]")).toBe(
      `${head}basepoints,,0,\nage,"[1%, 2.50]",1.5,\nage,{7},2,R1\nage,otherwise,no_record,\n`,
    );
  });

  test.each<[string, string, string]>([
    ["    age: [ { at_least: $cutoff, points: 1 }, { otherwise: 0 } ]", "", 'The bin depends on the parameter "cutoff".'],
    ["    age: [ { otherwise: 0 } ]", "  reasons: { repeated: sum }\n", "A table has no place for how reasons are ranked."],
    ["    basepoints: [ { otherwise: 0 } ]", "", '"basepoints" stands for the base points in a table.'],
    ['    age: [ { is: "a\\u200bb", points: 1 }, { otherwise: 0 } ]', "", "A table cannot show this value."],
  ])("%s %j is refused", (characteristics, more, message) => {
    expect(refusalsOf(() => exported(characteristics, more)).join()).toContain(message);
  });
});
