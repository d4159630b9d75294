import { rational } from "../../model/rational.js";
import type { BoundFeature, BoundManifest, BoundRule, BoundTest, LaneTest, Target } from "../binding/bound.js";
import type { Setting } from "../binding/setting.js";
import { countType, type FeatureType, plainNumber } from "../featureType.js";
import { type Cell, type Choices, cellsOf, numberCells } from "./cells.js";

/** A value that outcomes hang on: a feature's, the linear predictor, or how many records there are for a `no_record`. */
export interface Observed {
  readonly kind: "feature" | "linear" | "records";
  /** The feature's step, or the position of the `no_record`. */
  readonly index: number;
  readonly type: FeatureType;
  readonly mayBeMissing: boolean;
  /** Every condition that looks at it. */
  readonly tests: readonly BoundTest[];
  /** The parameters that change the value itself (windows and other filters): under each of their choices it is another value. */
  readonly depends: readonly number[];
}

/**
 * Everything that the outcomes of a manifest hang on. An indicator is not among it: it is looked through, to the values that its rule tests. The
 * score is not either: it hangs on the features that its bins cut.
 */
export function observedOf(bound: BoundManifest): readonly Observed[] {
  const tests = testsByTarget(bound);
  const depends = stepParameters(bound);
  const features = featuresByStep(bound);
  const seen = [...tests].flatMap(([of, found]): readonly Observed[] => {
    const feature = typeof of === "number" ? features.get(of) : undefined;
    if (typeof of !== "number" || feature === undefined) return [];
    const { type, mayBeMissing } = feature;
    return [{ kind: "feature", index: of, type, mayBeMissing, tests: found, depends: depends[of] ?? [] }];
  });
  return [...seen, ...linearValue(bound, tests.get("linear") ?? [], depends, features), ...recordCounts(bound)];
}

/** The cells of an observed value; undefined when they are too many to be worth listing (a fine grid over the linear predictor). */
export function observedCells({ output }: BoundManifest, observed: Observed, choices: Choices): readonly Cell[] | undefined {
  const { kind, type, tests, mayBeMissing } = observed;
  if (kind !== "linear" || output.kind !== "score" || output.of !== "linear") return cellsOf(tests, type, mayBeMissing, choices);
  if (gridSteps(output) > mostCells) return undefined;
  const grid = Array.from({ length: gridSteps(output) }, (_, index) => ({
    at: rational(output.min + (index + 1) * output.step),
    after: false,
  }));
  const cells = numberCells(grid, { kind: "number", whole: false });
  return mayBeMissing ? [...cells, { kind: "missing", sample: undefined }] : cells;
}

/** More cells than this of one value are counted, not listed. */
const mostCells = 4096;

/** How many times a grid rises. */
export function gridSteps({ min, max, step }: { readonly min: number; readonly max: number; readonly step: number }): number {
  return (max - min) / step;
}

/** The first feature of each step, by name and all. */
export function featuresByStep({ features }: BoundManifest): ReadonlyMap<number, BoundFeature & { readonly name: string }> {
  const byStep = new Map<number, BoundFeature & { readonly name: string }>();
  for (const [name, feature] of features) if (!byStep.has(feature.step)) byStep.set(feature.step, { ...feature, name });
  return byStep;
}

/** The conditions that outcomes rest on, by what they look at. A value that is looked at without any (a linear term) is not in it. */
export function testsByTarget({ output, scorecard, linear, steps }: BoundManifest): ReadonlyMap<Target, readonly BoundTest[]> {
  const found = new Map<Target, BoundTest[]>();
  const looked = new Set<Target>();
  const look = (of: Target, tests: readonly BoundTest[]): void => {
    const step = typeof of === "number" ? steps[of] : undefined;
    if (step?.kind !== "indicator") found.set(of, [...(found.get(of) ?? []), ...tests]);
    else if (!looked.has(of)) walk(step.rule);
    looked.add(of);
  };
  const walk = (rule: BoundRule): void => (rule.kind === "test" ? look(rule.of, [rule.test]) : rule.rules.forEach(walk));
  const cuts = (of: Target, lines: readonly { readonly when: BoundTest | string }[]): void =>
    look(
      of,
      lines.flatMap(({ when }) => (typeof when === "string" ? [] : [when])),
    );
  if (output.kind === "decision") walk(output.rule);
  if (output.kind === "band") cuts(output.of, output.bands);
  if (output.kind === "score") look(output.of, []);
  for (const { of, bins } of scorecard?.characteristics ?? []) cuts(of, bins);
  for (const { of } of linear?.terms ?? []) if (steps[of]?.kind === "indicator") look(of, []);
  return found;
}

function linearValue(
  { linear }: BoundManifest,
  tests: readonly BoundTest[],
  depends: readonly (readonly number[])[],
  features: ReadonlyMap<number, BoundFeature>,
): readonly Observed[] {
  if (linear === undefined) return [];
  const mayBeMissing = linear.terms.some(({ of, missing }) => missing === undefined && features.get(of)?.mayBeMissing !== false);
  const own = [...new Set(linear.terms.flatMap(({ of }) => depends[of] ?? []))];
  return [{ kind: "linear", index: -1, type: plainNumber, mayBeMissing, tests, depends: own }];
}

function recordCounts(bound: BoundManifest): readonly Observed[] {
  return bound.tooFew.map(({ fewerThan, selection }, index) => {
    const at = { parameter: fewerThan.parameter, values: fewerThan.values.map((value) => rational(value)) };
    const place = { line: 1, column: 1, path: "no_record" };
    const test: BoundTest = { lower: { at, closed: true }, upper: undefined, numbers: undefined, texts: undefined, place };
    const depends = selectionParameters(bound, selection);
    return { kind: "records", index, type: countType, mayBeMissing: false, tests: [test], depends };
  });
}

/** By step, the parameters that its value hangs on. */
export function stepParameters(bound: BoundManifest): readonly (readonly number[])[] {
  const found: (readonly number[])[] = [];
  const ofRule = (rule: BoundRule): readonly number[] =>
    rule.kind === "test"
      ? [...testParameters(rule.test), ...(typeof rule.of === "number" ? (found[rule.of] ?? []) : [])]
      : rule.rules.flatMap(ofRule);
  for (const step of bound.steps) {
    const parameters =
      step.kind === "aggregate"
        ? selectionParameters(bound, step.selection)
        : step.kind === "indicator"
          ? ofRule(step.rule)
          : step.operands.flatMap((operand) => found[operand] ?? []);
    found.push([...new Set(parameters)].sort((a, b) => a - b));
  }
  return found;
}

/** The parameters that stand in a condition. */
export function testParameters({ lower, upper, numbers = [], texts = [] }: BoundTest): readonly number[] {
  return parametersOf([...(lower ? [lower.at] : []), ...(upper ? [upper.at] : []), ...numbers, ...texts]);
}

function selectionParameters({ selections }: BoundManifest, index: number): readonly number[] {
  const found = laneTests({ selections }, index).flatMap((test) => parametersOf(settingsOf(test)));
  return [...new Set(found)].sort((a, b) => a - b);
}

/** The filters of a selection, one behind the other. */
export function laneTests({ selections }: Pick<BoundManifest, "selections">, index: number): readonly LaneTest[] {
  const selection = selections[index];
  if (selection === undefined) return [];
  const before = selection.from === undefined ? [] : laneTests({ selections }, selection.from);
  return selection.test === undefined ? before : [...before, selection.test];
}

function settingsOf(test: LaneTest): readonly Setting<unknown>[] {
  if (test.kind === "interval") return test.windows;
  if (test.kind === "numbers") return test.numbers;
  return test.kind === "texts" ? test.texts : [];
}

function parametersOf(settings: readonly Setting<unknown>[]): readonly number[] {
  return settings.flatMap(({ parameter }) => (parameter < 0 ? [] : [parameter]));
}
