import type { Rational } from "../../../model/rational.js";
import { formatDecimal } from "../../../model/rational.js";
import type { Cut } from "../../manifest/cuts.js";
import { isOneBaseline, type Scorecard, usualRanking } from "../../manifest/scorecard.js";
import { quote } from "../../syntax/nearest.js";
import { Problems } from "../../syntax/problems.js";
import { ExchangeError } from "../exchangedCard.js";
import { operandsOf } from "../operands.js";
import { formatBin, isWord } from "./bin.js";
import { baseRow } from "./readCsv.js";

/**
 * Writes a manifest's scorecard as the table that `readCsv` reads: the base points, then each bin in its order. Throws `scorecard-refused` at
 * the lines of the manifest that a table has no place for: bins with parameters, and reasons that are ranked in other than the usual way.
 */
export function writeCsv(card: Scorecard): string {
  const problems = new Problems();
  const { base, reasons, characteristics } = card;
  if (reasons.place !== undefined && isUnusual(card))
    problems.mistake(
      reasons.place,
      "A table has no place for how reasons are ranked.",
      "the export as PMML, or no reasons in the scorecard",
    );
  const rows = characteristics.flatMap(([name, lines]) => {
    if (name.text === baseRow)
      problems.mistake(name.place, `${quote(baseRow)} stands for the base points in a table.`, "another name for the feature");
    return lines.map((line) => [name.text, formatBin(checked(line, problems).when), pointsOf(line), line.reason?.text ?? ""]);
  });
  if (problems.mistakes > 0) throw new ExchangeError(problems.sorted());
  const all = [["variable", "bin", "points", "reason"], [baseRow, "", formatDecimal(base), ""], ...rows];
  return all.map((row) => `${row.map(formatCell).join(",")}\n`).join("");
}

function isUnusual({ reasons: { rank, baseline, repeated } }: Scorecard): boolean {
  return rank !== usualRanking.rank || repeated !== usualRanking.repeated || isOneBaseline(baseline) || baseline.length > 0;
}

/** No other tool knows a manifest's parameters. */
function checked(line: Cut<Rational>, problems: Problems): Cut<Rational> {
  for (const { text, parameter, place } of operandsOf(line))
    if (parameter === undefined && !isWord(text))
      problems.mistake(place, "A table cannot show this value.", "visible text, no space at its ends");
    else if (parameter !== undefined)
      problems.mistake(place, `The bin depends on the parameter ${quote(parameter)}.`, "a number or word in its place");
  return line;
}

function pointsOf({ gives }: Cut<Rational>): string {
  return gives === undefined ? "no_record" : formatDecimal(gives);
}

function formatCell(cell: string): string {
  return /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
