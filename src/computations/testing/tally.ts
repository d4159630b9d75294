import type { PageColumns } from "../../datasets/pageColumns.js";
import { type Rational, rational } from "../../model/rational.js";
import type { Value } from "../aggregates/aggregate.js";
import type { BoundManifest, BoundRule } from "../binding/bound.js";
import { Evaluation, type Traced } from "../evaluation/evaluation.js";
import { firstCut } from "../evaluation/rules.js";
import { linearOf, scoreOf } from "../evaluation/scorecard.js";
import type { Parameters } from "../parameters.js";
import { Cells, type Token } from "./cells.js";
import { ScoreRanges } from "./scoreRanges.js";

/** How a firm turned out, where the holder's records say. */
export type Result = "good" | "bad" | undefined;

/** What firms are counted by within a bin. */
export const binKinds = ["all", "yes", "no", "good", "bad", "scored"] as const;
export type BinKind = (typeof binKinds)[number];
const kindCount = binKinds.length;

/** What firms are counted by within a range of the score; `earlier` are those of the epoch that is compared with. */
export const scoreKinds = ["all", "good", "bad", "earlier"] as const;
export type ScoreKind = (typeof scoreKinds)[number];

/** One firm: its pages in the order of the inputs, its token, how it turned out. */
export interface TestedFirm {
  readonly pages: readonly (PageColumns | undefined)[];
  readonly token: Token;
  readonly result: Result;
}

/**
 * The counts of a test over the firms of one epoch. It keeps no firm: memory depends on the manifest alone. The first of `settings` is looked at
 * in full, the others for their outcomes.
 */
export class Tally {
  readonly bound: BoundManifest;
  readonly settings: readonly Parameters[];
  /** Every firm. */
  readonly firms = new Cells(1);
  /** Firms with records enough to judge by. */
  readonly judged = new Cells(1);
  readonly answered = new Cells(1);
  readonly results = new Cells(2);
  /** For each setting, by the position in `outcomesOf`. */
  readonly outcomes: readonly Cells[];
  /** Good and bad firms of each outcome of the first setting, two by two. */
  readonly outcomeResults: Cells;
  /** By feature. */
  readonly missing: Cells;
  /** For each characteristic, by bin and kind. */
  readonly bins: readonly Cells[];
  /** For each characteristic and bin, the sum of the points above the least, in the scorecard's unit. */
  readonly scoreSums: readonly Float64Array[];
  readonly reasons: Cells;
  readonly ranges: ScoreRanges;
  readonly #names: readonly string[];
  readonly #codes: readonly string[];
  readonly #features: readonly number[];
  readonly #evaluation: Evaluation;
  readonly #asOf: number;
  readonly #kind: ScoreKind;
  readonly #least: number;

  /** `earlier` is counted beside another tally, into the same ranges. */
  constructor(bound: BoundManifest, settings: readonly Parameters[], asOf: number, beside?: ScoreRanges) {
    const characteristics = bound.scorecard?.characteristics ?? [];
    this.bound = bound;
    this.settings = settings;
    this.#names = outcomesOf(bound);
    this.#codes = reasonCodesOf(bound);
    this.#features = [...bound.features.values()].map(({ step }) => step);
    this.#evaluation = new Evaluation(bound);
    this.#asOf = asOf;
    this.#least = leastScore(bound);
    this.#kind = beside === undefined ? "all" : "earlier";
    this.ranges = beside ?? new ScoreRanges(scoreStep(bound), scoreKinds.length);
    this.outcomes = settings.map(() => new Cells(this.#names.length));
    this.outcomeResults = new Cells(this.#names.length * 2);
    this.missing = new Cells(this.#features.length);
    this.bins = characteristics.map(({ bins }) => new Cells(bins.length * kindCount));
    this.scoreSums = characteristics.map(({ bins }) => new Float64Array(bins.length));
    this.reasons = new Cells(this.#codes.length);
  }

  add(firm: TestedFirm): void {
    const { pages, token, result } = firm;
    this.firms.add(0, token);
    if (result !== undefined) this.results.add(result === "good" ? 0 : 1, token);
    for (const [index, { choices }] of this.settings.entries()) {
      if (index > 0) this.#countOutcome(index, this.#evaluation.evaluate(pages, choices, this.#asOf).outcome, token);
      else this.#look(firm, this.#evaluation.trace(pages, choices, this.#asOf), choices);
    }
  }

  #countOutcome(setting: number, outcome: Traced["outcome"], token: Token): number {
    const position = this.#names.indexOf(nameOf(outcome));
    this.outcomes[setting]?.add(position, token);
    return position;
  }

  #look(firm: TestedFirm, traced: Traced, choices: readonly number[]): void {
    const { token, result } = firm;
    const outcome = this.#countOutcome(0, traced.outcome, token);
    if (result !== undefined) this.outcomeResults.add(outcome * 2 + (result === "good" ? 0 : 1), token);
    if (traced.outcome.kind !== "no-record") this.#lookAtAnswer(traced, token);
    if (traced.steps === undefined) return;
    this.judged.add(0, token);
    for (const [index, step] of this.#features.entries()) if (traced.steps[step] === undefined) this.missing.add(index, token);
    const score = traced.outcome.kind === "no-record" ? undefined : scoreBehind(this.bound, traced, choices);
    if (score !== undefined) this.#countScore(score, firm);
    this.#countBins(traced, traced.steps, choices, firm);
  }

  #lookAtAnswer(traced: Traced, token: Token): void {
    this.answered.add(0, token);
    for (const code of traced.reasonCodes) this.reasons.add(this.#codes.indexOf(code), token);
  }

  #countScore(score: Rational, { token, result }: TestedFirm): void {
    this.ranges.add(score, scoreKinds.indexOf(this.#kind), token);
    if (result !== undefined && this.#kind === "all") this.ranges.add(score, scoreKinds.indexOf(result), token);
  }

  #countBins({ outcome }: Traced, steps: readonly Value[], choices: readonly number[], { token, result }: TestedFirm): void {
    const { scorecard } = this.bound;
    const points = scorecard && outcome.kind !== "no-record" ? scoreOf(scorecard, steps, choices)?.score : undefined;
    for (const [index, { of, bins }] of (scorecard?.characteristics ?? []).entries()) {
      const cut = firstCut(bins, steps[of], choices);
      if (cut === undefined) continue;
      const bin = bins.indexOf(cut);
      const cells = this.bins[index] as Cells;
      const count = (kind: BinKind) => cells.add(bin * kindCount + binKinds.indexOf(kind), token);
      count("all");
      if (outcome.kind === "decision") count(outcome.decision ? "yes" : "no");
      if (result !== undefined) count(result);
      if (points === undefined) continue;
      count("scored");
      (this.scoreSums[index] as Float64Array)[bin] = (this.scoreSums[index]?.[bin] ?? 0) + points - this.#least;
    }
  }
}

/** The outcomes that a computation can have, scores taken together. */
export function outcomesOf({ output }: BoundManifest): readonly string[] {
  if (output.kind === "decision") return ["yes", "no", "no-record"];
  if (output.kind === "score") return ["scored", "no-record"];
  return [...new Set(output.bands.flatMap(({ gives }) => gives ?? [])), "no-record"];
}

function nameOf(outcome: Traced["outcome"]): string {
  if (outcome.kind === "decision") return outcome.decision ? "yes" : "no";
  if (outcome.kind === "band") return outcome.band;
  return outcome.kind === "score" ? "scored" : outcome.kind;
}

/** The reason codes that a computation can give, each once. */
export function reasonCodesOf({ scorecard, output }: BoundManifest): readonly string[] {
  const ofRule = (rule: BoundRule): readonly (string | undefined)[] => [
    rule.reason,
    ...(rule.kind === "test" ? [] : rule.rules.flatMap(ofRule)),
  ];
  const codes = [
    ...(scorecard?.characteristics ?? []).flatMap(({ bins }) => bins.map(({ reason }) => reason)),
    ...(output.kind === "decision" ? ofRule(output.rule) : []),
    ...(output.kind === "band" ? output.bands.map(({ reason }) => reason) : []),
  ];
  return output.reasons === 0 ? [] : [...new Set(codes.filter((code) => code !== undefined))];
}

/** What the computation's outcome is made from: a score on its grid, the points of a scorecard, a linear predictor. */
export function scoreKindOf({ scorecard, linear, output }: BoundManifest): "score" | "points" | "predictor" | undefined {
  if (output.kind === "score") return "score";
  if (scorecard !== undefined) return "points";
  return linear === undefined ? undefined : "predictor";
}

function scoreBehind({ scorecard, linear }: BoundManifest, { outcome, steps }: Traced, choices: readonly number[]): Rational | undefined {
  if (outcome.kind === "score") return rational(outcome.score);
  if (steps === undefined) return undefined;
  const points = scorecard && scoreOf(scorecard, steps, choices)?.score;
  return points === undefined ? linear && linearOf(linear, steps) : rational(points, scorecard?.unit);
}

/** The finest step in which scores are counted. A predictor has no grid of its own; a thousandth of its unit is fine enough for a report. */
function scoreStep(bound: BoundManifest): Rational {
  if (bound.output.kind === "score") return rational(bound.output.step);
  return scoreKindOf(bound) === "predictor" ? rational(1n, 1000n) : rational(1n);
}

/** The fewest points that a scorecard can give, in its unit. */
export function leastScore({ scorecard }: BoundManifest): number {
  return extreme(scorecard, Math.min);
}

/** How far apart the fewest and the most points are, in the scorecard's unit. */
export function scoreSpan({ scorecard }: BoundManifest): number {
  return extreme(scorecard, Math.max) - extreme(scorecard, Math.min);
}

function extreme(scorecard: BoundManifest["scorecard"], pick: (...points: number[]) => number): number {
  const points = (scorecard?.characteristics ?? []).map(({ bins }) => pick(...bins.flatMap(({ gives }) => gives ?? [])));
  return points.reduce((all, each) => all + each, scorecard?.base ?? 0);
}
