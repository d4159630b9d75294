import { type Rational, rational } from "../../model/rational.js";
import type { Value } from "../aggregates/aggregate.js";
import type { BoundManifest, BoundRule, Step } from "../binding/bound.js";
import { type Evaluated, evaluated, noRecord } from "../evaluation/evaluation.js";
import { holds } from "../evaluation/rules.js";
import type { Observed } from "./observed.js";

/** How many states there are. */
export function stateCount(sizes: readonly number[]): bigint {
  return sizes.reduce((all, size) => all * BigInt(size), 1n);
}

/** Visits each state: one position for each of the sizes. The array is used again. */
export function visitStates(sizes: readonly number[], visit: (state: readonly number[]) => void): void {
  const state = sizes.map(() => 0);
  if (sizes.includes(0)) return;
  for (;;) {
    visit(state);
    let turned = sizes.length - 1;
    while (turned >= 0 && (state[turned] as number) + 1 === sizes[turned]) state[turned--] = 0;
    if (turned < 0) return;
    state[turned] = (state[turned] as number) + 1;
  }
}

/** What a manifest says in a state (a sample for each observed value), by the very functions that answer queries. */
export function outcomeIn(
  bound: BoundManifest,
  observed: readonly Observed[],
  samples: readonly Value[],
  choices: readonly number[],
): Evaluated {
  const steps: Value[] = new Array(bound.steps.length);
  let predicted: Rational | undefined;
  for (const [index, { kind, index: of, tests }] of observed.entries()) {
    const sample = samples[index];
    if (kind === "feature") steps[of] = sample;
    if (kind === "linear") predicted = sample as Rational | undefined;
    const [test] = tests;
    if (kind === "records" && test && !holds({ kind: "test", of: 0, test, missing: "no", reason: undefined }, counted(sample, choices)))
      return noRecord;
  }
  for (const [index, step] of bound.steps.entries()) if (step.kind === "indicator") steps[index] = truth(step, steps, choices);
  return evaluated(bound, steps, predicted, choices);
}

function counted(records: Value, choices: readonly number[]) {
  return { steps: [records], score: undefined, linear: undefined, choices };
}

/** An indicator that nothing observed looks through has no sample to work on: it is not looked at either. */
function truth({ rule }: Step & { kind: "indicator" }, steps: readonly Value[], choices: readonly number[]): Value {
  return rational(holds(rule, { steps, score: undefined, linear: undefined, choices }) ? 1 : 0);
}

/** How much work one state is: the conditions that are looked at. */
export function linesIn({ output, scorecard, steps }: BoundManifest): number {
  const ofRule = (rule: BoundRule): number => (rule.kind === "test" ? 1 : rule.rules.reduce((sum, each) => sum + ofRule(each), 1));
  const indicators = steps.reduce((sum, step) => sum + (step.kind === "indicator" ? ofRule(step.rule) : 0), 0);
  const bins = (scorecard?.characteristics ?? []).reduce((sum, { bins: { length } }) => sum + length, 0);
  const own = output.kind === "decision" ? ofRule(output.rule) : output.kind === "band" ? output.bands.length : 1;
  return indicators + bins + own;
}
