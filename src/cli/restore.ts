import type { Command } from "commander";
import { restoreBackup } from "../vault/backup/restoreBackup.js";
import { verb } from "./verb.js";

/** `frostglass restore`: a home out of a backup. */
export function addRestore(program: Command): void {
  const command = program
    .command("restore <file> <dir>")
    .description("make a holder's home of a backup, in a folder that is new or empty; every file is checked")
    .addHelpText("after", "\nExample:\n  frostglass restore tax.tar ./tax\n");
  verb(command, async (terminal, _options, [file = "", dir = ""]) => {
    const manifest = restoreBackup(file, dir);
    const { holder, at, logSize, files } = manifest;
    const when = new Date(at * 1000).toISOString();
    terminal.say(`${terminal.style.good("restored")}  ${holder} as of ${when}: ${files.length} files, a log of ${logSize} entries`);
    terminal.say(
      terminal.style.warn(
        "If the node answered anything after that, its log is longer than this one, and going on from here would fork it.",
      ),
    );
    terminal.say("Where witnesses cosign the log, they tell: the node does not answer while they know a longer one (frostglass status).");
    terminal.result(manifest);
    return undefined;
  });
}
