import { rational } from "../../model/rational.js";
import type { BoundCharacteristic, BoundManifest, BoundRule, BoundScorecard } from "../binding/bound.js";
import { onGrid, type PointsLost, pointsLost, ranked } from "../evaluation/scorecard.js";

/** How many different answers a computation can give under one choice of its parameters: never fewer than there are. */
export interface OutcomeCount {
  /** Every answer that can be told apart: outcome with its reason codes, and no-record. */
  readonly answers: bigint;
  /** Different outcomes but for reason codes and no-record. */
  readonly values: bigint;
  /** Different lists of reason codes, the empty one included. */
  readonly reasonLists: bigint;
}

/** The bits of one answer, in thousandths, rounded up: ceil(1000 × log2(answers)). */
export function millibitsOf({ answers }: OutcomeCount): number {
  // answers^1000 ≤ 2^m exactly when answers^1000 - 1 has at most m binary digits; no rounding takes part.
  return answers <= 1n ? 0 : (answers ** 1000n - 1n).toString(2).length;
}

/** More combinations of bins than this are not listed one by one but bounded by a formula. */
const mostListed = 4096;

/** Counts the answers of a bound manifest. */
export function countOutcomes(bound: BoundManifest): OutcomeCount {
  const { output } = bound;
  const cards = cardStates(bound);
  if (output.kind === "decision") {
    const rules = subsetCount(reasonCount(output.rule), output.reasons);
    const reasonLists = rules * cards.lists;
    // yes (which carries no reasons), no with each list, no-record
    return { answers: 1n + reasonLists + 1n, values: 2n, reasonLists };
  }
  if (output.kind === "band") {
    const lines = new Set(output.bands.flatMap(({ gives, reason }) => (gives === undefined ? [] : [JSON.stringify([gives, reason])])));
    const values = new Set(output.bands.flatMap(({ gives }) => gives ?? []));
    const reasons = new Set(output.bands.map(({ reason }) => reason));
    const pairs = BigInt(lines.size) * cards.lists;
    return {
      answers: least(pairs, output.of === "score" ? cards.pairs : undefined) + 1n,
      values: BigInt(values.size),
      reasonLists: BigInt(reasons.size) * cards.lists,
    };
  }
  const grid = BigInt((output.max - output.min) / output.step + 1);
  const values = output.of === "score" ? least(grid, cards.scores) : grid;
  return { answers: least(values * cards.lists, output.of === "score" ? cards.pairs : undefined) + 1n, values, reasonLists: cards.lists };
}

interface CardStates {
  /** Lists of reason codes that the scorecard can give, after the cap. */
  readonly lists: bigint;
  /** Different scores (on the output's grid), where they were counted. */
  readonly scores: bigint | undefined;
  /** Different pairs of score and list, where they were counted. */
  readonly pairs: bigint | undefined;
}

function cardStates({ scorecard, output }: BoundManifest): CardStates {
  if (scorecard === undefined) return { lists: 1n, scores: undefined, pairs: undefined };
  const states = scorecard.characteristics.map((characteristic) => binStates(scorecard, characteristic));
  const combinations = product(states.map((each) => BigInt(each.length)));
  if (combinations > BigInt(mostListed)) {
    const byReason = product(states.map((each) => BigInt(new Set(each.map(({ lost }) => JSON.stringify(lost))).size)));
    const codes = new Set(states.flatMap((each) => each.flatMap(({ lost }) => lost?.reason ?? [])));
    return { lists: least(byReason, arrangementCount(codes.size, output.reasons)), scores: undefined, pairs: undefined };
  }
  const all = states.reduce<readonly Combined[]>(
    (sofar, bins) => sofar.flatMap((one) => bins.map((bin) => joined(one, bin))),
    [{ score: scorecard.base, lost: [] }],
  );
  const shown = all.map(({ score, lost }) => ({
    score: output.kind === "score" && output.of === "score" ? onGrid(rational(score, scorecard.unit), output) : score,
    list: ranked(lost, scorecard).slice(0, output.reasons).join(" "),
  }));
  return {
    lists: distinct(shown.map(({ list }) => list)),
    scores: distinct(shown.map(({ score }) => score)),
    pairs: distinct(shown.map(({ score, list }) => `${score} ${list}`)),
  };
}

interface Combined {
  readonly score: number;
  readonly lost: readonly PointsLost[];
}

interface BinState {
  readonly points: number;
  readonly lost: PointsLost | undefined;
}

/** The different contributions of a characteristic's bins; bins that end in no-record give none. */
function binStates(card: BoundScorecard, characteristic: BoundCharacteristic): readonly BinState[] {
  const states = new Map<string, BinState>();
  for (const bin of characteristic.bins) {
    if (bin.gives === undefined) continue;
    const state = { points: bin.gives, lost: pointsLost(card, characteristic, bin) };
    states.set(JSON.stringify(state), state);
  }
  return [...states.values()];
}

function joined({ score, lost }: Combined, bin: BinState): Combined {
  return { score: score + bin.points, lost: bin.lost === undefined ? lost : [...lost, bin.lost] };
}

function reasonCount(rule: BoundRule): number {
  const codes = (each: BoundRule): readonly string[] => [
    ...(each.reason === undefined ? [] : [each.reason]),
    ...(each.kind === "test" ? [] : each.rules.flatMap(codes)),
  ];
  return codes(rule).length;
}

/** Ways to take at most `most` of `count` things in a fixed order. */
function subsetCount(count: number, most: number): bigint {
  let ways = 1n;
  let sum = 1n;
  for (let taken = 1; taken <= Math.min(count, most); taken++) {
    ways = (ways * BigInt(count - taken + 1)) / BigInt(taken);
    sum += ways;
  }
  return sum;
}

/** Ways to take at most `most` of `count` things in any order. */
function arrangementCount(count: number, most: number): bigint {
  let ways = 1n;
  let sum = 1n;
  for (let taken = 1; taken <= Math.min(count, most); taken++) {
    ways *= BigInt(count - taken + 1);
    sum += ways;
  }
  return sum;
}

function product(factors: readonly bigint[]): bigint {
  return factors.reduce((all, factor) => all * factor, 1n);
}

function distinct(values: readonly unknown[]): bigint {
  return BigInt(new Set(values).size);
}

function least(a: bigint, b: bigint | undefined): bigint {
  return b !== undefined && b < a ? b : a;
}
