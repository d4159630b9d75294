import { reasonCodePattern } from "../../../model/names.js";
import { formatDecimal, type Rational } from "../../../model/rational.js";
import type { Piece } from "../../binding/pieces.js";
import type { Cut } from "../../manifest/cuts.js";
import { pointsKind } from "../../manifest/literals.js";
import type { Limit, ValueTest } from "../../manifest/valueTest.js";
import { quote } from "../../syntax/nearest.js";
import type { Place } from "../../syntax/problems.js";
import type { Name } from "../../syntax/shape.js";
import { both, complement, either, isNone, minus, none, piecesOf, type ValueSet, wholeOnly } from "../valueSet.js";
import type { Field } from "./fields.js";
import { fieldOf, predicateNames, readPredicate, readValue, type Truth } from "./predicate.js";
import type { Reading } from "./reading.js";
import type { XmlElement } from "./xml.js";

export interface PmmlCharacteristic {
  readonly field: Field;
  readonly lines: readonly Cut<Rational>[];
  readonly baseline: Rational | undefined;
  readonly place: Place;
}

/** One Attribute: what its predicate takes and what it gives. */
interface Attribute {
  readonly truth: Truth;
  readonly gives: Rational;
  readonly reason: Name | undefined;
  readonly place: Place;
}

const mostPredicates = 2048;
/** As many lines as a manifest takes for one feature. */
const mostAttributes = 256;
const complex = "a partialScore: points that are computed from the value have no place in a scorecard of bins";

/** Reads a Characteristic as the lines of one feature. Undefined after a mistake was reported. */
export function readCharacteristic(
  element: XmlElement,
  fields: ReadonlyMap<string, Field>,
  useReasons: boolean,
  reading: Reading,
): PmmlCharacteristic | undefined {
  reading.check(element, { attributes: ["name", "reasonCode", "baselineScore"], children: ["Attribute"] });
  const elements = reading.all(element, "Attribute");
  for (const each of elements) {
    reading.check(each, {
      attributes: ["reasonCode", "partialScore"],
      children: predicateNames,
      refused: { ComplexPartialScore: complex },
    });
    if (each.children.filter(({ name }) => predicateNames.includes(name)).length !== 1)
      reading.mistake(each.place, "An Attribute has one predicate.", "a SimplePredicate, CompoundPredicate, SimpleSetPredicate or True");
  }
  const predicates = elements.flatMap((each) => each.children.filter(({ name }) => predicateNames.includes(name)));
  if (predicates.reduce((sum, each) => sum + sizeOf(each), 0) > mostPredicates) {
    reading.mistake(
      element.place,
      "The predicates of this characteristic are too long.",
      `at most ${mostPredicates} predicates and values of arrays`,
    );
    return undefined;
  }
  if (elements.length > mostAttributes) {
    reading.mistake(element.place, `This characteristic has ${elements.length} Attributes.`, `at most ${mostAttributes}`);
    return undefined;
  }
  const field = fieldOf(predicates, element, fields, reading);
  if (field === undefined || predicates.length !== elements.length) return undefined;
  const attributes = elements.map((each) => readAttribute(each, element, field, useReasons, reading));
  const baseline = reading.number(element, "baselineScore", pointsKind);
  const known = attributes.filter((each) => each !== undefined);
  if (known.length !== attributes.length) return undefined;
  return { field, lines: new Lines(field, element, reading).of(known), baseline, place: element.place };
}

/** How many predicates and values of arrays there are. */
export function sizeOf(element: XmlElement): number {
  const own = element.name === "Array" ? element.text.split(/\s+/).length : 1;
  return element.children.reduce((sum, child) => sum + sizeOf(child), own);
}

function readAttribute(
  element: XmlElement,
  characteristic: XmlElement,
  field: Field,
  useReasons: boolean,
  reading: Reading,
): Attribute | undefined {
  const predicate = element.children.find(({ name }) => predicateNames.includes(name));
  const truth = predicate && readPredicate(predicate, field, reading);
  if (reading.text(element, "partialScore", true) === undefined) return undefined;
  const gives = reading.number(element, "partialScore", pointsKind);
  const code = element.attributes.get("reasonCode") ?? characteristic.attributes.get("reasonCode");
  if (useReasons && code === undefined)
    reading.mistake(
      element.place,
      "Neither this Attribute nor its Characteristic has a reason code.",
      'a reasonCode, or useReasonCodes="false"',
    );
  if (code !== undefined && !reasonCodePattern.test(code.value))
    reading.mistake(
      code.place,
      `${quote(code.value)} is no reason code that can be carried over.`,
      "at most 32 of A-Z, a-z, 0-9, _, . and -",
    );
  const reason = useReasons && code !== undefined ? { text: code.value, place: code.place } : undefined;
  return truth && gives && { truth, gives, reason, place: element.place };
}

/**
 * Makes the lines of a manifest out of Attributes. Both go from the top and stop at the first that fits; what differs is that a manifest's list
 * has a line for the missing value of its own, and one for whatever is left.
 */
class Lines {
  private readonly field: Field;
  private readonly element: XmlElement;
  private readonly reading: Reading;
  private readonly lines: Cut<Rational>[] = [];
  private last: Cut<Rational> | undefined;
  private missing: Cut<Rational> | undefined;
  private taken: ValueSet;

  constructor(field: Field, element: XmlElement, reading: Reading) {
    this.field = field;
    this.element = element;
    this.reading = reading;
    this.taken = none(field.kind);
  }

  of(attributes: readonly Attribute[]): readonly Cut<Rational>[] {
    const replaced = this.replacedMissing(attributes);
    for (const attribute of attributes) this.add(attribute);
    const missing = this.field.missing === "kept" ? this.missing : replaced;
    // PMML: where no Attribute is true, the scorecard gives an invalid value. In a manifest this is no-record.
    const missingLine: Cut<Rational> = missing ?? { when: "missing", gives: undefined, reason: undefined, place: this.element.place };
    const rest = complement(this.taken);
    if (this.last !== undefined && rest.kind === "texts" && !isNone(rest)) this.untaken(rest.texts);
    const last = this.last ?? this.left(missingLine);
    return [...this.lines, ...(last === undefined ? [] : [last]), missingLine];
  }

  private add({ truth, gives, reason, place }: Attribute): void {
    const { valid, missing, kind } = this.field;
    const within = valid === undefined ? truth.values : both(truth.values, { kind: "texts", but: false, texts: valid });
    const seen = this.field.whole ? wholeOnly(within) : within;
    const own = minus(seen, this.taken);
    const takesMissing = missing === "kept" && truth.missing === true && this.missing === undefined;
    if (isNone(own) && !takesMissing) {
      const why = isNone(within) ? "it takes no value" : "those before it take all its values";
      this.reading.mistake(place, `This Attribute is never reached: ${why}.`, "no such Attribute");
    }
    if (takesMissing) this.missing = { when: "missing", gives, reason, place };
    if (isNone(own)) return;
    const line = (when: Cut<Rational>["when"]): Cut<Rational> => ({ when, gives, reason, place });
    if (own.kind === "texts" ? own.but : isNone(complement(within))) this.last = line("otherwise");
    else if (own.kind === "texts") this.lines.push(...testsOf(own.texts, place).map(line));
    else if (within.kind === "numbers") this.lines.push(...piecesOf(within.pieces, own).map((piece) => line(testOf(piece, place))));
    this.taken = either(this.taken, kind === "texts" ? own : within);
  }

  /** The line for the values that no Attribute takes. */
  private left(missing: Cut<Rational>): Cut<Rational> | undefined {
    const { valid, invalidAsMissing, whole } = this.field;
    const place = this.element.place;
    const invalid: Cut<Rational> = { when: "otherwise", gives: undefined, reason: undefined, place };
    const rest = complement(this.taken);
    if (isNone(whole ? wholeOnly(rest) : rest)) return undefined;
    if (valid === undefined || !invalidAsMissing) return invalid;
    if (missing.gives === undefined) return invalid;
    const untaken = valid.filter((text) => !isNone(both(rest, { kind: "texts", but: false, texts: [text] })));
    if (untaken.length > 0) this.untaken(untaken);
    return { ...missing, when: "otherwise" };
  }

  /** A manifest's list has one line for what is left, so the values left out cannot end otherwise than the others. */
  private untaken(texts: readonly string[]): void {
    this.reading.mistake(
      this.element.place,
      `No Attribute takes ${texts.slice(0, 12).map(quote).join(", ")}.`,
      "an Attribute for each of these",
    );
  }

  /** What a missing value comes to where the model replaces it, or calls it invalid, before any predicate sees it. */
  private replacedMissing(attributes: readonly Attribute[]): Cut<Rational> | undefined {
    const { missing } = this.field;
    if (typeof missing === "string") return undefined;
    const value = readValue(missing.replacement, { ...this.element, place: this.field.place }, this.field, this.reading);
    const hit = value && attributes.find(({ truth }) => !isNone(both(truth.values, value)));
    return hit && { when: "missing", gives: hit.gives, reason: hit.reason, place: hit.place };
  }
}

const mostInLine = 256;

function testsOf(texts: readonly string[], place: Place): readonly ValueTest[] {
  const parts = Array.from({ length: Math.ceil(texts.length / mostInLine) }, (_, i) => texts.slice(i * mostInLine, (i + 1) * mostInLine));
  return parts.map((part) => ({
    lower: undefined,
    upper: undefined,
    oneOf: part.map((text) => ({ text, parameter: undefined, place })),
    place,
  }));
}

function testOf({ low, high }: Piece, place: Place): ValueTest {
  const limit = (end: Piece["low"]): Limit | undefined =>
    end && { at: { text: formatDecimal(end.at), parameter: undefined, place }, closed: end.closed };
  const [lower, upper] = [limit(low), limit(high)];
  // Both ends closed at one number are that number.
  if (lower !== undefined && lower.at.text === upper?.at.text) return { lower: undefined, upper: undefined, oneOf: [lower.at], place };
  return { lower, upper, oneOf: undefined, place };
}
