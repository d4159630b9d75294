import { FrostglassError } from "../../errors/error.js";
import { formatBits } from "../../wire/bits.js";
import { formatProblem, type ManifestProblem, type Place } from "../syntax/problems.js";
import type { Leakage } from "./leakage.js";

/** What a holder lets a computation reveal. */
export interface LeakageLimits {
  /** What one answer may tell at most, in thousandths of a bit. */
  readonly millibitsPerAnswer: number;
  /** A `no_record` must ask for at least so many records, and a filter that picks single records by its form must need so many to turn anything. */
  readonly leastRecords: number;
  /** Datasets of which a subject has one record by their nature: a computation that reads no other may rest on one. */
  readonly oneRecordDatasets: readonly string[];
  /** How many choices a parameter may have, and how many places parameters may move the cutoffs of one feature to. */
  readonly cutoffChoices: number;
  /** How many single values (or spans within one percent) of one feature answers may tell apart. */
  readonly pinnedValues: number;
}

/** What holds where the policy says nothing. */
export const usualLimits: LeakageLimits = {
  millibitsPerAnswer: 10_000,
  leastRecords: 3,
  oneRecordDatasets: [],
  cutoffChoices: 5,
  pinnedValues: 5,
};

/** One reason to refuse a computation, with the line that causes it. */
export interface LeakageProblem extends ManifestProblem {
  /** The limit that it breaks, as the policy names it. */
  readonly limit: "bits_per_answer" | "least_records" | "cutoff_choices" | "pinned_values";
}

/** Holds a computation's leakage against the limits of a policy: every reason to refuse it, in the order of the text; none when it may run. */
export function judgeLeakage(leakage: Leakage, limits: LeakageLimits): readonly LeakageProblem[] {
  const found = [
    ...bitsProblem(leakage, limits),
    ...recordProblems(leakage, limits),
    ...cutoffProblems(leakage, limits),
    ...pinnedProblems(leakage, limits),
  ];
  return found.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** A computation that reveals more than the holder's policy allows. `problems` lists every reason. */
export class LeakageError extends FrostglassError {
  readonly problems: readonly LeakageProblem[];

  constructor(problems: readonly LeakageProblem[]) {
    const [first] = problems;
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
    const facts = first === undefined ? {} : { line: first.line, column: first.column, path: first.path, limit: first.limit };
    super("leakage-too-high", first === undefined ? "The computation reveals too much." : `${formatProblem(first)}${more}`, facts);
    this.problems = problems;
  }
}

/** Throws `LeakageError` (`leakage-too-high`, with the facts line, column, path and limit) when the computation reveals more than the limits allow. */
export function requireLeakageWithin(leakage: Leakage, limits: LeakageLimits): void {
  const problems = judgeLeakage(leakage, limits);
  if (problems.length > 0) throw new LeakageError(problems);
}

function problem(limit: LeakageProblem["limit"], { line, column, path }: Place, message: string, expected: string): LeakageProblem {
  return { severity: "mistake", limit, line, column, path, message, expected };
}

function bitsProblem({ millibits, output, outcomes }: Leakage, { millibitsPerAnswer }: LeakageLimits): readonly LeakageProblem[] {
  if (millibits <= millibitsPerAnswer) return [];
  const reasons = outcomes.reasonLists > 1n ? ", or fewer reasons" : "";
  const message = `One answer tells ${formatBits(millibits)} bits; the policy allows ${formatBits(millibitsPerAnswer)}.`;
  return [problem("bits_per_answer", output, message, `fewer bands, a coarser grid${reasons}`)];
}

function recordProblems(leakage: Leakage, limits: LeakageLimits): readonly LeakageProblem[] {
  const least = limits.leastRecords;
  return [
    ...fewRecordsProblem(leakage, limits),
    ...leakage.turning.through.flatMap(({ kind, name, records: turned, narrow }) => {
      if (narrow === undefined || turned >= least) return [];
      const what =
        kind === "feature" ? `the value of ${name}` : kind === "linear" ? "the linear predictor" : `the number of records of ${name}`;
      const message = `This filter picks single records, and ${turned === 1 ? "one" : turned} of them can turn ${what}.`;
      return [problem("least_records", narrow, message, `a wider filter, or a cutoff of at least ${least} records`)];
    }),
  ];
}

/** Datasets with one record by nature count for nothing where others are read as well. */
function fewRecordsProblem(
  { asked, datasets, output }: Leakage,
  { leastRecords, oneRecordDatasets }: LeakageLimits,
): readonly LeakageProblem[] {
  const many = datasets.filter(({ dataset }) => !oneRecordDatasets.includes(dataset));
  const counted = asked.filter(({ dataset }) => many.length === 0 || many.some((each) => each.dataset === dataset));
  const [most] = counted.toSorted((a, b) => b.records - a.records);
  const [records, least] = [most?.records ?? 0, many.length === 0 ? Math.min(1, leastRecords) : leastRecords];
  if (records >= least) return [];
  const message = `An answer can rest on ${records <= 1 ? "one record" : `${records} records`}; the policy asks for ${least}.`;
  return [
    problem("least_records", most?.place ?? output, message, `no_record: { fewer_than: ${least}, of: ${(many[0] ?? datasets[0])?.alias} }`),
  ];
}

function cutoffProblems({ parameters, told }: Leakage, { cutoffChoices }: LeakageLimits): readonly LeakageProblem[] {
  const long = parameters.filter(({ choices }) => choices > cutoffChoices);
  const moved = told.filter((each) => each.moved > cutoffChoices);
  return [
    ...long.map(({ name, choices, place }) =>
      problem(
        "cutoff_choices",
        place,
        `The parameter ${name} can be moved to ${choices} places; the policy allows ${cutoffChoices}.`,
        "fewer choices",
      ),
    ),
    ...(long.length > 0 ? [] : moved).map(({ name, moved: places, place }) =>
      problem(
        "cutoff_choices",
        place,
        `Parameters move the cutoffs of ${name} to ${places} places; the policy allows ${cutoffChoices}.`,
        "fewer choices",
      ),
    ),
  ];
}

function pinnedProblems({ told }: Leakage, { pinnedValues }: LeakageLimits): readonly LeakageProblem[] {
  return told
    .filter(({ pinned }) => pinned > pinnedValues)
    .map(({ name, pinned, place }) =>
      problem(
        "pinned_values",
        place,
        `Answers tell ${pinned} values of ${name} exactly, or within one percent; the policy allows ${pinnedValues}.`,
        "wider bands or bins",
      ),
    );
}
