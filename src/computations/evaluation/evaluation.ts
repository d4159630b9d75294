import type { PageColumns } from "../../datasets/pageColumns.js";
import type { Outcome } from "../../model/outcome.js";
import { type Rational, rational } from "../../model/rational.js";
import type { SelectedRecords, Value } from "../aggregates/aggregate.js";
import type { BoundManifest, BoundOutput, Step } from "../binding/bound.js";
import { valueUnder } from "../binding/setting.js";
import { firstCut, holds, reasonsOf, targetValue, type Values } from "./rules.js";
import { linearOf, onGrid, ranked, scoreOf } from "./scorecard.js";
import { Selections } from "./selections.js";

/** What a computation says of one subject: never a refusal, and no reason codes with no-record. */
export interface Evaluated {
  readonly outcome: Outcome;
  readonly reasonCodes: readonly string[];
}

/** An evaluation with the values that it went through: records in disguise, of which only counts over many subjects may leave the vault. */
export interface Traced extends Evaluated {
  /** By step; undefined where too few records stopped the evaluation. */
  readonly steps: readonly Value[] | undefined;
}

/** The outcome of a subject that is not on file, or of which too little is. */
export const noRecord: Evaluated = { outcome: { kind: "no-record" }, reasonCodes: [] };

/**
 * Runs a bound manifest over pages. One evaluation at a time: the selections and the scratch memory are used again for the next. It reads
 * nothing but its arguments, so the same pages, choices and day give the same outcome anywhere.
 */
export class Evaluation {
  private readonly bound: BoundManifest;
  private readonly selections: Selections;

  constructor(bound: BoundManifest) {
    this.bound = bound;
    this.selections = new Selections(bound);
  }

  /**
   * `pages` in the order of the inputs, undefined where the subject has none; `choices` gives for each parameter the position of its
   * choice; `asOf` is the epoch's day. No record in any page is no-record, whatever the manifest says.
   */
  evaluate(pages: readonly (PageColumns | undefined)[], choices: readonly number[], asOf: number): Evaluated {
    if (pages.every((page) => page === undefined || page.records === 0)) return noRecord;
    const records = this.selections.select(pages, choices, asOf);
    if (this.hasTooFew(records, choices)) return noRecord;
    return this.release(this.run(records, choices), choices);
  }

  /** As `evaluate`, with what it went through. */
  trace(pages: readonly (PageColumns | undefined)[], choices: readonly number[], asOf: number): Traced {
    const records = this.selections.select(pages, choices, asOf);
    const isEmpty = pages.every((page) => page === undefined || page.records === 0);
    if (isEmpty || this.hasTooFew(records, choices)) return { ...noRecord, steps: undefined };
    const steps = this.run(records, choices);
    return { ...this.release(steps, choices), steps };
  }

  private hasTooFew(records: readonly SelectedRecords[], choices: readonly number[]): boolean {
    return this.bound.tooFew.some(({ fewerThan, selection }) => (records[selection]?.count ?? 0) < valueUnder(fewerThan, choices));
  }

  /** The values of all features by name: for tests of a computation inside the vault. They are records in disguise and must not leave it. */
  featureValues(pages: readonly (PageColumns | undefined)[], choices: readonly number[], asOf: number): ReadonlyMap<string, Value> {
    const steps = this.run(this.selections.select(pages, choices, asOf), choices);
    return new Map([...this.bound.features].map(([name, { step }]) => [name, steps[step]]));
  }

  private run(records: readonly SelectedRecords[], choices: readonly number[]): readonly Value[] {
    const steps: Value[] = [];
    for (const step of this.bound.steps) steps.push(stepValue(step, steps, records, choices));
    return steps;
  }

  private release(steps: readonly Value[], choices: readonly number[]): Evaluated {
    const { linear } = this.bound;
    return evaluated(this.bound, steps, linear && linearOf(linear, steps), choices);
  }
}

/** What a manifest says of these values, its linear predictor being `predicted`. The analyser asks it as well, of values of its own making. */
export function evaluated(
  { scorecard, linear, output }: BoundManifest,
  steps: readonly Value[],
  predicted: Rational | undefined,
  choices: readonly number[],
): Evaluated {
  const scored = scorecard && scoreOf(scorecard, steps, choices);
  if ((scorecard && !scored) || (linear && !predicted)) return noRecord;
  const values: Values = { steps, score: scored && rational(scored.score, scorecard?.unit), linear: predicted, choices };
  return released(output, values, scorecard && scored ? ranked(scored.lost, scorecard) : []);
}

/** What leaves: `lost` are the scorecard's reason codes in their rank. */
function released(output: BoundOutput, values: Values, lost: readonly string[]): Evaluated {
  if (output.kind === "decision") {
    const decision = holds(output.rule, values);
    if (decision === undefined) return noRecord;
    // A yes carries no reasons: they explain a no, and each would leak.
    const reasonCodes = decision ? [] : capped([...reasonsOf(output.rule, values), ...lost], output.reasons);
    return { outcome: { kind: "decision", decision }, reasonCodes };
  }
  if (output.kind === "score") {
    const score = onGrid(values[output.of] as Rational, output);
    return { outcome: { kind: "score", score }, reasonCodes: capped(lost, output.reasons) };
  }
  const cut = firstCut(output.bands, targetValue(output.of, values), values.choices);
  if (cut?.gives === undefined) return noRecord;
  const reasons = cut.reason === undefined ? lost : [cut.reason, ...lost];
  return { outcome: { kind: "band", band: cut.gives }, reasonCodes: capped(reasons, output.reasons) };
}

function stepValue(step: Step, steps: readonly Value[], records: readonly SelectedRecords[], choices: readonly number[]): Value {
  if (step.kind === "aggregate") return step.aggregate.run(records[step.selection] as SelectedRecords, step.input);
  if (step.kind === "indicator") return rational(holds(step.rule, { steps, score: undefined, linear: undefined, choices }) ? 1 : 0);
  const [a, b] = [steps[step.operands[0]], steps[step.operands[1]]];
  return typeof a === "object" && typeof b === "object" ? step.combination.combine(a, b) : undefined;
}

function capped(reasons: readonly string[], most: number): readonly string[] {
  return reasons.length === 0 ? reasons : [...new Set(reasons)].slice(0, most);
}
