import type { SettingReport, TestReport } from "../../../computations/testing/report.js";
import type { Style } from "../../terminal.js";
import { binLines } from "./bins.js";
import { left, number, right, Sheet } from "./cells.js";
import { resultLines, scoreLines, stabilityLines } from "./score.js";

/** The report of a test for people. */
export function testLines(report: TestReport, style: Style): readonly string[] {
  const sheet = new Sheet(report, style);
  const chapters = [headLines, outcomeLines, scoreLines, resultLines, binLines, missingLines, reasonLines, stabilityLines, footLines];
  return chapters.flatMap((lines) => lines(report, sheet));
}

function headLines({ computation, epoch, firms, judged, stability }: TestReport, sheet: Sheet): readonly string[] {
  const { id, version, digest } = computation;
  const [enough, share] = sheet.seen(judged);
  const against = stability && `${number(stability.firms)} firms of epoch ${stability.epoch.number} as of ${stability.epoch.asOf}`;
  return [
    `${sheet.style.bold(`${id} ${version}`)}   tested on ${number(firms)} firms, records of epoch ${epoch.number} as of ${epoch.asOf}`,
    sheet.note(digest),
    ...(judged === "nearly all"
      ? []
      : [`  ${enough} of them with records enough to judge by ${share === "" ? "" : `(${share})`}`.trimEnd()]),
    ...(against === undefined ? [] : [`  compared with ${against}`]),
  ];
}

function outcomeLines({ settings }: TestReport, sheet: Sheet): readonly string[] {
  const names = settings[0]?.outcomes.map(({ outcome }) => outcome) ?? [];
  const isScore = names.join() === "scored";
  const columns = isScore ? [right("answered")] : names.flatMap((name) => [right(name), right()]);
  const rows = settings.map((setting) => [
    parametersText(setting),
    ...setting.outcomes.flatMap(({ seen }) => sheet.seen(seen).slice(0, isScore ? 1 : 2)),
    ...sheet.seen(setting.noRecord),
  ]);
  return [...sheet.chapter("Outcomes"), ...sheet.table([left(), ...columns, right("no record"), right()], rows)];
}

function parametersText({ parameters }: SettingReport): string {
  const choices = Object.entries(parameters).map(([name, choice]) => `${name} ${choice}`);
  return choices.join(", ");
}

function missingLines({ features, protection }: TestReport, sheet: Sheet): readonly string[] {
  const some = features.filter(({ missing }) => missing !== "few");
  const rows = some.map(({ feature, missing }) => [feature, ...sheet.seen(missing)]);
  const others = `${some.length === 0 ? "every feature" : "every other feature"}: fewer than ${protection.least} firms`;
  return [
    ...sheet.chapter("Missing values"),
    ...sheet.table([left(), right("firms"), right("share")], rows),
    ...(some.length === features.length ? [] : [`  ${others}`]),
  ];
}

function reasonLines({ reasons }: TestReport, sheet: Sheet): readonly string[] {
  if (reasons.length === 0) return [];
  const rows = reasons.map(({ code, seen }) => [code, ...sheet.seen(seen)]);
  return [...sheet.chapter("Reason codes, of the firms with an answer"), ...sheet.table([left(), right("firms"), right("share")], rows)];
}

function footLines({ protection: { least, base } }: TestReport, sheet: Sheet): readonly string[] {
  const { dim } = sheet.style;
  return [
    "",
    dim(
      `Hidden: counts of fewer than ${least} firms (<), of all but fewer than ${least} (>), and what would give such a count away (·, *).`,
    ),
    dim(
      `Counts are rounded to ${least}, ${least + base}, ${least + 2 * base} … and need not add up. Shares, KS, Gini and PSI come from the rounded counts.`,
    ),
    dim("Nothing here names a firm. That this text was tested is in the log."),
  ];
}
