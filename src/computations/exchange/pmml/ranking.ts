import { compareRational, type Rational } from "../../../model/rational.js";
import type { Cut } from "../../manifest/cuts.js";
import type { Ranking } from "../../manifest/scorecard.js";
import type { PmmlCharacteristic } from "./characteristic.js";
import type { Reading } from "./reading.js";
import type { XmlElement } from "./xml.js";

/**
 * How the model ranks its reason codes, and its characteristics with the codes that can ever be given. In PMML every Attribute has a code, its
 * distance to the baseline decides whether it counts, and the points of a code that several characteristics give are added up.
 */
export function readRanking(
  scorecard: XmlElement,
  read: readonly PmmlCharacteristic[],
  reading: Reading,
): { readonly ranking: Ranking; readonly read: readonly PmmlCharacteristic[] } {
  const algorithm = reading.word(scorecard, "reasonCodeAlgorithm", ["pointsAbove", "pointsBelow"], "pointsBelow");
  const rank = algorithm === "pointsAbove" ? "points_above" : "points_below";
  for (const { baseline, place } of read)
    if (baseline === undefined)
      reading.mistake(place, "Neither this Characteristic nor the Scorecard has a baselineScore.", "a baselineScore");
  const given = withoutIdleCodes(read, rank);
  return {
    ranking: { rank, baseline: shortest(read, rank), repeated: sharedCodes(given).size > 0 ? "sum" : "most", place: scorecard.place },
    read: given,
  };
}

/** Below zero where the bin gives more than the baseline (`points_above`: less), which is no reason. */
function pointsLost({ gives }: Cut<Rational>, baseline: Rational | undefined, rank: Ranking["rank"]): number {
  if (gives === undefined || baseline === undefined) return 0;
  return rank === "points_below" ? compareRational(baseline, gives) : compareRational(gives, baseline);
}

/**
 * A code is given only for points lost, so that one which never loses any is left out. Where a bin loses none it needs no code, unless another
 * characteristic shares the code: then it counts in the sum.
 */
function withoutIdleCodes(read: readonly PmmlCharacteristic[], rank: Ranking["rank"]): readonly PmmlCharacteristic[] {
  const loses = (line: Cut<Rational>, { baseline }: PmmlCharacteristic) => pointsLost(line, baseline, rank) > 0;
  const lost = new Set(read.flatMap((each) => each.lines.filter((line) => loses(line, each)).flatMap(({ reason }) => reason?.text ?? [])));
  const counting = read.map((each) => ({
    ...each,
    lines: each.lines.map((line) => (lost.has(line.reason?.text ?? "") ? line : plain(line))),
  }));
  const shared = sharedCodes(counting);
  return counting.map((each) => ({
    ...each,
    lines: each.lines.map((line) => (loses(line, each) || shared.has(line.reason?.text ?? "") ? line : plain(line))),
  }));
}

function plain(line: Cut<Rational>): Cut<Rational> {
  return { ...line, reason: undefined };
}

function sharedCodes(read: readonly PmmlCharacteristic[]): ReadonlySet<string> {
  const all = read.flatMap(({ lines }) => [...new Set(lines.flatMap(({ reason }) => reason?.text ?? []))]);
  return new Set(all.filter((code, index) => all.indexOf(code) !== index));
}

/** Nothing where each baseline is the best bin's, as a manifest takes it of itself; one for all where they are the same. */
function shortest(read: readonly PmmlCharacteristic[], rank: Ranking["rank"]): Ranking["baseline"] {
  const named = read.flatMap(({ field, baseline }) =>
    baseline === undefined ? [] : [[{ text: field.name, place: field.place }, baseline] as const],
  );
  const usual = read.every(({ lines, baseline }) => {
    const points = lines.flatMap(({ gives }) => gives ?? []);
    const best = points.toSorted(compareRational).at(rank === "points_below" ? -1 : 0);
    return best !== undefined && baseline !== undefined && compareRational(best, baseline) === 0;
  });
  const [first] = named;
  if (usual || first === undefined) return [];
  return named.every(([, points]) => compareRational(points, first[1]) === 0) ? first[1] : named;
}
