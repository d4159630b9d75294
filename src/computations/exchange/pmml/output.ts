import { quote } from "../../syntax/nearest.js";
import type { ExchangedCard } from "../exchangedCard.js";
import type { Reading } from "./reading.js";
import type { XmlElement } from "./xml.js";

/** How many reason codes the model's Output gives; undefined where it does not say. What else leaves the vault is for the manifest to say. */
export function readMostReasons(scorecard: XmlElement, reading: Reading): ExchangedCard["mostReasons"] {
  const output = reading.only(scorecard, "Output", false);
  if (output === undefined) return undefined;
  reading.check(output, { attributes: [], children: ["OutputField"] });
  const ranks: number[] = [];
  for (const field of reading.all(output, "OutputField")) {
    reading.check(field, { attributes: ["name", "displayName", "optype", "dataType", "targetField", "feature", "rank", "isFinalResult"] });
    const feature = reading.word(field, "feature", ["predictedValue", "reasonCode"], "predictedValue");
    if (feature === "reasonCode") ranks.push(rankOf(field, reading));
  }
  if (ranks.toSorted((a, b) => a - b).some((rank, index) => rank !== index + 1))
    reading.mistake(output.place, "The ranks of the reason codes leave some out.", "rank 1, 2, … each once");
  else if (ranks.length > 4) reading.mistake(output.place, `The model gives ${ranks.length} reason codes.`, "at most 4");
  return { most: ranks.length, place: output.place };
}

function rankOf(field: XmlElement, reading: Reading): number {
  const rank = field.attributes.get("rank");
  if (rank === undefined) return 1;
  if (!/^[1-9][0-9]{0,3}$/.test(rank.value)) reading.mistake(rank.place, `${quote(rank.value)} is no rank.`, "1, 2, …");
  return Number(rank.value);
}
