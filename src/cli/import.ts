import { existsSync } from "node:fs";
import { type Command, Option } from "commander";
import type { ImportProgress } from "../datasets/import/importRows.js";
import { FrostglassError } from "../errors/error.js";
import { openAdminSession } from "../vault/adminSession.js";
import { homeAt, readNode } from "../vault/home.js";
import { type DatasetImport, importDataset } from "../vault/records/importDataset.js";
import { passphraseOption } from "./passphrase.js";
import { type HomeOptions, loadKeyring } from "./session.js";
import { realSurroundings } from "./surroundings.js";
import type { Terminal } from "./terminal.js";
import { exitDoesNotHold, exitGood, verb, wholeNumber } from "./verb.js";

interface ImportOptions extends HomeOptions {
  readonly dataset: string;
  readonly mapping?: string;
  readonly asOf?: string;
  readonly mode: "append" | "replace";
  readonly maxRejects: number;
  readonly rejects?: string;
  readonly dryRun?: boolean;
}

/** `frostglass import`: records in, a new epoch out. */
export function addImport(program: Command): void {
  const command = program
    .command("import <files...>")
    .description("import CSV files (plain or gzip) into a dataset; the node answers from the old epoch until the new one is whole")
    .requiredOption("--home <dir>", "the holder's home")
    .requiredOption("--dataset <name>", "a schema under datasets/ of the home")
    .option("--mapping <file>", "how the file's columns become the schema's (default: mappings/DATASET.yaml, else the header names them)")
    .option("--as-of <date>", "the day that the records are as of, YYYY-MM-DD; windows count back from it (default: today)")
    .addOption(
      new Option("--mode <mode>", "add to what is there, or be the whole dataset").choices(["append", "replace"]).default("append"),
    )
    .option("--max-rejects <number>", "how many rows may be rejected before the import fails", wholeNumber, 0)
    .option("--rejects <file>", "list rejected rows here: file, line, column, reason; never their content")
    .option("--dry-run", "read and check everything, write nothing; exit code 1 if an import would fail")
    .option(...passphraseOption)
    .addHelpText(
      "after",
      "\nExample:\n  frostglass import sales.csv.gz --home ./tax --dataset vat-sales --as-of 2025-12-31 --rejects rejects.csv --max-rejects 100\n",
    );
  verb<ImportOptions>(command, async (terminal, options, files) => {
    for (const file of files) if (!existsSync(file)) throw new FrostglassError("file-missing", `There is no file ${file}.`);
    const imported = await run(terminal, options, files);
    terminal.progress("");
    sayImported(terminal, options, imported);
    return wouldFail(options, imported) ? exitDoesNotHold : exitGood;
  });
}

async function run(terminal: Terminal, options: ImportOptions, files: readonly string[]): Promise<DatasetImport> {
  const home = homeAt(options.home);
  readNode(home);
  const keyring = await loadKeyring(options);
  const session = await openAdminSession(home, () => Promise.resolve(keyring), realSurroundings);
  try {
    return await importDataset(session, keyring, {
      ...{ home, dataset: options.dataset, files, mode: options.mode, maxRejects: options.maxRejects, dryRun: options.dryRun === true },
      asOf: options.asOf ?? new Date(realSurroundings.now() * 1000).toISOString().slice(0, 10),
      ...(options.mapping === undefined ? {} : { mappingFile: options.mapping }),
      ...(options.rejects === undefined ? {} : { rejectsFile: options.rejects }),
      onProgress: (progress) => terminal.progress(progressLine(progress)),
    });
  } finally {
    await session.close();
  }
}

/** A dry run of what an import would refuse does not hold; an import itself throws then. */
function wouldFail({ maxRejects }: ImportOptions, { report }: Pick<DatasetImport, "report">): boolean {
  return report.rejected > maxRejects || report.accepted === 0;
}

/** How many reasons are printed; the file of rejects has all. */
const mostReasons = 8;
const barWidth = 30;

function progressLine({ bytesRead, bytesTotal, rows, rejected }: ImportProgress): string {
  const share = bytesTotal === 0 ? 1 : bytesRead / bytesTotal;
  const filled = Math.round(share * barWidth);
  const bar = "█".repeat(filled) + "░".repeat(barWidth - filled);
  return `${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${rows.toLocaleString("en")} rows${rejected > 0 ? `, ${rejected} rejected` : ""}`;
}

function sayImported(terminal: Terminal, options: ImportOptions, { report, epoch, seconds }: DatasetImport): void {
  const { good, bad, dim, warn } = terminal.style;
  const rows = `${report.accepted.toLocaleString("en")} of ${report.rows.toLocaleString("en")} rows`;
  const failed = wouldFail(options, { report });
  if (epoch === undefined) terminal.say(`${failed ? bad("checked") : good("checked")}  ${rows} can be imported; nothing was written`);
  else
    terminal.say(`${good("imported")}  ${rows} about ${(report.subjects ?? 0).toLocaleString("en")} subjects in ${seconds.toFixed(1)} s`);
  if (report.rejected > 0)
    terminal.say(
      warn(
        `  rejected  ${report.rejected} rows${options.rejects === undefined ? "; --rejects FILE lists them" : `: see ${options.rejects}`}`,
      ),
    );
  for (const { rows: count, column, reason, file, line } of report.reasons.slice(0, mostReasons))
    terminal.say(`    ${String(count).padStart(6)}  ${[column, reason].join(" ").trim()}${dim(`, first in line ${line} of file ${file}`)}`);
  if (epoch === undefined && failed)
    terminal.say(`  ${bad("an import would fail")}: it allows ${options.maxRejects} rejected rows (--max-rejects) and needs one good row`);
  if (report.ignoredColumns.length > 0) terminal.say(`  ignored   columns ${report.ignoredColumns.join(", ")}`);
  if (epoch !== undefined) terminal.say(`  epoch     ${epoch.number}   ${dim(epoch.root)}`);
  const cpuSeconds = process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6;
  const peakRssMb = process.resourceUsage().maxRSS / 1024;
  terminal.result({ ...report, epoch: epoch?.number, root: epoch?.root, seconds, cpuSeconds, peakRssMb });
}
