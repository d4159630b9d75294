import { escapeHtml, formatPage } from "../http/page.js";
import { describeAnswers } from "./answers/describeAnswers.js";
import type { LogReport } from "./auditLog.js";
import type { AuditReport } from "./auditNode.js";
import type { Evidence } from "./auditRules.js";
import { describeAct } from "./describeAct.js";
import { describeUnseen } from "./describeUnseen.js";
import type { JudgedAnchor } from "./judgeAnchors.js";
import { describePolicies } from "./policyHistory.js";
import type { Finding } from "./replay.js";
import { formatInstant } from "./witnesses.js";

/** Days with more acts than this are cut: the JSON report has them all. */
const mostActsShown = 2000;

/**
 * The report as one HTML page: verdict, findings, and a timeline of the acts of administration with the findings among them. Nothing is fetched from
 * elsewhere and nothing runs. `auditedAt` is Unix seconds.
 */
export function formatAuditPage(report: LogReport & Partial<Omit<AuditReport, keyof LogReport>>, auditedAt: number): string {
  const body = [
    `<h1>Audit of ${escapeHtml(report.origin)}</h1>`,
    `<p class="soft">${escapeHtml(summary(report))}, read at ${formatInstant(auditedAt)}.</p>`,
    verdict(report),
    ...alarm(report),
    findings(report),
    `<h2>Witnesses</h2>\n<p>${escapeHtml(witnesses(report))}</p>`,
    ...anchors(report.anchors ?? [], report.anchorsUnread),
    `<h2>Policies</h2>\n<ul>${describePolicies(report.policies)
      .map((line) => `<li>${escapeHtml(line)}</li>`)
      .join("\n")}</ul>`,
    ...answers(report),
    `<h2>Timeline of administration</h2>\n${timeline(report)}`,
    `<h2>What was read</h2>\n<dl>${counts(report)}</dl>`,
    `<h2>The checkpoint</h2>\n<pre>${escapeHtml(report.checkpoint)}</pre>`,
    `<h2>What this audit does not show</h2>\n<p>${notShown(report)}</p>`,
  ];
  return formatPage(`Audit of ${report.origin}`, body.join("\n"));
}

function anchors(judged: readonly JudgedAnchor[], unread: AuditReport["anchorsUnread"]): readonly string[] {
  if (unread !== undefined) return [`<h2>Anchors</h2>\n<p>They could not be read: ${escapeHtml(unread.words)}</p>`];
  if (judged.length === 0) return [];
  const lines = judged.map(({ size, result, words }) => `<li>${size} entries: ${result}. ${escapeHtml(words)}</li>`);
  return [`<h2>Anchors</h2>\n<ul>${lines.join("\n")}</ul>`];
}

function summary({ size, counts: kinds, readBefore }: LogReport): string {
  const before = readBefore === 0 ? "" : ` (${readBefore} of them read by an earlier audit)`;
  return `${size} entries${before}, ${kinds["answer/1"] ?? 0} of them answers`;
}

function verdict(report: LogReport & Partial<Pick<AuditReport, "trust">>): string {
  const gaps = describeUnseen(report.unseen);
  return [
    judgement(report),
    ...(gaps === undefined ? [] : [`<p><strong>Not all was seen.</strong> ${escapeHtml(gaps)}.</p>`]),
    ...(report.witnessing === "not-yet-witnessed" ? [unwitnessed] : []),
    ...(report.trust === "first-use" ? [ownWord] : []),
  ].join("\n");
}

const unwitnessed =
  "<p><strong>Not witnessed.</strong> The quorum of the trust file has not cosigned this checkpoint: the holder may show others another log.</p>";
const ownWord =
  "<p><strong>Nobody's word but the log's own.</strong> No trust file was given: which key is the log's, and who its witnesses are, was taken from the log.</p>";

function judgement({ alarm: raised, findingCount, unseen, witnessing }: LogReport): string {
  if (raised !== undefined) return "<p><strong>Alarm: the log is not the one that was seen before.</strong></p>";
  if (findingCount === 0 && (unseen.length > 0 || witnessing === "not-yet-witnessed"))
    return "<p>Nothing was found in the entries that were read.</p>";
  if (findingCount === 0)
    return "<p><strong>Nothing was found.</strong> Every entry leads to the signed root, and every act keeps the rules.</p>";
  return `<p><strong>${findingCount} ${findingCount === 1 ? "finding" : "findings"}.</strong> Each stands in the signed log, so its author cannot deny it.</p>`;
}

function alarm({ alarm: raised }: LogReport): string[] {
  if (raised === undefined) return [];
  const { words, before, now } = raised;
  return [
    `<h2>Alarm</h2>\n<p>${escapeHtml(words)} Keep both checkpoints: the log signed both.</p>`,
    `<h3>Seen before</h3>\n<pre>${escapeHtml(before)}</pre>`,
    `<h3>Shown now</h3>\n<pre>${escapeHtml(now)}</pre>`,
  ];
}

function findings({ findings: found, findingCount }: LogReport): string {
  if (found.length === 0) return "";
  const more = findingCount > found.length ? `<p class="soft">and ${findingCount - found.length} more</p>` : "";
  const rows = found.map(
    (finding) =>
      `<dt>entry ${finding.index} · ${escapeHtml(finding.rule)}</dt><dd>${escapeHtml(finding.words)}${evidence(finding.evidence)}</dd>`,
  );
  return `<h2>Findings</h2>\n<dl>${rows.join("\n")}</dl>${more}`;
}

function evidence(shown: Evidence | undefined): string {
  if (shown === undefined) return "";
  const { answer, entries } = shown;
  return `<br><span class="soft">held against ${entries.length === 1 ? "entry" : "entries"} ${entries.join(", ")}${answer === undefined ? "" : `; answer ${answer}`}</span>`;
}

function answers({ answers: judged }: LogReport): string[] {
  if (judged === undefined) return [];
  return ["<h2>Answers and budgets</h2>", ...describeAnswers(judged).map((line) => `<p>${escapeHtml(line)}.</p>`)];
}

function notShown({ answers: judged }: LogReport): string {
  if (judged === undefined)
    return "Whether the holder's records are true and complete, and what was answered about whom: the log holds hashes of answers only.";
  return "Whether the holder's records are true and complete, whom an answer is about, and whether the holder counts one firm's answers on one account: the names of accounts are its word.";
}

function witnesses({ witnesses: names, witnessing }: LogReport): string {
  const seen = names.map(({ name, time }) => `${name} at ${formatInstant(time)}`).join(", ");
  if (witnessing === "quorum") return `The quorum of the trust file has cosigned this checkpoint: ${seen}.`;
  if (witnessing === "not-asked") return "The trust file asks for no witness.";
  return `Not yet witnessed: ${seen === "" ? "no witness" : `only ${seen}`} has cosigned this checkpoint.`;
}

/** Acts by day, each with its index; a finding stands at its entry, in the same order. */
function timeline({ acts, findings: found }: LogReport): string {
  const at = new Map<number, Finding[]>();
  for (const finding of found) at.set(finding.index, [...(at.get(finding.index) ?? []), finding]);
  let day = "";
  const lines = acts.slice(-mostActsShown).map(({ index, entry }) => {
    const [date = "", time = ""] = formatInstant(entry.at).split(" ");
    const heading = date === day ? "" : `</dl>\n<h3>${escapeHtml(date)}</h3>\n<dl>`;
    day = date;
    const marks = (at.get(index) ?? []).map(({ words }) => `<br><strong>✗ ${escapeHtml(words)}</strong>`).join("");
    return `${heading}<dt>${escapeHtml(time)} · entry ${index}</dt><dd>${escapeHtml(describeAct(entry))}${marks}</dd>`;
  });
  const cut = acts.length > mostActsShown ? `<p class="soft">The last ${mostActsShown} of ${acts.length} acts.</p>` : "";
  return `${cut}<dl>${lines.join("\n")}</dl>`.replace("<dl></dl>\n", "");
}

function counts({ counts: kinds }: LogReport): string {
  return Object.entries(kinds)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, count]) => `<dt>${escapeHtml(kind)}</dt><dd>${count}</dd>`)
    .join("\n");
}
