import fc from "fast-check";
import type { Applicant } from "./fixtures.js";

/*
 * PMML once more, as slowly and plainly as can be: models as plain objects, written to XML and evaluated by the tables of the specification, one
 * value at a time. It shares no code with src/computations. Numbers are in tenths.
 */

export type Predicate =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "simple"; readonly operator: string; readonly value: number | string | undefined }
  | { readonly kind: "set"; readonly operator: "isIn" | "isNotIn"; readonly values: readonly (number | string)[] }
  | { readonly kind: "compound"; readonly operator: "and" | "or" | "xor" | "surrogate"; readonly parts: readonly Predicate[] };

export interface NaiveAttribute {
  readonly predicate: Predicate;
  /** In tenths. */
  readonly points: number;
  readonly code: string | undefined;
}

export interface NaiveCharacteristic {
  readonly field: "income" | "word";
  readonly baseline: number | undefined;
  readonly code: string;
  readonly attributes: readonly NaiveAttribute[];
}

export interface NaiveModel {
  readonly initial: number;
  readonly baseline: number;
  readonly above: boolean;
  readonly useReasons: boolean;
  readonly replacement: Readonly<Record<"income" | "word", string | undefined>>;
  readonly characteristics: readonly NaiveCharacteristic[];
}

type Value = number | string | undefined;

/** True, false or unknown (undefined). */
export function truthOf(predicate: Predicate, value: Value): boolean | undefined {
  if (predicate.kind === "constant") return predicate.value;
  if (predicate.kind === "compound")
    return compoundTruth(
      predicate.operator,
      predicate.parts.map((part) => truthOf(part, value)),
    );
  if (predicate.operator === "isMissing") return value === undefined;
  if (predicate.operator === "isNotMissing") return value !== undefined;
  if (value === undefined) return undefined;
  if (predicate.kind === "set") return predicate.values.includes(value) === (predicate.operator === "isIn");
  const other = predicate.value as number | string;
  const table: Readonly<Record<string, boolean>> = {
    equal: value === other,
    notEqual: value !== other,
    lessThan: value < other,
    lessOrEqual: value <= other,
    greaterThan: value > other,
    greaterOrEqual: value >= other,
  };
  return table[predicate.operator];
}

function compoundTruth(operator: string, parts: readonly (boolean | undefined)[]): boolean | undefined {
  if (operator === "surrogate") return parts.find((part) => part !== undefined);
  if (operator === "and") return parts.includes(false) ? false : parts.includes(undefined) ? undefined : true;
  if (operator === "or") return parts.includes(true) ? true : parts.includes(undefined) ? undefined : false;
  return parts.includes(undefined) ? undefined : parts.filter(Boolean).length % 2 === 1;
}

/** `score 29 [RC2 RC1]`, the score moved down to a whole number; `no-record []` where the model gives an invalid value. */
export function naiveResult(model: NaiveModel, applicant: Applicant, most: number): string {
  let score = model.initial;
  const points: Record<string, number> = {};
  for (const { field, attributes, baseline = model.baseline, code } of model.characteristics) {
    const replacement = model.replacement[field];
    const given = replacement === undefined || field === "word" ? replacement : Math.round(Number(replacement) * 10);
    const value = applicant[field] ?? given;
    const hit = attributes.find(({ predicate }) => truthOf(predicate, value) === true);
    if (hit === undefined) return "no-record []";
    score += hit.points;
    const name = hit.code ?? code;
    points[name] = (points[name] ?? 0) + (model.above ? hit.points - baseline : baseline - hit.points);
  }
  const codes = Object.entries(points)
    .filter(([, lost]) => lost > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([name]) => name);
  return `score ${Math.floor(score / 10)} [${(model.useReasons ? codes.slice(0, most) : []).join(" ")}]`;
}

// ---- as XML ---------------------------------------------------------------------------------------------------------------------------

const written = (value: number | string): string => (typeof value === "number" ? String(value / 10) : value);

function predicateXml(predicate: Predicate, field: string): string {
  switch (predicate.kind) {
    case "constant":
      return predicate.value ? "<True/>" : "<False/>";
    case "simple": {
      const value = predicate.value === undefined ? "" : ` value="${written(predicate.value)}"`;
      return `<SimplePredicate field="${field}" operator="${predicate.operator}"${value}/>`;
    }
    case "set": {
      const numbers = typeof predicate.values[0] === "number";
      const values = predicate.values.map((value) => (numbers ? written(value) : `"${value}"`)).join(" ");
      const array = `<Array n="${predicate.values.length}" type="${numbers ? "real" : "string"}">${values}</Array>`;
      return `<SimpleSetPredicate field="${field}" booleanOperator="${predicate.operator}">${array}</SimpleSetPredicate>`;
    }
    case "compound": {
      const parts = predicate.parts.map((part) => predicateXml(part, field)).join("");
      return `<CompoundPredicate booleanOperator="${predicate.operator}">${parts}</CompoundPredicate>`;
    }
  }
}

export function modelXml(model: NaiveModel): string {
  const mining = (name: "income" | "word") =>
    `<MiningField name="${name}"${model.replacement[name] === undefined ? "" : ` missingValueReplacement="${model.replacement[name]}"`}/>`;
  const characteristics = model.characteristics.map(({ field, baseline, code, attributes }) => {
    const lines = attributes.map(
      ({ predicate, points, code: own }) =>
        `<Attribute partialScore="${points / 10}"${own === undefined ? "" : ` reasonCode="${own}"`}>${predicateXml(predicate, field)}</Attribute>`,
    );
    return `<Characteristic reasonCode="${code}"${baseline === undefined ? "" : ` baselineScore="${baseline / 10}"`}>${lines.join("\n")}</Characteristic>`;
  });
  const algorithm = `reasonCodeAlgorithm="points${model.above ? "Above" : "Below"}" baselineScore="${model.baseline / 10}"`;
  return `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary>
<DataField name="income" optype="continuous" dataType="double"/><DataField name="word" optype="categorical" dataType="string"/></DataDictionary>
<Scorecard functionName="regression" initialScore="${model.initial / 10}" useReasonCodes="${model.useReasons}" ${algorithm}>
<MiningSchema>${mining("income")}${mining("word")}</MiningSchema>
<Characteristics>${characteristics.join("\n")}</Characteristics></Scorecard></PMML>`;
}

// ---- generated ------------------------------------------------------------------------------------------------------------------------

const cutoffs = [-15, 0, 5, 10, 25];
/** Every value that the predicates can tell apart, and missing. */
export const incomes: readonly (number | undefined)[] = [...cutoffs.flatMap((each) => [each - 1, each, each + 1]), undefined];
export const words: readonly (string | undefined)[] = ["A", "B", "C", "other", undefined];

function anyPredicate(field: "income" | "word"): fc.Arbitrary<Predicate> {
  const value: fc.Arbitrary<number | string> = field === "income" ? fc.constantFrom(...cutoffs) : fc.constantFrom("A", "B", "C");
  const orders = field === "income" ? ["lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual"] : [];
  const simple = fc
    .tuple(fc.constantFrom("equal", "notEqual", ...orders, ...orders), value)
    .map(([operator, each]): Predicate => ({ kind: "simple", operator, value: each }));
  const presence = fc
    .constantFrom("isMissing", "isNotMissing")
    .map((operator): Predicate => ({ kind: "simple", operator, value: undefined }));
  const set = fc
    .tuple(fc.constantFrom("isIn" as const, "isNotIn" as const), fc.uniqueArray(value, { minLength: 1, maxLength: 3 }))
    .map(([operator, values]): Predicate => ({ kind: "set", operator, values }));
  const constant = fc.boolean().map((value): Predicate => ({ kind: "constant", value }));
  const { predicate } = fc.letrec<{ predicate: Predicate }>((tie) => ({
    predicate: fc.oneof(
      { maxDepth: 2 },
      { weight: 5, arbitrary: simple },
      { weight: 2, arbitrary: presence },
      { weight: 2, arbitrary: set },
      { weight: 1, arbitrary: constant },
      {
        weight: 4,
        arbitrary: fc
          .tuple(
            fc.constantFrom("and" as const, "or" as const, "xor" as const, "surrogate" as const),
            fc.array(tie("predicate"), { minLength: 2, maxLength: 3 }),
          )
          .map(([operator, parts]): Predicate => ({ kind: "compound", operator, parts })),
      },
    ),
  }));
  return predicate;
}

const tenths = fc.constantFrom(0, 10, 25, -5, 120, 7, -30);
const codes = fc.constantFrom("R1", "R2", "R3");

function characteristic(field: "income" | "word"): fc.Arbitrary<NaiveCharacteristic> {
  const attribute = fc.record({ predicate: anyPredicate(field), points: tenths, code: fc.option(codes, { nil: undefined, freq: 2 }) });
  return fc.record({
    field: fc.constant(field),
    baseline: fc.option(tenths, { nil: undefined }),
    code: codes,
    attributes: fc.array(attribute, { minLength: 1, maxLength: 5 }),
  });
}

/** A model in which every Attribute is the first to be true for some value. */
export const anyModel: fc.Arbitrary<NaiveModel> = fc
  .record({
    initial: tenths,
    baseline: tenths,
    above: fc.boolean(),
    useReasons: fc.boolean(),
    replacement: fc.record({
      income: fc.option(fc.constantFrom("0.5", "-100"), { nil: undefined, freq: 4 }).map((each) => (each === "0.5" ? each : undefined)),
      word: fc.option(fc.constantFrom("A", "other"), { nil: undefined, freq: 4 }).map((each) => (each === "A" ? each : undefined)),
    }),
    characteristics: fc.tuple(characteristic("income"), characteristic("word")),
  })
  .map((model) => ({ ...model, characteristics: model.characteristics.map((each) => reachedOnly(each, model.replacement[each.field])) }))
  .filter(({ characteristics }) =>
    characteristics.every(({ attributes }) => attributes.length > 0 && attributes.some(({ predicate }) => speaks(predicate))),
  );

function speaks(predicate: Predicate): boolean {
  return predicate.kind === "compound" ? predicate.parts.some(speaks) : predicate.kind === "simple" || predicate.kind === "set";
}

function reachedOnly(each: NaiveCharacteristic, replacement: string | undefined): NaiveCharacteristic {
  const domain: readonly Value[] = each.field === "income" ? incomes : words;
  const values = replacement === undefined ? domain : domain.filter((value) => value !== undefined);
  const hits = new Set(values.map((value) => each.attributes.find(({ predicate }) => truthOf(predicate, value) === true)));
  return { ...each, attributes: each.attributes.filter((attribute) => hits.has(attribute)) };
}
