import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestReport } from "../../src/computations/testing/report.js";
import type { Seen } from "../../src/computations/testing/seen.js";
import { beside, cannotRunOn, oracle, realData } from "./realData.js";
import { build, importFiles, makeRealHome, type RealHome, removeHome, runOnHome } from "./realNode.js";

/*
 * A scorecard tested over 2,102 real loans of which a third was charged off. The report shows rounded counts; each has to stand for what an independent
 * program counts in the raw file, nothing below ten may be shown, and KS, Gini, PSI and IV have to come near their exact values.
 */

const set = "sba-case";
const file = realData(set, "SBAcase.11.13.17.csv");
const earlier = 1200;

type Counts = readonly [all: number, yes: number, good: number, bad: number, earlier: number];

interface Expected {
  readonly loans: Counts;
  readonly bins: Readonly<Record<string, readonly Counts[]>>;
  readonly points: readonly (readonly [points: number, ...Counts])[];
  readonly yes: Readonly<Record<string, number>>;
  readonly figures: {
    readonly ks: number;
    readonly auc: number;
    readonly gini: number;
    readonly decision: number;
    readonly psi: Readonly<Record<string, number>>;
    readonly iv: Readonly<Record<string, number>>;
  };
}

const least = 10;
const base = 3;

/** Shown counts that stand for no such true one: further than the rounding away, or shown although too small. */
function wrong(shown: number | undefined, truth: number): string[] {
  if (shown === undefined) return [];
  return truth >= least && Math.abs(shown - truth) < base && (shown - least) % base === 0 ? [] : [`${shown} for ${truth}`];
}

const firmsOf = (seen: Seen | undefined) => (typeof seen === "object" ? seen.firms : undefined);

describe.skipIf(cannotRunOn(set))("a scorecard tested over 2,102 loans", () => {
  let made: RealHome;
  let expected: Expected;
  let report: TestReport;
  let text: string;

  beforeAll(async () => {
    build();
    made = await makeRealHome("loans");
    expected = await oracle<Expected>("validation.py", file, String(earlier));
    const [head = "", ...rows] = readFileSync(file, "utf8").trimEnd().split("\n");
    for (const [name, part] of Object.entries({ first: rows.slice(0, earlier), rest: rows.slice(earlier) })) {
      const path = join(made.dir, `${name}.csv`);
      writeFileSync(path, `${[head, ...part].join("\n")}\n`);
      await importFiles(made, "loans", [path], ["--as-of", "2013-12-31"]);
    }
    const test = [
      "computation",
      "test",
      beside("loans", "computations", "loan-points.yaml"),
      "--bad",
      "loans.status=charged_off",
      "--against",
      "1",
    ];
    text = await runOnHome(made, test);
    report = JSON.parse(await runOnHome(made, [...test, "--json"])) as TestReport;
  }, 120_000);

  afterAll(() => removeHome(made));

  it("counts outcomes under every cutoff", () => {
    const { settings } = report;
    expect(settings.map(({ parameters }) => parameters.cutoff)).toEqual([180, 150, 210]);
    for (const { parameters, outcomes } of settings) {
      const yes = expected.yes[String(parameters.cutoff)] ?? Number.NaN;
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(["yes", "no"]);
      expect([...wrong(firmsOf(outcomes[0]?.seen), yes), ...wrong(firmsOf(outcomes[1]?.seen), expected.loans[0] - yes)]).toEqual([]);
      expect(firmsOf(outcomes[0]?.seen)).toBeDefined();
    }
    expect(wrong(report.firms, expected.loans[0])).toEqual([]);
    expect([...wrong(firmsOf(report.results?.good), expected.loans[2]), ...wrong(firmsOf(report.results?.bad), expected.loans[3])]).toEqual(
      [],
    );
    expect(wrong(report.stability?.firms, expected.loans[4])).toEqual([]);
  });

  it("counts the firms of every bin, with good and bad ones where there are enough of both", () => {
    for (const { feature, bins } of report.characteristics) {
      const counts = expected.bins[feature] ?? [];
      expect(bins).toHaveLength(counts.length);
      const faults = bins.flatMap(({ seen, results }, bin) => [
        ...wrong(firmsOf(seen), counts[bin]?.[0] ?? 0),
        ...wrong(results?.good, counts[bin]?.[2] ?? 0),
        ...wrong(results?.bad, counts[bin]?.[3] ?? 0),
      ]);
      expect(faults, feature).toEqual([]);
    }
    const shown = report.characteristics.flatMap(({ bins }) => bins.filter(({ results }) => results !== undefined));
    expect(shown.length).toBeGreaterThan(5);
  });

  it("shows KS, AUC and Gini near the exact ones, and exactly those of the groups shown", () => {
    const { ks = 0, auc = 0, gini = 0, groups = [] } = report.results?.separation ?? {};
    const within = (from: number | null, below: number | null, place: 3 | 4) =>
      expected.points
        .filter(([points]) => points >= (from ?? 0) && points < (below ?? 1e9))
        .reduce((sum, row) => sum + (row[place] as number), 0);
    const faults = groups.flatMap(({ from, below, good, bad }) => [
      ...wrong(good, within(from, below, 3)),
      ...wrong(bad, within(from, below, 4)),
    ]);
    expect(faults).toEqual([]);
    console.log(
      `KS ${ks} (exact ${expected.figures.ks.toFixed(3)}), Gini ${gini} (exact ${expected.figures.gini.toFixed(3)}), ${groups.length} groups`,
    );
    expect(Math.abs(ks - expected.figures.ks)).toBeLessThan(0.03);
    expect(Math.abs(auc - expected.figures.auc)).toBeLessThan(0.02);
    expect(Math.abs(gini - expected.figures.gini)).toBeLessThan(0.04);
    expect(gini).toBeCloseTo(giniOf(groups), 3);
  });

  it("shows stability indices and information values near the exact ones", () => {
    const { psi, iv, decision } = expected.figures;
    for (const { feature, bins, together, stability, informationValue = Number.NaN } of report.characteristics) {
      expect(Math.abs((stability ?? Number.NaN) - (psi[feature] ?? 0)), feature).toBeLessThan(0.02);
      const shown = [...bins, ...(together === undefined ? [] : [together])].flatMap(({ results }) => results ?? []);
      expect(informationValue, feature).toBeCloseTo(informationOf(shown), 2);
      // Bins taken together can only tell less; what the rounding adds is little.
      expect(informationValue, feature).toBeLessThan((iv[feature] ?? 0) + 0.05);
      expect(informationValue, feature).toBeGreaterThan((iv[feature] ?? 0) * 0.8 - 0.05);
    }
    expect(report.characteristics.map(({ feature }) => feature)).toEqual(Object.keys(psi));
    expect(Math.abs((report.stability?.outcome ?? Number.NaN) - decision)).toBeLessThan(0.02);
    expect(report.stability?.epoch.number).toBe(1);
  });

  it("reads as a page, whose every line fits a terminal, and names no loan", () => {
    const lines = text.split("\n");
    for (const title of ["Outcomes", "Distribution of the points", "Good and bad firms", "Effect of each bin", "Stability since epoch 1"])
      expect(
        lines.some((line) => line.startsWith(title)),
        title,
      ).toBe(true);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(130);
    const ids = readFileSync(file, "utf8").match(/\b[1-9][0-9]{9}\b/g) ?? [];
    expect(ids.length).toBeGreaterThan(2000);
    expect(ids.filter((id) => text.includes(id) || JSON.stringify(report).includes(id))).toEqual([]);
  });
});

/** By its definition, pair by pair of groups. */
function giniOf(groups: readonly { readonly good: number; readonly bad: number }[]): number {
  const all = (kind: "good" | "bad") => groups.reduce((sum, group) => sum + group[kind], 0);
  let ordered = 0;
  for (const [i, { bad }] of groups.entries()) for (const [j, { good }] of groups.entries()) ordered += bad * good * Math.sign(j - i);
  return ordered / (all("good") * all("bad"));
}

function informationOf(lines: readonly { readonly good: number; readonly bad: number }[]): number {
  const [good, bad] = [lines.reduce((sum, line) => sum + line.good, 0), lines.reduce((sum, line) => sum + line.bad, 0)];
  return lines.reduce(
    (sum, line) => sum + (line.good / good - line.bad / bad) * (Math.log(line.good / line.bad) - Math.log(good / bad)),
    0,
  );
}
