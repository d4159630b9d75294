import { type AuditReport, describeAnswers, describePolicies, describeUnseen } from "../../auditor/index.js";
import { describeWitnesses } from "../../auditor/witnesses.js";
import { sayParagraph } from "../paragraph.js";
import type { Style, Terminal } from "../terminal.js";

/** What an audit found, for people: the verdict, what was open, the policies, the answers, each finding, the anchors, the witnesses. */
export function sayReport(terminal: Terminal, report: AuditReport): void {
  const { style } = terminal;
  if (report.alarm === undefined) sayVerdict(terminal, report);
  else sayAlarm(terminal, `${report.origin}: ${report.alarm.words}`);
  const gaps = describeUnseen(report.unseen);
  const policies = report.policies.length > 1 ? describePolicies(report.policies) : [];
  const answers = report.answers === undefined ? [] : describeAnswers(report.answers);
  if (gaps !== undefined) sayWarning(terminal, `${gaps}. Ask the holder for its archive and give it with \`--archive\``);
  for (const line of [...policies, ...answers]) sayParagraph(terminal, line, { start: "  ", indent: 4 });
  for (const { index, words } of report.findings) sayMarked(terminal, style.bad("✗"), `entry ${index}: ${words}`);
  for (const { result, words } of report.anchors)
    sayMarked(terminal, result === "holds" ? style.good("✓") : style.bad("✗"), `anchor: ${words}`);
  if (report.anchorsUnread !== undefined) sayWarning(terminal, `the anchors could not be read: ${report.anchorsUnread.words}`);
  if (report.witnessing === "quorum") sayParagraph(terminal, describeWitnesses(report).words, { indent: 2, paint: style.dim });
  if (report.witnessing === "not-yet-witnessed")
    sayWarning(terminal, "not yet witnessed: the quorum of the trust file has not cosigned this checkpoint");
  if (report.trust === "first-use") sayWarning(terminal, "the log's key is the log's own word; pass `--trust FILE` to check it");
}

function sayVerdict(terminal: Terminal, report: AuditReport): void {
  const { style } = terminal;
  const { findingCount, origin, size, counts, readBefore } = report;
  const [word, paint] = verdict(style, report);
  const text = `${origin}: ${size} entries, ${counts["answer/1"] ?? 0} of them answers, ${findingCount} findings`;
  sayParagraph(terminal, text, { start: `${paint(word)}  `, indent: word.length + 2 });
  if (readBefore > 0)
    sayParagraph(terminal, `continues the ${readBefore} entries that were read before; ${size - readBefore} are new`, {
      indent: 2,
      paint: style.dim,
    });
}

function verdict(style: Style, { findingCount, unseen, witnessing }: AuditReport): readonly [word: string, paint: Style["good"]] {
  if (findingCount > 0) return ["findings", style.bad];
  if (unseen.length > 0) return ["not all seen", style.warn];
  return witnessing === "not-yet-witnessed" ? ["not witnessed", style.warn] : ["holds", style.good];
}

function sayAlarm(terminal: Terminal, text: string): void {
  sayParagraph(terminal, text, { start: `${terminal.style.bad("alarm")}  `, indent: 7 });
  sayParagraph(terminal, "Both checkpoints are signed by the log. Keep them, show them to other auditors, and ask the holder.", {
    indent: 2,
  });
}

function sayMarked(terminal: Terminal, mark: string, text: string): void {
  sayParagraph(terminal, text, { start: `  ${mark} `, indent: 4 });
}

function sayWarning(terminal: Terminal, text: string): void {
  sayParagraph(terminal, text, { indent: 2, paint: terminal.style.warn });
}
