import { add, compareRational, floorNumber, negate, type Rational, rational } from "../../model/rational.js";
import { usualRanking } from "../manifest/scorecard.js";
import { formatScorecard } from "./cardText.js";
import type { ExchangedCard } from "./exchangedCard.js";

/** A manifest around a scorecard, with everything that only its author knows left to complete. It is well-formed and reads the scorecard. */
export function skeletonOf(card: ExchangedCard, id: string): string {
  const base = card.base ?? rational(0);
  const ranking = card.ranking ?? usualRanking;
  const names = card.characteristics.map(([name]) => name.text);
  const codes = [...new Set(card.characteristics.flatMap(([, lines]) => lines.flatMap(({ reason }) => reason?.text ?? [])))];
  const { min, max } = rangeOf(card, base);
  return [
    "# A manifest to complete: every line that says so. Then run: frostglass computation check FILE --home DIR",
    "frostglass: computation/1",
    `id: ${id}`,
    "version: 0.1.0",
    "title: { en: complete - a title }",
    "reveals: { en: complete - what an answer tells about a firm and why that is acceptable }",
    "author: { organisation: complete - who wrote it }",
    "purposes: [loan-origination] # complete: what it may be asked for",
    "subject: uscc # complete: the scheme of the subjects",
    "inputs: { records: dataset-name } # complete: the datasets that it reads",
    "features: # complete: how each value is made from the records",
    ...names.map((name) => `  ${name}: { only: records.${name} }`),
    formatScorecard({ base, reasons: ranking, characteristics: card.characteristics }).trimEnd(),
    `output: { score: { min: ${min}, max: ${max}, step: 1 }, reasons: ${card.mostReasons?.most ?? 4} } # complete: what leaves the vault`,
    ...(codes.length === 0 ? [] : ["reasons:", ...codes.map((code) => `  ${code}: { en: complete - what ${code} means }`)]),
    "",
  ].join("\n");
}

/** The scores that the bins can make, within what a grid can span. */
function rangeOf({ characteristics }: ExchangedCard, base: Rational): { readonly min: number; readonly max: number } {
  let [low, high] = [base, base];
  for (const [, lines] of characteristics) {
    const points = lines.flatMap(({ gives }) => gives ?? []).toSorted(compareRational);
    low = add(low, points[0] ?? rational(0));
    high = add(high, points.at(-1) ?? rational(0));
  }
  const min = clamp(floorNumber(low), 999_999);
  return { min, max: Math.max(clamp(-floorNumber(negate(high)), 1_000_000), min + 1) };
}

function clamp(value: number, most: number): number {
  return Math.min(Math.max(value, -1_000_000), most);
}
