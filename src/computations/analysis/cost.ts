import { mostRecords } from "../../datasets/page.js";
import type { BoundManifest, LaneTest } from "../binding/bound.js";
import { linesIn } from "./states.js";

/** What an answer costs at most, in steps: a step looks at, moves or adds one cell of one record, or holds one value against one condition. */
export interface Cost {
  /** By input: for each of its records. */
  readonly perRecord: readonly { readonly alias: string; readonly steps: number }[];
  /** Over the largest page of the costliest input. */
  readonly worstPage: number;
  /** Whatever the records. */
  readonly fixed: number;
}

export function costOf(bound: BoundManifest): Cost {
  const perRecord = bound.datasets.map(({ alias }, input) => ({ alias, steps: stepsPerRecord(bound, input) }));
  return {
    perRecord,
    worstPage: Math.max(...perRecord.map(({ steps }) => steps)) * mostRecords,
    fixed: linesIn(bound) + bound.steps.length,
  };
}

function stepsPerRecord({ selections, steps }: BoundManifest, input: number): number {
  const filters = selections
    .filter((selection) => selection.input === input)
    .map(({ test }) => (test === undefined ? 0 : filterSteps(test)));
  const aggregates = steps.flatMap((step) =>
    step.kind === "aggregate" && selections[step.selection]?.input === input ? [step.aggregate.stepsPerRecord] : [],
  );
  return [...filters, ...aggregates].reduce((sum, each) => sum + each, 0);
}

function filterSteps(test: LaneTest): number {
  if (test.kind === "numbers") return test.numbers.length;
  return test.kind === "texts" ? test.texts.length : 1;
}
