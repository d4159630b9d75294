import { identifierPattern } from "../../model/names.js";
import type { Aggregate } from "../aggregates/aggregate.js";
import { aggregates } from "../aggregates/index.js";
import type { Combination } from "../combinations/combination.js";
import { combinations } from "../combinations/index.js";
import { fields, headed, needed, optional, type Values } from "../syntax/fields.js";
import type { Place } from "../syntax/problems.js";
import { either, list, made, type Name, named, type Shape, scalar, word } from "../syntax/shape.js";
import type { Tree } from "../syntax/tree.js";
import { type Where, whereShape } from "./columnTest.js";
import { identifier } from "./literals.js";
import { type Rule, ruleShape } from "./rule.js";

/** `sales`, or `sales.date`: an input by its alias, and one of its columns. */
export interface Reference {
  readonly alias: string;
  readonly column: string | undefined;
  readonly place: Place;
}

/** How one value is made from a subject's records. */
export type Feature = AggregateFeature | CombinationFeature | TrendFeature | IndicatorFeature;

export interface AggregateFeature {
  readonly kind: "aggregate";
  readonly aggregate: Aggregate;
  readonly of: Reference;
  readonly by: Name | undefined;
  readonly where: Where;
  readonly place: Place;
}

/** Two values made into one; each is a feature of its own or the name of one that stands before. */
export interface CombinationFeature {
  readonly kind: "combination";
  readonly combination: Combination;
  readonly operands: readonly FeatureOperand[];
  readonly place: Place;
}

export type FeatureOperand = Feature | { readonly kind: "name"; readonly name: Name; readonly place: Place };

/**
 * The change of an aggregate between two windows, as a share of the first: (to - from) / from. Missing unless the value in `from` is above
 * zero. The filters of `from` and `to` come on top of the aggregate's own.
 */
export interface TrendFeature {
  readonly kind: "trend";
  readonly of: AggregateFeature;
  readonly from: Where;
  readonly to: Where;
  readonly place: Place;
}

/** 1 when the rule holds, else 0. */
export interface IndicatorFeature {
  readonly kind: "indicator";
  readonly rule: Rule;
  readonly place: Place;
}

const reference: Shape<Reference> = scalar("an input, or an input and a column such as sales.date", { type: "string" }, (text, place) => {
  const [alias = "", column, ...more] = text.split(".");
  if (!identifierPattern.test(alias) || more.length > 0 || (column !== undefined && !identifierPattern.test(column))) return undefined;
  return { alias, column, place };
});

const byName: Shape<Name> = scalar("a unit or a column", { type: "string" }, (text, place) => (text === "" ? undefined : { text, place }));

function aggregateShape(aggregate: Aggregate): Shape<AggregateFeature> {
  const { keyword, meaning, by } = aggregate;
  const unit = by?.kind === "unit" ? unitShape(by.units) : byName;
  const parts = { [keyword]: needed(reference, meaning), where: optional(whereShape, "only records that pass all of these filters") };
  const grouped =
    by === undefined
      ? {}
      : { by: by.kind === "unit" && by.units.includes("value") ? optional(unit, by.meaning) : needed(unit, by.meaning) };
  return made(fields(keyword, { ...parts, ...grouped }), (values, place) => {
    const found = values as { readonly by?: unknown; readonly where?: unknown } & Readonly<Record<string, unknown>>;
    return {
      kind: "aggregate" as const,
      aggregate,
      of: found[keyword] as Reference,
      by: found.by as Name | undefined,
      where: (found.where ?? []) as Where,
      place,
    };
  });
}

function unitShape(units: readonly string[]): Shape<Name> {
  return made(word(...units), (text, place) => ({ text, place }));
}

const aggregateShapes = Object.fromEntries(aggregates.map((aggregate) => [aggregate.keyword, aggregateShape(aggregate)]));

const operandShape: Shape<FeatureOperand> = either<FeatureOperand>(
  (tree: Tree) => (tree.kind === "scalar" ? 1 : 0),
  named("feature", () => featureShape),
  made(identifier, (name, place) => ({ kind: "name" as const, name, place })),
);

const combinationShapes = Object.fromEntries(
  combinations.map((combination) => {
    const { keyword, meaning } = combination;
    const shape = fields(keyword, { [keyword]: needed(list(operandShape, 2, 2), meaning) });
    return [
      keyword,
      made(shape, (values, place) => ({ kind: "combination" as const, combination, operands: values[keyword] ?? [], place })),
    ];
  }),
);

const trendFields = {
  trend: needed(headed<AggregateFeature>("aggregate", aggregateShapes), "the value that changes"),
  from: needed(whereShape, "the filters of the first window"),
  to: needed(whereShape, "the filters of the second window"),
};

const featureShape: Shape<Feature> = headed<Feature>("feature", {
  ...aggregateShapes,
  ...combinationShapes,
  trend: made(fields("trend", trendFields), (values: Values<typeof trendFields>, place) => ({
    kind: "trend" as const,
    of: values.trend,
    from: values.from,
    to: values.to,
    place,
  })),
  indicator: made(fields("indicator", { indicator: needed(ruleShape, "1 when this holds, else 0") }), (values, place) => ({
    kind: "indicator" as const,
    rule: values.indicator,
    place,
  })),
});

/** One feature: `{ sum: sales.total, where: { status: valid } }`. */
export const feature: Shape<Feature> = named("feature", () => featureShape);
