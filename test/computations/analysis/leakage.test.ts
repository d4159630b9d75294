import { describe, expect, test } from "vitest";
import { analyse } from "../../../src/computations/analysis/analyse.js";
import { formatLeakage, leakageDigest } from "../../../src/computations/analysis/formatLeakage.js";
import type { Leakage } from "../../../src/computations/analysis/leakage.js";
import { compileManifest } from "../../../src/computations/computation.js";
import { parseManifest } from "../../../src/computations/manifest/manifest.js";
import { type DatasetSchema, parseSchema } from "../../../src/datasets/schema.js";
import { manifestText, schemas } from "../schemas.js";

function analysed(text: string, known: ReadonlyMap<string, DatasetSchema> = schemas): Leakage {
  return analyse(compileManifest(parseManifest(text), known), known);
}

const few = manifestText({ features: { n: { count: "sales", where: { status: "valid" } } }, output: { decision: { n: { at_least: 1 } } } });

describe("what is read", () => {
  test("columns touched and never touched", () => {
    const [sales] = analysed(few).datasets;
    expect(sales?.touched).toEqual(["status"]);
    expect(sales?.untouched).toEqual(["number", "date", "due", "party", "net", "lines", "rate", "paid"]);
  });
});

describe("the report", () => {
  test("is the same text with a comment at the end of the manifest, and another for another manifest", () => {
    const report = formatLeakage(analysed(few));
    expect(formatLeakage(analysed(`${few}# leakage: sha256:${"0".repeat(64)}\n`))).toBe(report);
    expect(leakageDigest(analysed(few.replace('"1.0.0"', '"1.0.1"')))).not.toBe(leakageDigest(analysed(few)));
  });

  test("does not hang on columns that nothing reads", () => {
    const schema = (columns: string) =>
      parseSchema(
        `frostglass: dataset/1\nname: vat-sales\ntitle: { en: s }\nsubject: { scheme: opaque, pattern: "E[0-9]{1,5}" }\ncolumns:\n${columns}`,
      );
    const status = "  status: { type: enum, members: [valid, void] }\n";
    const [narrow, wide] = [schema(status), schema(`  more: { type: integer }\n${status}  net: { type: money, currency: CNY }\n`)].map(
      (each) => formatLeakage(analysed(few, new Map([["vat-sales", each]]))),
    );
    expect(wide).toBe(narrow);
  });
});
