import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkManifest } from "../../src/computations/binding/bindManifest.js";
import { compileManifest } from "../../src/computations/computation.js";
import { runExamples } from "../../src/computations/examples.js";
import { parseManifest } from "../../src/computations/manifest/manifest.js";
import { formatProblem } from "../../src/computations/syntax/problems.js";
import { parseSchema } from "../../src/datasets/schema.js";
import { manifestText, schemas } from "./schemas.js";

const features = { x: { sum: "sales.net", where: { date: { last: "12 months" } } } };
const output = { decision: { x: { at_least: "$cutoff", reason: "R1" } } };
const parameters = { cutoff: { choices: [10, 20], default: 10 } };
const example = {
  name: "an example",
  as_of: "2020-02-29",
  records: { sales: [{ date: "2020-01-31", net: "10.00" }] },
  outcome: { decision: "yes" },
};

function differences(changes: object, parts: object = {}): readonly string[] {
  const text = manifestText({ features, output, parameters, ...parts, examples: [{ ...example, ...changes }] });
  const [result] = runExamples(compileManifest(parseManifest(text), schemas), schemas);
  return result?.differences ?? ["there is no result"];
}

describe("an example", () => {
  test("holds", () => {
    expect(differences({})).toEqual([]);
    expect(differences({ reasons: [] })).toEqual([]);
    expect(differences({ records: { sales: [] }, outcome: "no_record" })).toEqual([]);
    expect(differences({ records: {}, outcome: "no_record" })).toEqual([]);
    expect(differences({ parameters: { cutoff: 20 }, outcome: { decision: "no" }, reasons: ["R1"] })).toEqual([]);
  });

  test("repeats a record with its dates moved on", () => {
    const sales = [{ repeat: 3, every: "month", record: { date: "2018-12-31", net: "5" } }];
    // 2018-12-31, 2019-01-31, 2019-02-28: all before the last twelve months of 2020-02-29
    expect(differences({ records: { sales }, outcome: { decision: "no" } })).toEqual([]);
    expect(differences({ records: { sales: [{ ...sales[0], repeat: 5 }] }, outcome: { decision: "yes" } })).toEqual([]);
    expect(differences({ records: { sales: [{ repeat: 2, record: { date: "2020-01-31", net: "5" } }] } })).toEqual([]);
  });

  test("says in words what differs", () => {
    expect(differences({ outcome: { decision: "no" }, reasons: ["R1"] })).toEqual([
      "The outcome is decision yes, not decision no.",
      "The reasons are none, not R1.",
    ]);
    expect(differences({ outcome: "no_record" })).toEqual(["The outcome is decision yes, not no-record."]);
    expect(differences({ outcome: { band: "A" } })).toEqual(["The outcome is decision yes, not band A."]);
    expect(differences({ outcome: { score: 5 } })).toEqual(["The outcome is decision yes, not score 5."]);
  });

  test.each([
    [{ records: { sale: [] } }, 'There is no input "sale".'],
    [{ records: { sales: [{ date: "2020-01-31", amount: "1" }] } }, 'There is no column "amount".'],
    [{ records: { sales: [{ date: "31.01.2020", net: "1" }] } }, '"31.01.2020" is not a value of date, which is of type date.'],
    [{ records: { sales: [{ date: "2020-01-31", net: "1.005" }] } }, '"1.005" is not a value of net, which is of type money.'],
    [{ records: { sales: [{ status: "maybe" }] } }, '"maybe" is not a value of status, which is of type enum.'],
    [{ parameters: { cutoff: 15 } }, "The parameter cutoff cannot have this value."],
    [{ records: { sales: [{ repeat: 900, every: "year", record: { date: "9990-01-31", net: "1" } }] } }, "day"],
  ])("%j does not fit", (changes, message) => {
    expect(differences(changes).join("\n")).toContain(message);
  });

  test("may leave out a column that is not read, but not one that is and is never missing", () => {
    const parts = {
      inputs: { sales: "vat-sales", rating: "bank-rating" },
      features: { ...features, g: { latest: "rating.grade", by: "rating.date" } },
      output: { decision: { all: [output.decision, { g: { is: "A", missing: "yes" } }] } },
    };
    expect(differences({ records: { ...example.records, rating: [{ date: "2020-01-01", grade: "A" }] } }, parts)).toEqual([]);
    expect(differences({ records: { ...example.records, rating: [{ date: "2020-01-01" }] } }, parts).join()).toContain(
      "A value for grade is missing.",
    );
  });
});

test("the sample manifest of the language passes without a warning, and its examples hold", () => {
  const invoices = (name: string, party: string) => `frostglass: dataset/1
name: ${name}
title: { en: Invoices }
subject: { scheme: uscc }
columns:
  date: { type: date }
  ${party}: { type: code }
  net: { type: money, currency: CNY }
  total: { type: money, currency: CNY }
  status: { type: enum, members: [valid, void] }
`;
  const rating =
    "frostglass: dataset/1\nname: bank-rating\ntitle: { en: Ratings }\nsubject: { scheme: uscc }\ncolumns: { date: { type: date }, grade: { type: enum, members: [A, B, C, D] } }\n";
  const datasets = [invoices("vat-sales", "buyer"), invoices("vat-purchases", "seller"), rating].map(parseSchema);
  const known = new Map(datasets.map((schema) => [schema.name, schema]));
  const manifest = parseManifest(readFileSync(new URL("manifests/sales-continuity.yaml", import.meta.url), "utf8"));
  expect(checkManifest(manifest, known).map(formatProblem)).toEqual([]);
  const results = runExamples(compileManifest(manifest, known), known);
  expect(results.flatMap(({ name, differences: found }) => found.map((each) => `${name}: ${each}`))).toEqual([]);
  expect(results.length).toBe(3);
});
