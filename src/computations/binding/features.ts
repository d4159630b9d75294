import type { Aggregate, AggregateInput, InputColumn, Unit } from "../aggregates/aggregate.js";
import type { Combination } from "../combinations/combination.js";
import { trend } from "../combinations/trend.js";
import { countType, describeType, type FeatureType, plainNumber, truthType, typeOfColumn, wholeNumber } from "../featureType.js";
import type { Where } from "../manifest/columnTest.js";
import type { AggregateFeature, CombinationFeature, Feature, FeatureOperand, IndicatorFeature, TrendFeature } from "../manifest/feature.js";
import { quote } from "../syntax/nearest.js";
import type { Place } from "../syntax/problems.js";
import type { BoundFeature, Step } from "./bound.js";
import { bindWhere } from "./filters.js";
import { bindIndicator } from "./rules.js";
import type { BoundInput, Scope } from "./scope.js";

/** Turns a feature into steps. Undefined after a mistake was reported. */
export function bindFeature(scope: Scope, feature: Feature): BoundFeature | undefined {
  switch (feature.kind) {
    case "aggregate":
      return bindAggregate(scope, feature, []);
    case "combination":
      return bindCombination(scope, feature);
    case "trend":
      return bindTrend(scope, feature);
    case "indicator":
      return bindTruth(scope, feature);
  }
}

function bindAggregate(scope: Scope, feature: AggregateFeature, more: Where): BoundFeature | undefined {
  const { aggregate, of } = feature;
  const input = scope.input({ text: of.alias, place: of.place });
  if (input === undefined) return undefined;
  const column = of.column === undefined ? undefined : scope.column(input, { text: of.column, place: of.place });
  const by = bindBy(scope, input, feature);
  const selection = bindWhere(scope, input, [...feature.where, ...more]);
  if ((of.column !== undefined && column === undefined) || by === undefined || selection === undefined) return undefined;
  if (!fits(scope, feature, column) || !unitFits(scope, feature, column, by.unit)) return undefined;
  const over: AggregateInput = { column, ...by };
  const key = `${aggregate.keyword} ${column?.index} ${by.by?.index} ${by.unit} ${selection}`;
  const step = addStep(scope, key, { kind: "aggregate", aggregate, selection, input: over });
  return { step, type: typeOfResult(aggregate, column), mayBeMissing: aggregate.mayBeMissing };
}

/** `by` as a unit or as a column; undefined after a mistake was reported. */
function bindBy(
  scope: Scope,
  input: BoundInput,
  { aggregate, by }: AggregateFeature,
): { by: InputColumn | undefined; unit: Unit } | undefined {
  if (aggregate.by === undefined || by === undefined) return { by: undefined, unit: "value" };
  if (aggregate.by.kind === "unit") return { by: undefined, unit: by.text as Unit };
  const [alias, name, ...more] = by.text.split(".");
  if (alias !== input.alias || name === undefined || more.length > 0) {
    scope.problems.mistake(
      by.place,
      `${quote(by.text)} is not a column of ${input.alias}.`,
      `a column such as ${input.alias}.${input.schema.columns[0]?.name}`,
    );
    return undefined;
  }
  const column = scope.column(input, { text: name, place: by.place });
  if (column === undefined) return undefined;
  if (aggregate.by.types.includes(column.column.type)) return { by: column, unit: "value" };
  scope.problems.mistake(
    by.place,
    `The column ${name} is of type ${column.column.type}.`,
    `a column of type ${aggregate.by.types.join(", ")}`,
  );
  return undefined;
}

function fits(scope: Scope, { aggregate, of }: AggregateFeature, column: InputColumn | undefined): boolean {
  const { records, columns } = aggregate.over;
  if (column === undefined ? records : columns.includes(column.column.type)) return true;
  const found =
    column === undefined
      ? `${aggregate.keyword} needs a column.`
      : `${aggregate.keyword} does not work on ${column.column.name}, which is of type ${column.column.type}.`;
  scope.problems.mistake(of.place, found, `a column of type ${columns.join(", ")}`);
  return false;
}

function unitFits(scope: Scope, { by }: AggregateFeature, column: InputColumn | undefined, unit: Unit): boolean {
  if (unit === "value" || column?.column.type === "date" || by === undefined) return true;
  scope.problems.mistake(by.place, `Only a date can be counted by ${unit}.`, "value, or a column of type date");
  return false;
}

function typeOfResult(aggregate: Aggregate, column: InputColumn | undefined): FeatureType {
  const types = { number: plainNumber, count: countType, whole: wholeNumber, truth: truthType };
  if (aggregate.gives !== "column") return types[aggregate.gives];
  const type = column === undefined ? plainNumber : typeOfColumn(column.column);
  return aggregate.keyword === "mean" && type.kind === "number" ? { ...type, whole: false } : type;
}

function bindCombination(scope: Scope, { combination, operands, place }: CombinationFeature): BoundFeature | undefined {
  const [a, b] = operands.map((operand) => bindOperandFeature(scope, operand));
  return combine(scope, combination, a, b, place);
}

function bindOperandFeature(scope: Scope, operand: FeatureOperand): BoundFeature | undefined {
  return operand.kind === "name" ? scope.feature(operand.name) : bindFeature(scope, operand);
}

function bindTrend(scope: Scope, { of, from, to, place }: TrendFeature): BoundFeature | undefined {
  return combine(scope, trend, bindAggregate(scope, of, from), bindAggregate(scope, of, to), place);
}

function combine(
  scope: Scope,
  combination: Combination,
  a: BoundFeature | undefined,
  b: BoundFeature | undefined,
  place: Place,
): BoundFeature | undefined {
  if (a === undefined || b === undefined) return undefined;
  const type = combination.type(a.type, b.type);
  if (type === undefined) {
    scope.problems.mistake(
      place,
      `${combination.keyword} cannot join ${describeType(a.type)} and ${describeType(b.type)}.`,
      combination.expected,
    );
    return undefined;
  }
  const step = addStep(scope, `${combination.keyword} ${a.step} ${b.step}`, {
    kind: "combination",
    combination,
    operands: [a.step, b.step],
  });
  return { step, type, mayBeMissing: combination.mayBeMissing || a.mayBeMissing || b.mayBeMissing };
}

function bindTruth(scope: Scope, { rule }: IndicatorFeature): BoundFeature | undefined {
  const bound = bindIndicator(scope, rule);
  if (bound === undefined) return undefined;
  return { step: scope.steps.push({ kind: "indicator", rule: bound }) - 1, type: truthType, mayBeMissing: false };
}

function addStep(scope: Scope, key: string, step: Step): number {
  const known = scope.stepKeys.get(key);
  if (known !== undefined) return known;
  scope.stepKeys.set(key, scope.steps.push(step) - 1);
  return scope.steps.length - 1;
}
