import type { Command } from "commander";
import { type Audited, type EvidenceReport, parseOpening, parseTrust, recallAudit, type Step, verifyEvidence } from "../auditor/index.js";
import { FrostglassError } from "../errors/error.js";
import type { Answer } from "../wire/answer.js";
import { outcomeLine } from "./ask.js";
import { mirrorMemory } from "./audit/mirror.js";
import { readText } from "./files.js";
import { sayParagraph } from "./paragraph.js";
import type { Style, Terminal } from "./terminal.js";
import { exitDoesNotHold, verb } from "./verb.js";

interface VerifyOptions {
  readonly trust: string;
  readonly opening?: string;
  readonly mirror?: string;
}

/** `frostglass verify`: one evidence file, offline. */
export function addVerify(program: Command): void {
  const command = program
    .command("verify <file>")
    .description("verify one evidence file offline; exit code 0 if it holds, 1 if it does not")
    .requiredOption("--trust <file>", "the trust file: the log's key, the witnesses, the quorum")
    .option("--opening <file>", "also check which subject the answer is about")
    .option(
      "--mirror <dir>",
      "a mirror that an audit of the same log left: the file has to show the same log, and what came to light about the answer's key later counts too",
    )
    .addHelpText("after", "\nExample:\n  frostglass verify answer.tlog-proof --trust trust\n");
  verb<VerifyOptions>(command, async (terminal, options, [path = ""]) => {
    const opening = options.opening === undefined ? undefined : parseOpening(readText(options.opening));
    const text = readText(path);
    const audited = options.mirror === undefined ? undefined : await auditedIn(options.mirror, text);
    const report = verifyEvidence(text, parseTrust(readText(options.trust)), { opening, audited });
    sayReport(terminal, report);
    terminal.result(report);
    return report.holds ? undefined : exitDoesNotHold;
  });
}

/** What an audit read of a log. Throws `file-missing` where none was, and as `recallAudit` does. */
async function auditedIn(folder: string, evidence: string): Promise<Audited> {
  const memory = mirrorMemory(folder);
  const state = await memory.load();
  if (state === undefined) throw new FrostglassError("file-missing", `No audit has left anything in ${folder}.`);
  return recallAudit(state, memory, evidence);
}

/** The report in numbered steps, what was answered, and what no evidence file can show. */
export function sayReport(terminal: Terminal, report: EvidenceReport): void {
  const { style } = terminal;
  for (const step of report.steps) sayStep(terminal, step);
  if (report.answer !== undefined && report.verdict !== "fails") {
    terminal.say();
    terminal.say(
      `${report.answer.iss} answered ${report.answer.aud}: ${outcomeLine(style, report.answer.outcome, report.answer.reasonCodes)}`,
    );
    for (const basis of basisLines(report.answer)) sayParagraph(terminal, basis, { indent: 2, paint: style.dim });
  }
  terminal.say();
  terminal.say(verdictLine(style, report));
  const start = style.dim("  not proved: ");
  for (const sentence of report.notProved) sayParagraph(terminal, sentence, { start, indent: 14, paint: style.dim });
}

/** What the answer says that it rests on, for which purpose. None where it was refused before. */
function basisLines({ purpose, consent, legalBasis }: Pick<Answer, "purpose" | "consent" | "legalBasis">): readonly string[] {
  if (consent !== undefined) return [`for ${purpose}, on the consent ${consent}`];
  return legalBasis === undefined ? [] : [`for ${purpose}, without consent, on the legal basis: ${legalBasis}`];
}

function sayStep(terminal: Terminal, { number, title, result, words, code }: Step): void {
  const { style } = terminal;
  const mark = { holds: style.good("✓"), fails: style.bad("✗"), "not-shown": style.dim("–") }[result];
  const start = `${mark} ${String(number).padStart(2)}  ${title.padEnd(16)} `;
  if (code === undefined) sayParagraph(terminal, words, { start, indent: 23 });
  else sayParagraph(terminal, `${words}  [${code}]`, { start, indent: 23, paint: (line) => line.replace(`[${code}]`, style.bad) });
}

function verdictLine(style: Style, { verdict }: EvidenceReport): string {
  if (verdict === "holds") return style.good("The evidence holds.");
  if (verdict === "not-yet-witnessed") return style.warn("Signed and logged, not yet witnessed: ask for the evidence again later.");
  return style.bad("The evidence does not hold. Do not rely on it.");
}
