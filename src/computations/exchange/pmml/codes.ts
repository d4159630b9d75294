import type { BoundCharacteristic, BoundScorecard } from "../../binding/bound.js";
import type { Scorecard } from "../../manifest/scorecard.js";
import { quote } from "../../syntax/nearest.js";
import type { Problems } from "../../syntax/problems.js";

/** The reason codes of a model: PMML wants one for every Attribute, and a baseline for every Characteristic (in the card's unit). */
export interface ReasonCodes {
  readonly most: number;
  readonly characteristics: readonly { readonly baseline: number; readonly codes: readonly string[] }[];
}

/** Stands at Attributes that lose no points, so that it is never given; a code of the card itself would be a false reason in some tools. */
const noReason = "NONE";

/** Undefined where the card gives no reasons. Reports the lines whose reasons PMML would rank or give otherwise. */
export function codesFor(card: Scorecard, bound: BoundScorecard, most: number, problems: Problems): ReasonCodes | undefined {
  if (most === 0 || card.characteristics.every(([, lines]) => lines.every(({ reason }) => reason === undefined))) return undefined;
  if (bound.repeated === "most") refuseShared(card, problems);
  const characteristics = bound.characteristics.map((characteristic, index) => {
    const lines = card.characteristics[index]?.[1] ?? [];
    const reasons = lines.some(({ reason }) => reason !== undefined);
    const baseline = reasons ? characteristic.baseline : idleBaseline(characteristic, bound);
    const codes = characteristic.bins.map(({ reason, gives }, line) => {
      const loses = gives !== undefined && (bound.rank === "points_below" ? gives < baseline : gives > baseline);
      const place = lines[line]?.place;
      if (reason === noReason && place)
        problems.mistake(place, `${noReason} marks bins without a reason in the model.`, "another reason code");
      if (reason === undefined && loses && place)
        problems.mistake(place, "This bin loses points and names no reason; PMML wants a reason for it.", "a reason, or the export as CSV");
      return reason ?? noReason;
    });
    return { baseline, codes };
  });
  return { most, characteristics };
}

/** A baseline that no bin falls short of, for a characteristic that gives no reasons. */
function idleBaseline({ bins }: BoundCharacteristic, { rank, unit }: BoundScorecard): number {
  const points = bins.flatMap(({ gives }) => gives ?? []);
  return rank === "points_below" ? Math.min(...points, 0) - unit : Math.max(...points, 0) + unit;
}

function refuseShared({ characteristics }: Scorecard, problems: Problems): void {
  const first = new Map<string, string>();
  for (const [name, lines] of characteristics)
    for (const { reason } of lines) {
      const other = reason && first.get(reason.text);
      if (reason !== undefined && other === undefined) first.set(reason.text, name.text);
      if (reason === undefined || other === undefined || other === name.text) continue;
      const message = `${quote(other)} gives the reason ${quote(reason.text)} too, and PMML adds up the points of one code.`;
      problems.mistake(reason.place, message, "reasons: { repeated: sum } in the scorecard, or a code of its own");
    }
}
