import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import type { Command } from "commander";
import { formatBase64Url } from "../../bytes/base64.js";
import { FrostglassError } from "../../errors/error.js";
import type { AdminSession } from "../../vault/adminSession.js";
import { type ExportHeader, formatExportHeader } from "../../wire/answerExport.js";
import { type HomeOptions, homeVerb, withSession } from "../session.js";
import { realSurroundings } from "../surroundings.js";
import { verb } from "../verb.js";

/** `frostglass audit-export`: what a holder hands to an auditor beside its public log. */
export function addAuditExport(program: Command): void {
  const command = homeVerb(
    program,
    "audit-export",
    "write every signed answer to a file for an auditor, with names for accounts that say who is the same, and not who it is",
  )
    .requiredOption("--out <file>", "a new file; it holds no subject, yet every outcome: give it to nobody but the auditor")
    .addHelpText("after", "\nExample:\n  frostglass audit-export --home ./tax --out tax.answers\n");
  verb<HomeOptions & { out: string }>(command, async (terminal, options) => {
    if (existsSync(options.out)) throw new FrostglassError("file-exists", `There is a file ${options.out} already; it was not touched.`);
    const { answers, header } = await withSession(options, (session) =>
      writeWhole(options.out, (write) => exportTo(session, write, (count) => terminal.progress(`${count} answers`))),
    );
    terminal.progress("");
    terminal.say(`${terminal.style.good("written")}  ${answers} answers of the ${header.size} entries of ${header.holder}`);
    terminal.result({ ...header, answers });
    return undefined;
  });
}

interface Exported {
  readonly header: ExportHeader;
  readonly answers: number;
}

/** Asks for page after page, so that neither side holds more than one. */
async function exportTo(session: AdminSession, write: (line: string) => void, onProgress: (answers: number) => void): Promise<Exported> {
  const salt = formatBase64Url(realSurroundings.randomBytes(16));
  const first = await session.exportAnswers({ from: 0, salt });
  const { header } = first;
  write(formatExportHeader(header));
  let answers = 0;
  for (let page = first; ; page = await session.exportAnswers({ from: page.next, size: header.size, salt })) {
    for (const line of page.lines) write(line);
    answers += page.lines.length;
    onProgress(answers);
    if (page.next === undefined) return { header, answers };
  }
}

/** Writes a file of lines, for this user alone, whole or not at all. */
async function writeWhole<T>(path: string, fill: (write: (line: string) => void) => Promise<T>): Promise<T> {
  const partial = `${path}.partial`;
  const descriptor = openSync(partial, "w", 0o600);
  try {
    const filled = await fill((line) => writeSync(descriptor, `${line}\n`));
    fsyncSync(descriptor);
    renameSync(partial, path);
    return filled;
  } catch (thrown) {
    rmSync(partial, { force: true });
    throw thrown;
  } finally {
    closeSync(descriptor);
  }
}
