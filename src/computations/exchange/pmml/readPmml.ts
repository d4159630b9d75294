import { rational } from "../../../model/rational.js";
import { pointsKind } from "../../manifest/literals.js";
import { usualRanking } from "../../manifest/scorecard.js";
import { quote } from "../../syntax/nearest.js";
import { Problems } from "../../syntax/problems.js";
import { type ExchangedCard, ExchangeError } from "../exchangedCard.js";
import { type PmmlCharacteristic, readCharacteristic, sizeOf } from "./characteristic.js";
import { readDocument } from "./document.js";
import { readFields } from "./fields.js";
import { readMostReasons } from "./output.js";
import { readRanking } from "./ranking.js";
import type { Content, Reading } from "./reading.js";
import type { XmlElement } from "./xml.js";

const computed = "no values computed within the model: a feature of the manifest computes them";
const scorecardContent: Content = {
  attributes: [
    ...["modelName", "functionName", "algorithmName", "initialScore", "useReasonCodes", "reasonCodeAlgorithm", "baselineScore"],
    ...["baselineMethod", "isScorable"],
  ],
  children: ["MiningSchema", "Output", "Characteristics", "ModelStats", "ModelExplanation", "ModelVerification"],
  refused: { Targets: "no Targets: they change the score after the points are added", LocalTransformations: computed },
};

const mostPredicates = 16_384;

/**
 * Reads the `<Scorecard>` of a PMML document, versions 4.1 to 4.4, each of its fields being a feature of the manifest. What a manifest cannot say
 * exactly is refused, never approximated. Throws `scorecard-refused` with every mistake at its line and column.
 */
export function readPmml(text: string): ExchangedCard {
  const problems = new Problems();
  const found = readDocument(text, problems);
  const card = found && readScorecard(found.scorecard, found.dictionary, found.reading, found.leftOut);
  if (card === undefined || problems.mistakes > 0) throw new ExchangeError(problems.sorted());
  return card;
}

function readScorecard(
  scorecard: XmlElement,
  dictionary: XmlElement,
  reading: Reading,
  leftOut: readonly string[],
): ExchangedCard | undefined {
  reading.check(scorecard, scorecardContent);
  reading.word(scorecard, "functionName", ["regression"], "regression");
  reading.text(scorecard, "functionName", true);
  reading.word(scorecard, "isScorable", ["true", "1"], "true");
  // Tells how the author came to the baselines; the score and its reasons do not depend on it.
  reading.word(scorecard, "baselineMethod", ["max", "min", "mean", "neutral", "other"], "other");
  const useReasons = reading.boolean(scorecard, "useReasonCodes", true) === true && namesReasons(scorecard);
  const base = reading.number(scorecard, "initialScore", pointsKind);
  const schema = reading.only(scorecard, "MiningSchema", true);
  const list = reading.only(scorecard, "Characteristics", true);
  if (schema === undefined || list === undefined) return undefined;
  const fields = readFields(dictionary, schema, reading);
  reading.check(list, { attributes: [], children: ["Characteristic"] });
  const elements = reading.all(list, "Characteristic");
  if (elements.length === 0 || elements.length > 256)
    reading.mistake(list.place, `There are ${elements.length} characteristics.`, "1 to 256");
  if (sizeOf(list) > mostPredicates) {
    reading.mistake(list.place, "The scorecard is too large.", `at most ${mostPredicates} predicates and values of arrays`);
    return undefined;
  }
  const model = reading.number(scorecard, "baselineScore", pointsKind);
  const read = elements
    .map((element) => readCharacteristic(element, fields, useReasons, reading))
    .filter((each) => each !== undefined)
    .map((each) => ({ ...each, baseline: each.baseline ?? model }));
  checkFields(read, reading);
  const ranked = useReasons ? readRanking(scorecard, read, reading) : { ranking: usualRanking, read };
  return {
    base: base ?? rational(0),
    ranking: ranked.ranking,
    mostReasons: useReasons ? readMostReasons(scorecard, reading) : undefined,
    characteristics: ranked.read.map(({ field, lines }) => [{ text: field.name, place: field.place }, lines]),
    leftOut: [...leftOut, ...leftOutOf(scorecard)],
  };
}

/** Reason codes are computed unless the model says otherwise; a model that names none has none to give. */
function namesReasons(scorecard: XmlElement): boolean {
  if (scorecard.attributes.has("useReasonCodes")) return true;
  const named = (element: XmlElement): boolean => element.attributes.has("reasonCode") || element.children.some(named);
  return named(scorecard);
}

function checkFields(read: readonly PmmlCharacteristic[], reading: Reading): void {
  const seen = new Set<string>();
  for (const { field, place } of read) {
    if (seen.has(field.name))
      reading.mistake(
        place,
        `A second characteristic looks at ${quote(field.name)}.`,
        "one characteristic a field: a second feature can make the same value",
      );
    seen.add(field.name);
  }
}

function leftOutOf(scorecard: XmlElement): readonly string[] {
  return scorecard.children
    .filter(({ name }) => ["ModelStats", "ModelExplanation", "ModelVerification"].includes(name))
    .map(({ name, place }) => `line ${place.line}: ${name}, which says nothing about scoring`);
}
