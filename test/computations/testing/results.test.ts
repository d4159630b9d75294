import { expect, test } from "vitest";
import { compileManifest } from "../../../src/computations/computation.js";
import { parseManifest } from "../../../src/computations/manifest/manifest.js";
import { parseParameters } from "../../../src/computations/parameters.js";
import { resultsReport } from "../../../src/computations/testing/results.js";
import { protectionOf } from "../../../src/computations/testing/rounding.js";
import { Tally } from "../../../src/computations/testing/tally.js";
import { PageBuilder } from "../../../src/datasets/page.js";
import { parseSchema } from "../../../src/datasets/schema.js";
import { salesSchema } from "../../vault/smallNode.js";

const schema = parseSchema(salesSchema);
const manifest = parseManifest(`frostglass: computation/1
id: sales-points
version: 1.0.0
title: { en: Points for sales }
reveals: { en: A decision on points }
purposes: [supervision]
subject: opaque
inputs: { sales: sales }
features: { total: { sum: sales.total } }
scorecard: { base: 0, characteristics: { total: [{ at_least: 100, points: 60 }, { otherwise: 0 }] } }
output: { decision: { score: { at_least: 60 } } }
`);

/** The report over so many firms of each kind: rich or poor, good or bad. */
function reportOver(firms: Readonly<Record<"richGood" | "richBad" | "poorGood" | "poorBad", number>>) {
  const computation = compileManifest(manifest, new Map([["sales", schema]]));
  const tally = new Tally(computation.bound, [parseParameters(computation, {})], 0);
  let draw = 0;
  for (const [kind, times] of Object.entries(firms)) {
    for (let i = 0; i < times; i++) {
      const page = new PageBuilder(schema);
      page.append([kind.startsWith("rich") ? 20_000 : 100], [undefined]);
      tally.add({ pages: [page.build()], result: kind.endsWith("Good") ? "good" : "bad", token: { high: draw, low: draw++ } });
    }
  }
  const tested = {
    computation,
    epoch: { number: 1, asOf: "1970-01-01" },
    tally,
    protection: protectionOf(10),
    resultColumn: "x",
    earlier: undefined,
  };
  return resultsReport(tested, "x");
}

test("how well the score separates is told from two groups of good and bad firms on", () => {
  expect(reportOver({ richGood: 100, richBad: 20, poorGood: 20, poorBad: 100 }).separation?.groups).toHaveLength(2);
});

test("one group separates nothing: no KS of 0 is shown for it, which would be taken for the score's", () => {
  const report = reportOver({ richGood: 100, richBad: 3, poorGood: 3, poorBad: 100 });
  expect(report.separation).toBeUndefined();
  expect([report.good, report.bad].every((seen) => typeof seen === "object")).toBe(true);
});
