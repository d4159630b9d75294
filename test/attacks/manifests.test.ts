import { describe, expect, test } from "vitest";
import { analyse } from "../../src/computations/analysis/analyse.js";
import { LeakageError, requireLeakageWithin, usualLimits } from "../../src/computations/analysis/judgeLeakage.js";
import { compileManifest } from "../../src/computations/computation.js";
import { parseManifest } from "../../src/computations/manifest/manifest.js";
import { parseSchema } from "../../src/datasets/schema.js";
import { FrostglassError } from "../../src/errors/error.js";
import { approved, smallNode, totalAbove } from "../vault/smallNode.js";

/*
 * Manifests that mean harm, against a holder whose policy says nothing about leakage: each is refused with its own code and line, by the functions
 * that the vault calls before it puts a computation in force.
 */

const schemas = new Map([
  [
    "sales",
    parseSchema(`frostglass: dataset/1
name: sales
title: { en: Sales }
subject: { scheme: opaque, pattern: "E[0-9]{1,6}" }
columns:
  date: { type: date }
  number: { type: code }
  buyer: { type: code }
  total: { type: money, currency: CNY }
  status: { type: enum, members: [valid, void] }
`),
  ],
]);

/** A sound manifest: the attacks change its parts, from line 9 on. */
function manifest(parts: { parameters?: string; features?: string; output?: string; no_record?: string } = {}): string {
  return `frostglass: computation/1
id: attack
version: 1.0.0
title: { en: An attack }
reveals: { en: Nothing much }
purposes: [supervision]
subject: opaque
inputs: { sales: sales }
${parts.parameters === undefined ? "" : `parameters: ${parts.parameters}\n`}features:
  x: ${parts.features ?? "{ count: sales, where: { status: valid } }"}
output: ${parts.output ?? "{ decision: { x: { at_least: 12 } } }"}
${parts.no_record ?? "no_record: { fewer_than: 12, of: sales }"}
`;
}

function refusal(text: string): FrostglassError {
  try {
    requireLeakageWithin(analyse(compileManifest(parseManifest(text), schemas), schemas), usualLimits);
  } catch (thrown) {
    if (thrown instanceof FrostglassError) return thrown;
    throw thrown;
  }
  throw new Error("The manifest was not refused.");
}

test("what the attacks begin from may run", () => {
  expect(() => refusal(manifest())).toThrow("was not refused");
});

const insert = (line: string): string => manifest().replace("id: attack", line);

describe("a text that is not what it seems", () => {
  test.each([
    ["a YAML bomb", insert("id: attack\na: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]"), 3, "An anchor is not allowed."],
    ["an anchor", insert("id: &a attack"), 2, "An anchor is not allowed."],
    ["an alias", insert("id: *a"), 2, "An alias is not allowed."],
    ["a key that stands twice", insert("id: attack\nid: other"), 3, "This key stands twice in one map."],
    ["a tab", insert("id:\tattack"), 2, "A tab is not allowed."],
    ["a control character", insert("id: att\u0007ack"), 2, "The invisible or control character U+0007 is not allowed."],
    ["a character that reorders the line", insert("id: att\u202eack"), 2, "U+202E is not allowed."],
    ["10 MB of text", insert(`id: ${"a".repeat(10_000_000)}`), 1, "The manifest is too long."],
  ])("%s", (_, text, line, message) => {
    const error = refusal(text);
    expect([error.code, error.facts.line]).toEqual(["manifest-invalid", line]);
    expect(error.message).toContain(message);
  });
});

const days = Array.from({ length: 8 }, (_, day) => `2025-01-0${day + 1}`);
const bands = (count: number, at: (index: number) => string): string =>
  `{ band: { x: [${Array.from({ length: count }, (_, index) => `{ ${at(index)}, band: B${index} }`).join(", ")}, { otherwise: Z }] } }`;

describe("a sound text that reveals too much", () => {
  const rows: readonly (readonly [string, string, number, string, string])[] = [
    ["a band per value", manifest({ output: bands(60, (index) => `is: ${index}`) }), 11, "pinned_values", "60 values of x exactly"],
    [
      "a band per yuan of an amount",
      manifest({ features: "{ sum: sales.total }", output: bands(40, (index) => `below: ${1_000_000 + index}`) }),
      11,
      "pinned_values",
      "39 values of x exactly",
    ],
    [
      "a score that is the value itself",
      `${manifest({ features: "{ sum: sales.total }", output: "{ score: { of: linear, min: 0, max: 1000000, step: 1 } }" })}linear: { intercept: 0, terms: { x: { weight: 1 } } }\n`,
      11,
      "bits_per_answer",
      "One answer tells 19.932 bits",
    ],
    [
      "a short score over one value",
      `${manifest({ features: "{ sum: sales.total }", output: "{ score: { of: linear, min: 500, max: 700, step: 1 } }" })}linear: { intercept: 0, terms: { x: { weight: 0.001 } } }\n`,
      11,
      "pinned_values",
      "values of linear exactly, or within one percent",
    ],
    [
      "a filter that isolates one record by its number",
      manifest({ features: '{ count: sales, where: { number: "INV-1" } }', output: "{ decision: { x: { at_least: 1 } } }" }),
      10,
      "least_records",
      "This filter picks single records, and one of them can turn the value of x.",
    ],
    [
      "a filter that isolates a trading partner",
      manifest({ features: "{ sum: sales.total, where: { buyer: B1 } }", output: "{ decision: { x: { above: 0 } } }" }),
      10,
      "least_records",
      "This filter picks single records",
    ],
    [
      "a filter that isolates a day",
      manifest({
        features: "{ sum: sales.total, where: { date: { between: [2025-03-01, 2025-03-01] } } }",
        output: "{ decision: { x: { above: 0 } } }",
      }),
      10,
      "least_records",
      "This filter picks single records",
    ],
    [
      "a filter that isolates an amount",
      manifest({
        features: "{ count: sales, where: { total: { between: [999.50, 1000] } } }",
        output: "{ decision: { x: { at_least: 2 } } }",
      }),
      10,
      "least_records",
      "This filter picks single records, and 2 of them can turn the value of x.",
    ],
    [
      "a no_record that counts one named record",
      manifest({ no_record: 'no_record: [{ fewer_than: 12, of: sales }, { fewer_than: 1, of: sales, where: { number: "INV-1" } }]' }),
      12,
      "least_records",
      "the number of records of sales",
    ],
    [
      "a cutoff that moves freely",
      manifest({
        parameters: `{ cutoff: { choices: [${Array.from({ length: 64 }, (_, index) => index * 3).join(", ")}] } }`,
        output: "{ decision: { x: { at_least: $cutoff } } }",
      }),
      9,
      "cutoff_choices",
      "The parameter cutoff can be moved to 64 places",
    ],
    [
      "a cutoff that two parameters move",
      manifest({
        parameters: "{ a: { choices: [1, 20, 40, 60] }, b: { choices: [80, 100, 120, 140] } }",
        output: "{ decision: { any: [{ x: { below: $a } }, { x: { at_least: $b } }] } }",
      }),
      12,
      "cutoff_choices",
      "Parameters move the cutoffs of x to 8 places",
    ],
    [
      "a window that moves freely",
      manifest({
        parameters: `{ since: { choices: [${days.join(", ")}] } }`,
        features: "{ count: sales, where: { date: { after: $since } } }",
      }),
      9,
      "cutoff_choices",
      "The parameter since can be moved to 8 places",
    ],
    [
      "an answer about one record",
      manifest({ no_record: "no_record: { fewer_than: 1, of: sales }" }),
      12,
      "least_records",
      "can rest on one record",
    ],
    ["no no_record at all", manifest({ no_record: "" }), 11, "least_records", "can rest on one record"],
  ];

  test.each(rows)("%s", (_, text, line, limit, message) => {
    const error = refusal(text);
    expect(error).toBeInstanceOf(LeakageError);
    const { problems } = error as LeakageError;
    expect([error.code, problems.map((each) => each.limit)]).toEqual(["leakage-too-high", expect.arrayContaining([limit])]);
    expect(problems.find((each) => each.limit === limit && each.message.includes(message))?.line).toBe(line);
  });
});

test("the vault refuses it too, whoever signed it, and nothing of it is in the log", async () => {
  const node = await smallNode();
  const before = node.vault.head.size;
  const bare = totalAbove.replace("id: total-above", "id: too-much").replace("fewer_than: 2", "fewer_than: 1");
  expect(() => node.run({ act: "add-computation", note: approved(bare) })).toThrow(
    expect.objectContaining({ code: "leakage-too-high", facts: expect.objectContaining({ line: 14, limit: "least_records" }) }),
  );
  expect(node.vault.head.size).toBe(before);
});
