import { formatDecimal, type Rational } from "../../../model/rational.js";
import type { BoundLimit, BoundTest } from "../../binding/bound.js";
import { constantOf } from "../../binding/setting.js";
import type { Cut } from "../../manifest/cuts.js";
import { quote } from "../../syntax/nearest.js";
import type { Problems } from "../../syntax/problems.js";
import { isWord } from "../csv/bin.js";
import { operandsOf } from "../operands.js";
import { type Markup, markup } from "./xmlText.js";

/** The predicate of one line. Reports a line that depends on a parameter or whose values PMML could not give back. */
export function writePredicate(
  field: string,
  when: BoundTest | "otherwise" | "missing",
  line: Cut<Rational> | undefined,
  problems: Problems,
): Markup {
  const simple = (operator: string, value?: string) =>
    markup("SimplePredicate", { field, operator, ...(value === undefined ? {} : { value }) });
  // Not True, which would take a missing value as well.
  if (when === "otherwise") return simple("isNotMissing");
  if (when === "missing") return simple("isMissing");
  for (const { text, parameter, place } of line === undefined ? [] : operandsOf(line)) {
    if (parameter !== undefined)
      problems.mistake(place, `The bin depends on the parameter ${quote(parameter)}.`, "a number or word in its place");
    else if (!isWord(text)) problems.mistake(place, "PMML cannot show this value.", "visible text, no space at its ends");
  }
  if (when.texts !== undefined)
    return amongTexts(
      field,
      when.texts.map((text) => constantOf(text) ?? ""),
    );
  if (when.numbers !== undefined)
    return amongNumbers(
      field,
      when.numbers.map((number) => plain(constantOf(number))),
    );
  const limits = [limitOf(field, "greater", when.lower), limitOf(field, "less", when.upper)].filter((each) => each !== undefined);
  const [only, second] = limits;
  return only !== undefined && second === undefined ? only : markup("CompoundPredicate", { booleanOperator: "and" }, limits);
}

function limitOf(field: string, side: "greater" | "less", limit: BoundLimit | undefined): Markup | undefined {
  if (limit === undefined) return undefined;
  return markup("SimplePredicate", { field, operator: `${side}${limit.closed ? "OrEqual" : "Than"}`, value: plain(constantOf(limit.at)) });
}

function amongTexts(field: string, texts: readonly string[]): Markup {
  const [only = ""] = texts;
  if (texts.length === 1) return markup("SimplePredicate", { field, operator: "equal", value: only });
  return among(
    field,
    "string",
    texts.map((text) => `"${text.replace(/["\\]/g, "\\$&")}"`),
  );
}

function amongNumbers(field: string, numbers: readonly string[]): Markup {
  const [only = ""] = numbers;
  return numbers.length === 1 ? markup("SimplePredicate", { field, operator: "equal", value: only }) : among(field, "real", numbers);
}

function among(field: string, type: string, values: readonly string[]): Markup {
  const array = markup("Array", { n: String(values.length), type }, values.join(" "));
  return markup("SimpleSetPredicate", { field, booleanOperator: "isIn" }, [array]);
}

/** 0 stands for what was reported above. */
function plain(value: Rational | undefined): string {
  return value === undefined ? "0" : formatDecimal(value);
}
