import { quote, suggest } from "../../syntax/nearest.js";
import type { Kind } from "../valueSet.js";
import type { Content, Reading } from "./reading.js";
import type { XmlElement } from "./xml.js";

/** An input of the model: what its values are, and what becomes of a missing and of an invalid one. */
export interface Field {
  readonly name: string;
  readonly kind: Kind;
  /** True where there are only whole numbers. */
  readonly whole: boolean;
  /** The words that are valid, where the dictionary lists them and the model looks at that. */
  readonly valid: readonly string[] | undefined;
  readonly invalidAsMissing: boolean;
  /** What happens to a missing value before any predicate sees it: the result is invalid, or this value takes its place. */
  readonly missing: "kept" | "invalid" | { readonly replacement: string };
  readonly place: XmlElement["place"];
}

const fieldContent: Content = {
  attributes: ["name", "optype", "dataType", "displayName", "isCyclic"],
  children: ["Value"],
  refused: { Interval: 'no Interval, or invalidValueTreatment="asIs" and bins that say which values they take' },
};
const miningContent: Content = {
  attributes: [
    "name",
    "usageType",
    "optype",
    "importance",
    "outliers",
    "missingValueReplacement",
    "missingValueTreatment",
    "invalidValueTreatment",
  ],
};
const optypes = ["categorical", "ordinal", "continuous"] as const;
const types = ["string", "integer", "float", "double", "boolean"] as const;

/** The inputs that a model declares, by name. */
export function readFields(dictionary: XmlElement, schema: XmlElement, reading: Reading): ReadonlyMap<string, Field> {
  reading.check(dictionary, {
    attributes: ["numberOfFields"],
    children: ["DataField"],
    refused: { Taxonomy: "the values written out in the bins" },
  });
  reading.check(schema, { attributes: [], children: ["MiningField"] });
  const declared = reading.all(dictionary, "DataField");
  checkCount(dictionary, declared.length, reading);
  const dataFields = new Map<string, XmlElement>();
  for (const field of declared) {
    const name = reading.text(field, "name", true) ?? "";
    if (dataFields.has(name)) reading.mistake(field.place, `The field ${quote(name)} is declared twice.`, "one DataField a name");
    dataFields.set(name, field);
  }
  const fields = new Map<string, Field>();
  let targets = 0;
  const seen = new Set<string>();
  for (const mining of reading.all(schema, "MiningField")) {
    reading.check(mining, miningContent);
    const name = reading.text(mining, "name", true) ?? "";
    if (seen.has(name)) reading.mistake(mining.place, `The field ${quote(name)} is used twice.`, "one MiningField a name");
    seen.add(name);
    const usage = reading.word(mining, "usageType", ["active", "predicted", "target", "supplementary"], "active");
    if ((usage === "predicted" || usage === "target") && ++targets > 1) reading.mistake(mining.place, "There is a second target.", "one");
    const data = dataFields.get(name);
    if (data === undefined) reading.mistake(mining.place, `There is no DataField ${quote(name)}.`, suggest(name, [...dataFields.keys()]));
    else if (usage === "active") {
      const field = readField(data, mining, reading);
      if (field !== undefined) fields.set(name, field);
    }
  }
  return fields;
}

function checkCount(dictionary: XmlElement, count: number, reading: Reading): void {
  const stated = dictionary.attributes.get("numberOfFields");
  if (stated !== undefined && stated.value !== String(count))
    reading.mistake(stated.place, `numberOfFields is ${quote(stated.value)}, but there are ${count}.`, "the whole document");
}

function readField(data: XmlElement, mining: XmlElement, reading: Reading): Field | undefined {
  reading.text(data, "dataType", true);
  const type = reading.word(data, "dataType", types, "string");
  const treatment = reading.word(mining, "invalidValueTreatment", ["returnInvalid", "asIs", "asMissing"], "returnInvalid");
  reading.word(mining, "outliers", ["asIs"], "asIs");
  reading.word(data, "isCyclic", ["0"], "0");
  const missing = readMissing(mining, reading);
  // Not looked at, a list of valid values says nothing; the bins do.
  reading.check(data, treatment === "asIs" ? { ...fieldContent, children: ["Value", "Interval"], refused: {} } : fieldContent);
  const values = reading.all(data, "Value");
  for (const value of values) {
    reading.check(value, { attributes: ["value", "displayValue", "property"] });
    reading.word(value, "property", ["valid"], "valid");
  }
  if (type === undefined || treatment === undefined || missing === undefined) return undefined;
  const kind = type === "string" || type === "boolean" ? "texts" : "numbers";
  const listed = values.map((value) => reading.text(value, "value", true) ?? "");
  const looked = treatment !== "asIs" && listed.length > 0;
  const optype = readOptype(data, mining, reading);
  if (looked && kind === "numbers")
    reading.mistake(data.place, "A list of valid numbers cannot be carried over.", 'no Value, or invalidValueTreatment="asIs"');
  else if (kind === "numbers" && listed.length > 0 && optype === "ordinal")
    reading.mistake(data.place, "An order of numbers of its own cannot be carried over.", 'optype="continuous", or no Value');
  const valid = looked ? listed : undefined;
  return {
    name: data.attributes.get("name")?.value ?? "",
    kind,
    whole: type === "integer",
    valid,
    invalidAsMissing: treatment === "asMissing",
    missing,
    place: mining.place,
  };
}

/** How the model looks at the values of a field: its own word before that of the dictionary. Ordinal ones are in the order of their list. */
function readOptype(data: XmlElement, mining: XmlElement, reading: Reading): (typeof optypes)[number] | undefined {
  const declared = reading.word(data, "optype", optypes, "continuous");
  return mining.attributes.has("optype") ? reading.word(mining, "optype", optypes, "continuous") : declared;
}

function readMissing(mining: XmlElement, reading: Reading): Field["missing"] | undefined {
  // Until 4.3 the treatment only tells how the replacement was found.
  const treatments = ["asIs", "asMean", "asMode", "asMedian", "asValue", "returnInvalid"] as const;
  const treatment = reading.word(mining, "missingValueTreatment", treatments, "asIs");
  const replacement = reading.text(mining, "missingValueReplacement");
  if (treatment === undefined) return undefined;
  if (replacement !== undefined && treatment === "returnInvalid")
    reading.mistake(mining.place, "A missing value is both replaced and invalid.", "missingValueReplacement or returnInvalid");
  if (replacement !== undefined) return { replacement };
  return treatment === "returnInvalid" ? "invalid" : "kept";
}
