import type { Computation } from "../computation.js";
import type { Cell, Cells } from "./cells.js";
import { type CharacteristicReport, characteristicReport } from "./characteristics.js";
import { type ResultsReport, resultsReport } from "./results.js";
import { type Protection, rounded } from "./rounding.js";
import { type RangeLine, scoreRanges } from "./scoreGroups.js";
import { partsSeen, type Seen, seenOf } from "./seen.js";
import { type StabilityReport, stabilityReport } from "./stability.js";
import { outcomesOf, reasonCodesOf, scoreKindOf, type Tally } from "./tally.js";

/*
 * What a reviewer sees of a test. Every number here is a protected count or is worked out from protected counts alone (the mean score of a bin is
 * rounded for itself), so none of them tells more than the counts do. It is plain JSON: it crosses the admin socket.
 */

export interface OutcomeLine {
  readonly outcome: string;
  readonly seen: Seen;
}

/** The outcomes under one choice of the parameters. */
export interface SettingReport {
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly noRecord: Seen;
  /** Of the firms with an answer. One line `scored` where the outcome is a score. */
  readonly outcomes: readonly OutcomeLine[];
}

export interface ScoreReport {
  readonly of: "score" | "points" | "predictor";
  /** Undefined: fewer scored firms than the least size. */
  readonly ranges: readonly (RangeLine & { readonly firms: number; readonly share: number })[] | undefined;
}

/** An epoch that was looked at. */
export interface TestedEpoch {
  readonly number: number;
  readonly asOf: string;
}

export interface TestReport {
  readonly computation: { readonly id: string; readonly version: string; readonly digest: string };
  readonly epoch: TestedEpoch;
  readonly protection: Protection;
  readonly firms: number;
  /** Firms that no_record does not rule out for too few records. */
  readonly judged: Seen;
  /** The first one is the one that everything else is about. */
  readonly settings: readonly SettingReport[];
  readonly score?: ScoreReport;
  /** Missing values, of the firms with records enough to judge by. */
  readonly features: readonly { readonly feature: string; readonly missing: Seen }[];
  readonly characteristics: readonly CharacteristicReport[];
  /** Of the firms with an answer. */
  readonly reasons: readonly { readonly code: string; readonly seen: Seen }[];
  readonly results?: ResultsReport;
  readonly stability?: StabilityReport;
}

/** The counts of a test, and what they are counts of. */
export interface Tested {
  readonly computation: Computation;
  readonly epoch: TestedEpoch;
  readonly tally: Tally;
  readonly protection: Protection;
  /** The column that says how firms turned out, where one was named. */
  readonly resultColumn: string | undefined;
  readonly earlier: EarlierTally | undefined;
}

/** The epoch that is compared with, and its counts. */
export interface EarlierTally {
  readonly epoch: TestedEpoch;
  readonly tally: Tally;
}

/** Makes the report. There must be as many firms as the least size, in the earlier epoch too. */
export function reportOf(tested: Tested): TestReport {
  const { computation, epoch, tally, protection, resultColumn, earlier } = tested;
  const { id, version, digest, bound, manifest } = computation;
  const kind = scoreKindOf(bound);
  return {
    computation: { id, version, digest },
    epoch,
    protection,
    firms: rounded(tally.firms.at(0), protection),
    judged: seenOf(tally.judged.at(0), tally.firms.at(0), protection),
    settings: tally.settings.map((_, index) => settingReport(tested, index)),
    ...(kind === undefined ? {} : { score: { of: kind, ranges: scoreRanges(tested) } }),
    features: seenByName([...bound.features.keys()], tally.missing, tally.judged, protection).map(([feature, missing]) => ({
      feature,
      missing,
    })),
    characteristics: manifest.scorecard?.characteristics.map((_, index) => characteristicReport(tested, index)) ?? [],
    reasons: seenByName(reasonCodesOf(bound), tally.reasons, tally.answered, protection).map(([code, seen]) => ({ code, seen })),
    ...(resultColumn === undefined ? {} : { results: resultsReport(tested, resultColumn) }),
    ...(earlier === undefined ? {} : { stability: stabilityReport(tested, earlier) }),
  };
}

function seenByName(names: readonly string[], cells: Cells, whole: Cells, protection: Protection): readonly (readonly [string, Seen])[] {
  return names.map((name, index) => [name, seenOf(cells.at(index), whole.at(0), protection)]);
}

function settingReport({ computation, tally, protection }: Tested, index: number): SettingReport {
  const cells = (tally.outcomes[index] as Cells).all();
  const lines = outcomesOf(computation.bound).map((outcome, position) => ({ outcome, cell: cells[position] as Cell }));
  const answers = lines.filter(({ outcome }) => outcome !== "no-record");
  const seen = partsSeen(
    answers.map(({ cell }) => cell),
    protection,
  );
  const noRecord = lines.find(({ outcome }) => outcome === "no-record")?.cell as Cell;
  return {
    parameters: tally.settings[index]?.values ?? {},
    noRecord: seenOf(noRecord, tally.firms.at(0), protection),
    outcomes: answers.map(({ outcome }, position) => ({ outcome, seen: seen[position] as Seen })),
  };
}
