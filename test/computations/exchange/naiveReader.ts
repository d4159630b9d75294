import { SaxesParser } from "saxes";
import type { NaiveAttribute, NaiveCharacteristic, NaiveModel, Predicate } from "./naivePmml.js";

/*
 * Reads well-formed documents like those of `modelXml` back into plain models, as directly as can be. It shares the XML parser with
 * src/computations, and nothing else. Whatever it has no word for is foreign, and says that there is nothing to compare.
 */

interface Plain {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Plain[];
  text: string;
}

class Foreign extends Error {}

function treeOf(text: string): Plain {
  const open: Plain[] = [{ name: "", attributes: {}, children: [], text: "" }];
  const parser = new SaxesParser();
  parser.on("opentag", ({ name, attributes }) => {
    const element: Plain = { name, attributes, children: [], text: "" };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  const add = (more: string) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += more;
  };
  parser.on("text", add);
  parser.on("cdata", add);
  parser.on("closetag", () => open.pop());
  parser.write(text).close();
  return open[0] as Plain;
}

function all({ children }: Plain, ...path: readonly string[]): readonly Plain[] {
  const [name, ...rest] = path;
  const found = children.filter((child) => child.name === name);
  return rest.length === 0 ? found : found.flatMap((child) => all(child, ...rest));
}

function tenths(text: string): number {
  const size = Number(text) * 10;
  const whole = Math.round(size);
  if (Math.abs(size - whole) > 1e-9 || Math.abs(whole) > 1e9) throw new Foreign();
  return whole;
}

const maybe = <T>(text: string | undefined, read: (text: string) => T): T | undefined => (text === undefined ? undefined : read(text));

function predicateOf({ name, attributes, children }: Plain, field: NaiveCharacteristic["field"]): Predicate {
  const value = (text: string) => (field === "income" ? tenths(text) : text);
  const { booleanOperator, operator = "" } = attributes;
  if (name === "True" || name === "False") return { kind: "constant", value: name === "True" };
  if (name === "SimplePredicate") return { kind: "simple", operator, value: maybe(attributes.value, value) };
  if (name === "CompoundPredicate")
    return { kind: "compound", operator: booleanOperator as "and", parts: children.map((child) => predicateOf(child, field)) };
  const words = children[0]?.text.match(/"(?:[^"\\]|\\.)*"|[^\s"]+/g) ?? [];
  const values = words.map((word) => value(word.replace(/^"(.*)"$/s, "$1").replace(/\\(["\\])/g, "$1")));
  return { kind: "set", operator: booleanOperator as "isIn", values };
}

function fieldOf(element: Plain): NaiveCharacteristic["field"] {
  const own = element.attributes.field ?? element.children.map(fieldOf).find((each) => each !== undefined);
  return own as NaiveCharacteristic["field"];
}

function characteristicOf(element: Plain): NaiveCharacteristic {
  const field = element.children.map(fieldOf).find((each) => each !== undefined);
  if (field !== "income" && field !== "word") throw new Foreign();
  const attributes = element.children.map(({ attributes: { partialScore = "", reasonCode }, children }): NaiveAttribute => {
    const [predicate] = children;
    if (predicate === undefined) throw new Foreign();
    return { predicate: predicateOf(predicate, field), points: tenths(partialScore), code: reasonCode };
  });
  return { field, baseline: maybe(element.attributes.baselineScore, tenths), code: element.attributes.reasonCode ?? "", attributes };
}

function replacementOf(mining: readonly Plain[], name: string): string | undefined {
  return mining.find(({ attributes }) => attributes.name === name)?.attributes.missingValueReplacement;
}

/** Undefined where there is something in it that plain models have no word for. */
export function naiveModel(text: string): NaiveModel | undefined {
  const root = treeOf(text);
  const [card] = all(root, "PMML", "Scorecard");
  const fields = all(root, "PMML", "DataDictionary", "DataField").map(({ attributes }) => `${attributes.name} ${attributes.dataType}`);
  const mining = card === undefined ? [] : all(card, "MiningSchema", "MiningField");
  const plain = mining.every(({ attributes }) => Object.keys(attributes).every((key) => ["name", "missingValueReplacement"].includes(key)));
  if (card === undefined || !plain || fields.join() !== "income double,word string") return undefined;
  const { initialScore = "0", useReasonCodes = "", reasonCodeAlgorithm, baselineScore = "NaN" } = card.attributes;
  if (useReasonCodes === "") return undefined;
  const replacement = { income: replacementOf(mining, "income"), word: replacementOf(mining, "word") };
  try {
    const characteristics = all(card, "Characteristics", "Characteristic").map(characteristicOf);
    return {
      initial: tenths(initialScore),
      baseline: Number(baselineScore) * 10,
      above: reasonCodeAlgorithm === "pointsAbove",
      useReasons: useReasonCodes === "true" || useReasonCodes === "1",
      replacement: { ...replacement, income: maybe(replacement.income, (size) => String(tenths(size) / 10)) },
      characteristics,
    };
  } catch (thrown) {
    if (thrown instanceof Foreign) return undefined;
    throw thrown;
  }
}
