import { formatBits } from "../../wire/bits.js";
import { formatInstant } from "../witnesses.js";
import type { AnswersReport } from "./answersAudit.js";
import type { RequesterTotals } from "./recount.js";

/** What became of the answers, in lines of plain words: whole numbers first, then a line for each requester. */
export function describeAnswers(report: AnswersReport): readonly string[] {
  const { judged, size, until, leftOut, lost, later, notYetPublished, requesters } = report;
  const open = [
    leftOut > 0 ? `${leftOut} left out` : "",
    lost > 0 ? `${lost} were lost before the log was refilled` : "",
    later > 0 ? `${later} came after the export` : "",
    notYetPublished > 0 ? `${notYetPublished} are not in the published log yet` : "",
  ].filter((part) => part !== "");
  return [
    `${[`${judged} answers of the first ${size} entries were judged`, ...open].join("; ")} (exported at ${formatInstant(until)})`,
    ...Object.entries(requesters).map(([name, totals]) => `${name}: ${totalsLine(totals)}`),
    spentLine(report),
  ];
}

function totalsLine({ answers, refusals, repeats, millibits }: RequesterTotals): string {
  return `${answers} answers (${repeats} of them repeats), ${refusals} refusals, ${formatBits(millibits)} bits charged`;
}

function spentLine({ accounts, ceilings, mostOfBudget, mostOfCeiling }: AnswersReport): string {
  return `${accounts} ${accounts === 1 ? "account" : "accounts"} and ${ceilings} ${ceilings === 1 ? "ceiling" : "ceilings"} counted again; the most that was spent is ${percent(mostOfBudget)} of a budget and ${percent(mostOfCeiling)} of a ceiling`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
