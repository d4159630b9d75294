import { formatDecimal, rational } from "../../../model/rational.js";
import type { BoundCharacteristic, BoundManifest, BoundScorecard } from "../../binding/bound.js";
import type { FeatureType } from "../../featureType.js";
import type { Manifest } from "../../manifest/manifest.js";
import type { Scorecard } from "../../manifest/scorecard.js";
import { Problems } from "../../syntax/problems.js";
import { ExchangeError } from "../exchangedCard.js";
import { codesFor, type ReasonCodes } from "./codes.js";
import { writePredicate } from "./writePredicate.js";
import { type Markup, markup, writeXml } from "./xmlText.js";

type Named = readonly [name: string, type: FeatureType];

/**
 * Writes a manifest's scorecard as a PMML 4.4 document that `readPmml` reads: each feature a field, each line of bins an Attribute. `no_record`
 * has no Attribute, so that the model gives an invalid value there. The score is that of the points alone; what a manifest makes of it (a grid,
 * bands, a decision) has no place in a scorecard. Throws `scorecard-refused` at the lines of the manifest that PMML cannot say.
 */
export function writePmml(manifest: Manifest, bound: BoundManifest): string {
  const problems = new Problems();
  const { scorecard: card, output } = manifest;
  const { scorecard } = bound;
  if (card === undefined || scorecard === undefined) {
    problems.mistake(manifest.output.place, "The manifest has no scorecard.", "a scorecard section");
    throw new ExchangeError(problems.all);
  }
  const fields = card.characteristics.map(([{ text }]): Named => [text, bound.features.get(text)?.type ?? { kind: "code" }]);
  const codes = codesFor(card, scorecard, output.reasons, problems);
  const characteristics = card.characteristics.map((_, index) => characteristicOf(card, scorecard, index, codes, problems));
  if (problems.mistakes > 0) throw new ExchangeError(problems.sorted());
  return writeXml(
    markup("PMML", { xmlns: "http://www.dmg.org/PMML-4_4", version: "4.4" }, [
      markup("Header", { description: `${manifest.id} ${manifest.version}` }, [markup("Application", { name: "Frostglass" })]),
      dictionaryOf(fields),
      markup("Scorecard", scorecardAttributes(manifest, scorecard, codes), [
        markup("MiningSchema", {}, [
          ...fields.map(([name]) => miningField(name)),
          markup("MiningField", { name: "score", usageType: "target" }),
        ]),
        ...outputOf(codes),
        markup("Characteristics", {}, characteristics),
      ]),
    ]),
  );
}

/** The words of a feature are not listed: every word is valid, and the bins say what becomes of it. */
function miningField(name: string): Markup {
  return markup("MiningField", { name, invalidValueTreatment: "asIs" });
}

function dictionaryOf(fields: readonly Named[]): Markup {
  const all = fields.map(([name, type]) =>
    type.kind === "number"
      ? markup("DataField", { name, optype: "continuous", dataType: type.whole ? "integer" : "double" })
      : markup("DataField", { name, optype: "categorical", dataType: "string" }),
  );
  const score = markup("DataField", { name: "score", optype: "continuous", dataType: "double" });
  return markup("DataDictionary", { numberOfFields: String(fields.length + 1) }, [...all, score]);
}

function scorecardAttributes(
  { id }: Manifest,
  { base, unit, rank }: BoundScorecard,
  codes: ReasonCodes | undefined,
): Record<string, string> {
  return {
    modelName: id,
    functionName: "regression",
    initialScore: formatDecimal(rational(base, unit)),
    useReasonCodes: String(codes !== undefined),
    ...(codes === undefined ? {} : { reasonCodeAlgorithm: rank === "points_below" ? "pointsBelow" : "pointsAbove" }),
  };
}

/** The names of outputs share one space with those of the inputs in PMML; no feature has a space in its name. */
function outputOf(codes: ReasonCodes | undefined): readonly Markup[] {
  if (codes === undefined) return [];
  const score = markup("OutputField", { name: "total points", optype: "continuous", dataType: "double", feature: "predictedValue" });
  const ranks = Array.from({ length: codes.most }, (_, index) => String(index + 1));
  const fields = ranks.map((rank) =>
    markup("OutputField", { name: `reason ${rank}`, optype: "categorical", dataType: "string", feature: "reasonCode", rank }),
  );
  return [markup("Output", {}, [score, ...fields])];
}

function characteristicOf(
  card: Scorecard,
  scorecard: BoundScorecard,
  index: number,
  codes: ReasonCodes | undefined,
  problems: Problems,
): Markup {
  const [name, lines] = card.characteristics[index] as Scorecard["characteristics"][number];
  const { bins } = scorecard.characteristics[index] as BoundCharacteristic;
  const own = codes?.characteristics[index];
  if (bins.every(({ gives }) => gives === undefined))
    problems.mistake(name.place, `No bin of ${name.text} gives points.`, "a bin with points");
  const attributes = bins.flatMap(({ when, gives }, line) => {
    const predicate = writePredicate(name.text, when, lines[line], problems);
    if (gives === undefined) return [];
    const partialScore = formatDecimal(rational(gives, scorecard.unit));
    return [markup("Attribute", { ...(own === undefined ? {} : { reasonCode: own.codes[line] ?? "" }), partialScore }, [predicate])];
  });
  const baseline = own === undefined ? {} : { baselineScore: formatDecimal(rational(own.baseline, scorecard.unit)) };
  return markup("Characteristic", { name: name.text, ...baseline }, attributes);
}
