import { rational } from "../../model/rational.js";
import type { BoundCharacteristic, BoundManifest, BoundRule, BoundScorecard } from "../binding/bound.js";
import { type Evaluated, noRecord } from "../evaluation/evaluation.js";
import { onGrid, type PointsLost, pointsLost, ranked } from "../evaluation/scorecard.js";
import { formatOutcome } from "../examples.js";
import { gridSteps, observedCells, observedOf } from "./observed.js";
import { linesIn, outcomeIn, stateCount, visitStates } from "./states.js";

/** How many different answers a computation can give, whatever its parameters: never fewer than there are. */
export interface OutcomeCount {
  /** Every answer that can be told apart: outcome with its reason codes, and no-record. */
  readonly answers: bigint;
  /** Different outcomes but for reason codes and no-record. */
  readonly values: bigint;
  /** Different lists of reason codes, the empty one included. */
  readonly reasonLists: bigint;
  /** The answers themselves, where they are few: yes before no, bands as they stand in the manifest, scores ascending, no-record last. */
  readonly listed: readonly Evaluated[] | undefined;
}

/** The bits of one answer, in thousandths, rounded up: see `millibitsOfCount`. */
export function millibitsOf({ answers }: Pick<OutcomeCount, "answers">): number {
  return millibitsOfCount(answers);
}

/**
 * 1000 × log2(count), rounded up. Exact up to 2^64; of a larger count only the first 64 binary digits are taken, rounded up, which can add one
 * to the result and never takes away.
 */
export function millibitsOfCount(count: bigint): number {
  if (count <= 1n) return 0;
  const shift = Math.max(0, count.toString(16).length * 4 - 64);
  const kept = count >> BigInt(shift);
  const whole = kept << BigInt(shift) === count ? kept : kept + 1n;
  // whole^1000 ≤ 2^m exactly when whole^1000 - 1 has at most m binary digits; no rounding takes part.
  return shift * 1000 + (whole ** 1000n - 1n).toString(2).length;
}

/** More combinations of bins than this are not listed one by one but bounded by a formula. */
const mostListed = 4096;
/** More conditions than this are not looked at to count one by one. */
export const mostWork = 30_000;
/** More answers than this are counted, not listed. */
const mostShown = 32;

/**
 * Counts the answers of a bound manifest whose parameters have so many choices each. Where the states are few, each is given to the functions
 * that answer queries; else formulas bound the number.
 */
export function countOutcomes(bound: BoundManifest, choiceCounts: readonly number[]): OutcomeCount {
  const { output } = bound;
  // A scorecard's bins are quicker to add up than to ask for.
  const ofCard = output.kind === "score" && output.of === "score";
  return (ofCard ? undefined : countedOneByOne(bound, choiceCounts)) ?? { ...countedByFormula(bound), listed: undefined };
}

function countedOneByOne(bound: BoundManifest, choiceCounts: readonly number[]): OutcomeCount | undefined {
  if (stateCount(choiceCounts) > BigInt(mostListed)) return undefined;
  // How many records there are decides between no-record, which is counted anyhow, and the rest.
  const observed = observedOf(bound).filter(({ kind }) => kind !== "records");
  const found = new Map([[outcomeKey(noRecord), noRecord]]);
  let work = 0;
  visitStates(choiceCounts, (now) => {
    const choices = [...now];
    const samples = observed.map((each) => observedCells(bound, each, choices)?.map(({ sample }) => sample));
    const sizes = samples.map((each) => each?.length ?? Number.POSITIVE_INFINITY);
    work += sizes.reduce((all, size) => all * size, 1) * linesIn(bound);
    if (work > mostWork) return;
    visitStates(sizes, (state) => {
      const given = outcomeIn(
        bound,
        observed,
        state.map((at, index) => samples[index]?.[at]),
        choices,
      );
      found.set(outcomeKey(given), given);
    });
  });
  return work > mostWork ? undefined : countOf(bound, [...found.values()]);
}

function countOf(bound: BoundManifest, found: readonly Evaluated[]): OutcomeCount {
  const told = found.filter(({ outcome }) => outcome.kind !== "no-record");
  return {
    answers: BigInt(found.length),
    values: distinct(told.map(({ outcome }) => formatOutcome(outcome))),
    reasonLists: distinct(told.map(({ reasonCodes }) => reasonCodes.join(" "))),
    listed: found.length > mostShown ? undefined : inOrder(bound, found),
  };
}

/** One text for each answer that can be told apart. */
export function outcomeKey({ outcome, reasonCodes }: Evaluated): string {
  return reasonCodes.length === 0 ? formatOutcome(outcome) : `${formatOutcome(outcome)} [${reasonCodes.join(" ")}]`;
}

function inOrder({ output }: BoundManifest, found: readonly Evaluated[]): readonly Evaluated[] {
  const bands = output.kind === "band" ? output.bands.map(({ gives }) => gives) : [];
  const place = ({ outcome }: Evaluated): number => {
    if (outcome.kind === "decision") return outcome.decision ? 0 : 1;
    if (outcome.kind === "band") return bands.indexOf(outcome.band);
    return outcome.kind === "score" ? outcome.score : Number.POSITIVE_INFINITY;
  };
  const order = (a: Evaluated, b: Evaluated): number => (outcomeKey(a) < outcomeKey(b) ? -1 : 1);
  return found.toSorted((a, b) => (place(a) === place(b) ? order(a, b) : place(a) - place(b)));
}

/** For manifests with too many states: bounds that need no listing of all of them. */
export function countedByFormula(bound: BoundManifest): Omit<OutcomeCount, "listed"> {
  const { output } = bound;
  const cards = cardStates(bound);
  if (output.kind === "decision") {
    const codes = ruleReasons(output.rule);
    const rules = subsetCount(codes.length, output.reasons);
    const all = arrangementCount(new Set([...codes, ...cards.codes]).size, output.reasons);
    const reasonLists = least(rules * cards.lists, all);
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
  const grid = BigInt(gridSteps(output) + 1);
  const values = output.of === "score" ? least(grid, cards.scores) : grid;
  return { answers: least(values * cards.lists, output.of === "score" ? cards.pairs : undefined) + 1n, values, reasonLists: cards.lists };
}

export interface CardStates {
  /** Lists of reason codes that the scorecard can give, after the cap. */
  readonly lists: bigint;
  /** Different scores (on the output's grid), where they were counted. */
  readonly scores: bigint | undefined;
  /** Different pairs of score and list, where they were counted. */
  readonly pairs: bigint | undefined;
  /** The reason codes of its bins. */
  readonly codes: readonly string[];
}

/** What a scorecard can come to, all combinations of its bins being possible. */
export function cardStates({ scorecard, output }: BoundManifest): CardStates {
  if (scorecard === undefined) return { lists: 1n, scores: undefined, pairs: undefined, codes: [] };
  const states = scorecard.characteristics.map((characteristic) => binStates(scorecard, characteristic));
  const codes = [...new Set(states.flatMap((each) => each.flatMap(({ lost }) => lost?.reason ?? [])))];
  const shownScore = (score: number): number =>
    output.kind === "score" && output.of === "score" ? onGrid(rational(score, scorecard.unit), output) : score;
  if (product(states.map((each) => BigInt(each.length))) > BigInt(mostListed)) {
    const byReason = product(states.map((each) => BigInt(new Set(each.map(({ lost }) => JSON.stringify(lost))).size)));
    const scores = reachableScores(scorecard.base, states);
    const lists = least(byReason, arrangementCount(codes.length, output.reasons));
    return { lists, scores: scores && distinct([...scores].map(shownScore)), pairs: undefined, codes };
  }
  const all = states.reduce<readonly Combined[]>(
    (sofar, bins) => sofar.flatMap((one) => bins.map((bin) => joined(one, bin))),
    [{ score: scorecard.base, lost: [] }],
  );
  const shown = all.map(({ score, lost }) => ({
    score: shownScore(score),
    list: ranked(lost, scorecard).slice(0, output.reasons).join(" "),
  }));
  return {
    lists: distinct(shown.map(({ list }) => list)),
    scores: distinct(shown.map(({ score }) => score)),
    pairs: distinct(shown.map(({ score, list }) => `${score} ${list}`)),
    codes,
  };
}

/** Every sum that the bins can make; undefined when there are too many. */
function reachableScores(base: number, states: readonly (readonly BinState[])[]): ReadonlySet<number> | undefined {
  let scores = new Set([base]);
  for (const bins of states) {
    const points = [...new Set(bins.map((bin) => bin.points))];
    if (scores.size * points.length > 16 * mostListed) return undefined;
    scores = new Set([...scores].flatMap((score) => points.map((more) => score + more)));
  }
  return scores;
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

function ruleReasons(rule: BoundRule): readonly string[] {
  const own = rule.reason === undefined ? [] : [rule.reason];
  return rule.kind === "test" ? own : [...own, ...rule.rules.flatMap(ruleReasons)];
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
