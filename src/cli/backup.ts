import type { Command } from "commander";
import { writeBackup } from "../vault/backup/writeBackup.js";
import { homeAt } from "../vault/home.js";
import { realSurroundings } from "./surroundings.js";
import { verb } from "./verb.js";

interface BackupOptions {
  readonly home: string;
  readonly out: string;
}

/** `frostglass backup`: a whole home in one file, while the node runs. */
export function addBackup(program: Command): void {
  const command = program
    .command("backup")
    .description("write a holder's home into one file, while its node runs or not; keys and records stay sealed")
    .requiredOption("--home <dir>", "the holder's home")
    .requiredOption("--out <file>", "the new backup (a tar archive, mode 0600)")
    .addHelpText("after", "\nExample:\n  frostglass backup --home ./tax --out tax.tar\n");
  verb<BackupOptions>(command, async (terminal, { home, out }) => {
    const manifest = await writeBackup(homeAt(home), out, realSurroundings.now());
    const { holder, logSize, files } = manifest;
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    terminal.say(`${terminal.style.good("backed up")}  ${holder}: ${files.length} files, ${bytes} bytes, a log of ${logSize} entries`);
    terminal.say(terminal.style.dim("keep the passphrase elsewhere: without it nobody opens the keys in this file"));
    terminal.result(manifest);
    return undefined;
  });
}
