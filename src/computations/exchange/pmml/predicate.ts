import { parseDecimal } from "../../../model/rational.js";
import { quote, suggest } from "../../syntax/nearest.js";
import { isWord } from "../csv/bin.js";
import { anyOf, both, complement, either, every, minus, none, only, type ValueSet } from "../valueSet.js";
import type { Field } from "./fields.js";
import { plainDecimal } from "./number.js";
import type { Reading } from "./reading.js";
import type { XmlElement } from "./xml.js";

/**
 * What a predicate comes to: the values for which it is true, and its truth for a missing value, which in PMML may also be unknown (undefined
 * here). For a value that is there every predicate is true or false.
 */
export interface Truth {
  readonly values: ValueSet;
  readonly missing: boolean | undefined;
}

export const predicateNames = ["SimplePredicate", "CompoundPredicate", "SimpleSetPredicate", "True", "False"];

/** Reads a predicate on one field (PMML, TreeModel, PREDICATE). Undefined after a mistake was reported. */
export function readPredicate(element: XmlElement, field: Field, reading: Reading): Truth | undefined {
  switch (element.name) {
    case "True":
    case "False":
      reading.check(element, { attributes: [] });
      return element.name === "True" ? { values: every(field.kind), missing: true } : { values: none(field.kind), missing: false };
    case "SimplePredicate":
      return readSimple(element, field, reading);
    case "SimpleSetPredicate":
      return readSet(element, field, reading);
    default:
      return readCompound(element, field, reading);
  }
}

/** The names of the fields that a predicate speaks of. */
export function fieldsOf(element: XmlElement): readonly string[] {
  const own = element.attributes.get("field")?.value;
  return [...(own === undefined ? [] : [own]), ...element.children.flatMap(fieldsOf)];
}

const operators = ["equal", "notEqual", "lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual", "isMissing", "isNotMissing"] as const;

function readSimple(element: XmlElement, field: Field, reading: Reading): Truth | undefined {
  reading.check(element, { attributes: ["field", "operator", "value"] });
  if (reading.text(element, "operator", true) === undefined) return undefined;
  const operator = reading.word(element, "operator", operators, "equal");
  if (operator === "isMissing") return { values: none(field.kind), missing: true };
  if (operator === "isNotMissing") return { values: every(field.kind), missing: false };
  const value = element.attributes.get("value");
  if (value === undefined) reading.text(element, "value", true);
  if (operator === undefined || value === undefined) return undefined;
  const single = readValue(value.value, element, field, reading);
  if (single === undefined) return undefined;
  if (operator === "equal") return { values: single, missing: undefined };
  if (operator === "notEqual") return { values: complement(single), missing: undefined };
  if (single.kind === "numbers") return { values: halfLine(operator, value.value), missing: undefined };
  reading.mistake(element.place, `The words of ${quote(field.name)} have no order.`, "equal, notEqual, isIn or isNotIn");
  return undefined;
}

function halfLine(operator: "lessThan" | "lessOrEqual" | "greaterThan" | "greaterOrEqual", value: string): ValueSet {
  const end = { at: parseDecimal(plainDecimal(value) ?? "0"), closed: operator.endsWith("OrEqual") };
  return { kind: "numbers", pieces: [operator.startsWith("less") ? { low: undefined, high: end } : { low: end, high: undefined }] };
}

/** The set of one value. Undefined after a mistake was reported. */
export function readValue(text: string, { place }: XmlElement, { kind, name }: Field, reading: Reading): ValueSet | undefined {
  if (kind === "texts") {
    if (isWord(text)) return { kind, but: false, texts: [text] };
    reading.mistake(
      place,
      `The value ${quote(text)} cannot be carried over.`,
      "1 to 128 visible characters, no space at the ends, no $ before them",
    );
    return undefined;
  }
  const decimal = plainDecimal(text);
  if (decimal !== undefined) return only(parseDecimal(decimal));
  reading.mistake(
    place,
    `${quote(text)} is no exact number, as ${quote(name)} has them.`,
    "a number of at most 30 digits on each side of the point",
  );
  return undefined;
}

function readSet(element: XmlElement, field: Field, reading: Reading): Truth | undefined {
  reading.check(element, { attributes: ["field", "booleanOperator"], children: ["Array"] });
  if (reading.text(element, "booleanOperator", true) === undefined) return undefined;
  const operator = reading.word(element, "booleanOperator", ["isIn", "isNotIn"], "isIn");
  const array = reading.only(element, "Array", true);
  const texts = array && readArray(array, reading);
  const sets = texts?.map((text) => readValue(text, array ?? element, field, reading)).filter((set) => set !== undefined);
  if (operator === undefined || sets === undefined || sets.length !== texts?.length) return undefined;
  const values = anyOf(field.kind, sets);
  return { values: operator === "isIn" ? values : complement(values), missing: undefined };
}

const mostInArray = 256;

/** The values of an Array: separated by spaces; a string may stand in double quotes, within which a quote is written `\"`. */
function readArray(array: XmlElement, reading: Reading): readonly string[] | undefined {
  reading.check(array, { attributes: ["n", "type"], text: true });
  const type = reading.word(array, "type", ["string", "int", "real"], "string");
  const values: string[] = [];
  const form = /\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?=\s|$)/sy;
  const text = array.text.trimEnd();
  while (form.lastIndex < text.length && values.length <= mostInArray) {
    const match = form.exec(text);
    if (match === null) {
      reading.mistake(
        array.place,
        "The values of this Array cannot be told apart.",
        'values separated by spaces, strings within double quotes, " written as \\"',
      );
      return undefined;
    }
    values.push(match[2] ?? (match[1] ?? "").replace(/\\(["\\])/g, "$1"));
    if (form.lastIndex === 0) break;
  }
  const stated = array.attributes.get("n");
  if (stated !== undefined && stated.value !== String(values.length))
    reading.mistake(stated.place, `n is ${quote(stated.value)}, but the Array has ${values.length} values.`, "the number of values");
  if (values.length === 0 || values.length > mostInArray)
    reading.mistake(array.place, `The Array has ${values.length} values.`, `1 to ${mostInArray}`);
  return type === undefined ? undefined : values;
}

const connectives = ["and", "or", "xor", "surrogate"] as const;

function readCompound(element: XmlElement, field: Field, reading: Reading): Truth | undefined {
  reading.check(element, { attributes: ["booleanOperator"], children: predicateNames });
  if (reading.text(element, "booleanOperator", true) === undefined) return undefined;
  const connective = reading.word(element, "booleanOperator", connectives, "and");
  const parts = element.children.filter(({ name }) => predicateNames.includes(name)).map((child) => readPredicate(child, field, reading));
  if (parts.length < 2) reading.mistake(element.place, `A CompoundPredicate joins ${parts.length} predicates.`, "two or more");
  const known = parts.filter((part) => part !== undefined);
  return connective === undefined || known.length !== parts.length ? undefined : joinedAll(connective, known);
}

/** By halves, which comes to the same for all connectives: part after part, each would walk all that came before it. */
function joinedAll(connective: (typeof connectives)[number], parts: readonly Truth[]): Truth | undefined {
  if (parts.length < 2) return parts[0];
  const middle = parts.length >> 1;
  const [a, b] = [joinedAll(connective, parts.slice(0, middle)), joinedAll(connective, parts.slice(middle))];
  return a && b && joined(connective, a, b);
}

/** PMML's truth tables: unknown and false is false, unknown or true is true; surrogate goes on to the next where it meets unknown. */
function joined(connective: (typeof connectives)[number], a: Truth, b: Truth): Truth {
  switch (connective) {
    case "and":
      return { values: both(a.values, b.values), missing: a.missing === false || b.missing === false ? false : a.missing && b.missing };
    case "or":
      return {
        values: either(a.values, b.values),
        missing: a.missing === true || b.missing === true ? true : a.missing === false ? b.missing : undefined,
      };
    case "xor": {
      const values = either(minus(a.values, b.values), minus(b.values, a.values));
      return { values, missing: a.missing === undefined || b.missing === undefined ? undefined : a.missing !== b.missing };
    }
    case "surrogate":
      return { values: a.values, missing: a.missing ?? b.missing };
  }
}

/** The field that all predicates of a characteristic speak of. Undefined after a mistake was reported. */
export function fieldOf(
  predicates: readonly XmlElement[],
  characteristic: XmlElement,
  fields: ReadonlyMap<string, Field>,
  reading: Reading,
): Field | undefined {
  const names = new Set(predicates.flatMap(fieldsOf));
  const [name = "", other] = names;
  const field = fields.get(name);
  if (names.size === 0)
    reading.mistake(characteristic.place, "No predicate of this characteristic names a field.", "predicates on one field");
  else if (other !== undefined)
    reading.mistake(
      characteristic.place,
      `This characteristic speaks of ${quote(name)} and ${quote(other)}.`,
      "predicates on one field: a feature of the manifest can join two",
    );
  else if (field === undefined)
    reading.mistake(characteristic.place, `The model has no active field ${quote(name)}.`, suggest(name, [...fields.keys()]));
  return names.size === 1 ? field : undefined;
}
