import type { BinEffect, BinLine, CharacteristicReport } from "../../../computations/testing/characteristics.js";
import type { TestReport } from "../../../computations/testing/report.js";
import { left, number, right, type Sheet } from "./cells.js";

/** What each bin of a scorecard goes with. */
export function binLines({ characteristics, settings, results, stability }: TestReport, sheet: Sheet): readonly string[] {
  if (characteristics.length === 0) return [];
  const effects = [right("yes"), right("mean points"), right("bad"), right("WoE"), left()];
  const columns = [left("characteristic"), right("points"), right("firms"), right("share"), ...effects];
  const isDecision = settings[0]?.outcomes.some(({ outcome }) => outcome === "yes");
  const notes = [
    ...(isDecision ? ["yes: share of yes among the bin's decisions."] : []),
    ...(results === undefined
      ? []
      : ["bad: share of bad firms. WoE: weight of evidence, ln(share of the good ÷ share of the bad). IV: information value."]),
    ...(stability === undefined ? [] : ["PSI: stability against the earlier epoch."]),
  ];
  const rows = characteristics.flatMap((each) => characteristicRows(each, results !== undefined, sheet));
  return [...sheet.chapter("Effect of each bin"), ...sheet.table(columns, rows), ...notes.map((note) => sheet.note(note))];
}

function characteristicRows(
  { feature, bins, together, informationValue, stability }: CharacteristicReport,
  hasResults: boolean,
  sheet: Sheet,
): readonly string[][] {
  const figures = [
    ...(hasResults ? [`IV ${informationValue?.toFixed(3) ?? "·"}`] : []),
    ...(stability === undefined ? [] : [`PSI ${stability === null ? "·" : stability.toFixed(3)}`]),
  ];
  return [
    [feature, "", "", "", "", "", "", "", figures.join("  ")],
    ...bins.map((bin) => [binName(bin, together), pointsText(bin), ...sheet.seen(bin.seen), ...effectCells(bin, sheet)]),
    ...(together === undefined ? [] : [["  * together", "", "", "", ...effectCells(together, sheet)]]),
  ];
}

/** A bin whose effect is among those that are shown together carries a star. */
function binName(bin: BinLine, together: BinEffect | undefined): string {
  const isHidden = (["yes", "results"] as const).some((effect) => together?.[effect] !== undefined && bin[effect] === undefined);
  return `  ${bin.bin}${isHidden ? " *" : ""}`;
}

function pointsText({ points }: BinLine): string {
  return points === undefined ? "no record" : String(points);
}

function effectCells({ yes, meanScore, results }: BinEffect & Pick<BinLine, "meanScore">, sheet: Sheet): readonly string[] {
  return [
    yes === undefined ? "" : sheet.percent(yes),
    number(meanScore ?? null),
    results === undefined ? "" : sheet.percent(results.badShare),
    results?.weight === undefined ? "" : `${results.weight < 0 ? "−" : "+"}${Math.abs(results.weight).toFixed(2)}`,
  ];
}
