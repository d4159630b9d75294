import { join } from "node:path";
import type { Command } from "commander";
import { type AuditReport, auditFiles, auditNode, formatAuditPage, type LogAlarm, parseTrust } from "../../auditor/index.js";
import { readLines, readText, replaceFile } from "../files.js";
import { realNetwork, realSurroundings } from "../surroundings.js";
import type { Terminal } from "../terminal.js";
import { exitCouldNot, exitDoesNotHold, verb } from "../verb.js";
import { addCompare } from "./compare.js";
import { filesAt, folderFiles, isFolder, keepCheckpoint, mirrorMemory } from "./mirror.js";
import { sayReport } from "./report.js";

interface AuditOptions {
  readonly trust?: string;
  readonly mirror?: string;
  readonly out?: string;
  readonly answers?: string;
  readonly archive?: string;
}

/** `frostglass audit`: a node's whole log, read from what it publishes. */
export function addAudit(program: Command): void {
  const command = program
    .command("audit [log]")
    .description(
      "read a whole published log (a node's URL, or a folder) and check it; exit code 0 if nothing is found, 1 if something is, 2 if not all of it was seen or the quorum of the trust file has not cosigned it",
    )
    .option("--trust <file>", "the trust file; without it the log's own word is taken for its key")
    .option("--mirror <dir>", "keep what is read there: the next audit reads what is new, and holds it against what was seen before")
    .option("--answers <file>", "what the holder's `audit-export` wrote: each answer is judged, and every budget counted again")
    .option("--archive <place>", "a folder or URL with the holder's archive: what the log serves no more is read there, and checked alike")
    .option("--out <dir>", "write the report there as report.html and report.json")
    .addHelpText(
      "after",
      "\nExamples:\n  frostglass audit http://127.0.0.1:8440 --trust trust\n  frostglass audit https://tax.example --trust trust --mirror tax.mirror --out reports\n  frostglass audit https://tax.example --trust trust --answers tax.answers\n",
    );
  verb<AuditOptions>(command, async (terminal, options, [log = ""]) => {
    if (log === "") command.error("error: missing argument 'log': the URL of a node, or a folder", { exitCode: 2 });
    const report = await auditAt(log, options, (entries) => terminal.progress(`${entries} entries read`));
    terminal.progress("");
    if (options.mirror !== undefined) keepSeen(options.mirror, report);
    sayReport(terminal, report);
    if (options.out !== undefined) writeReport(terminal, options.out, report);
    terminal.result({ ...report, governance: undefined });
    return exitCodeOf(report);
  });
  addCompare(command.enablePositionalOptions());
}

/** What was found outweighs what was not seen; and a log that nobody but its holder has seen is not a log that holds. */
function exitCodeOf({ findingCount, alarm, anchors, anchorsUnread, unseen, witnessing }: AuditReport): number | undefined {
  const isContradicted = anchors.some(({ result }) => result === "fails");
  if (findingCount > 0 || alarm !== undefined || isContradicted) return exitDoesNotHold;
  const isOpen = unseen.length > 0 || witnessing === "not-yet-witnessed" || anchorsUnread !== undefined;
  return isOpen ? exitCouldNot : undefined;
}

function auditAt(
  log: string,
  { trust, mirror, answers, archive }: AuditOptions,
  onProgress: (entries: number) => void,
): Promise<AuditReport> {
  const ways = {
    trust: trust === undefined ? undefined : parseTrust(readText(trust)),
    memory: mirror === undefined ? undefined : mirrorMemory(mirror),
    answers: answers === undefined ? undefined : readLines(answers),
    archive: archive === undefined ? undefined : filesAt(archive),
    onProgress,
  };
  if (isFolder(log)) return auditFiles(folderFiles(log), ways);
  return auditNode({ nodeUrl: log, ...realNetwork, ...ways });
}

/** The mirror's checkpoint moves on only with a log that continues it; what proves an alarm is kept beside it. */
function keepSeen(mirror: string, { alarm, checkpoint }: AuditReport): void {
  if (alarm === undefined) keepCheckpoint(mirror, checkpoint);
  else for (const [name, note] of alarmNotes(alarm)) replaceFile(join(mirror, name), note);
}

function alarmNotes({ kind, before, now }: LogAlarm): readonly (readonly [string, string])[] {
  return [
    [`${kind}.before.checkpoint`, before],
    [`${kind}.now.checkpoint`, now],
  ];
}

function writeReport({ say, style }: Terminal, out: string, report: AuditReport): void {
  replaceFile(join(out, "report.html"), formatAuditPage(report, realSurroundings.now()));
  replaceFile(join(out, "report.json"), `${JSON.stringify({ ...report, governance: undefined }, undefined, 2)}\n`);
  say(style.dim(`  report  ${join(out, "report.html")}, report.json`));
}
