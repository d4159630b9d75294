import type { Command } from "commander";
import { homeAt } from "../vault/home.js";
import { type Refill, refillLog } from "../vault/log/refill/refillLog.js";
import { retireLog } from "../vault/log/refill/retiredLog.js";
import { filesAt } from "./audit/mirror.js";
import { addArchive, addPrune } from "./logPruning.js";
import { type HomeOptions, homeVerb, loadKeyring } from "./session.js";
import type { Terminal } from "./terminal.js";
import { verb } from "./verb.js";

interface RefillOptions extends HomeOptions {
  readonly from: string;
  readonly archive?: string;
  readonly acceptLostCharges?: boolean;
}

/** `frostglass log`: what an operator does about the log of a home: archive and prune it, refill it after it was put back, retire it. */
export function addLog(program: Command): void {
  const log = program
    .command("log")
    .description("archive and prune a home's public log; refill the log of a home that was put back, or retire it");
  const command = homeVerb(log, "refill", "take entries that this log signed, and the home lost, from a published copy")
    .requiredOption("--from <copy>", "a folder (a mirror, a copy, the home's public/) or the URL of a copy")
    .option("--archive <place>", "a folder or URL with the log's archive, for entries that the copy serves no more")
    .option("--accept-lost-charges", "go on although replies and charges of the answers among them are lost")
    .addHelpText("after", "\nExample:\n  frostglass log refill --home ./tax --from ./tax.mirror\n");
  addRetire(log);
  addArchive(log);
  addPrune(log);
  verb<RefillOptions>(command, async (terminal, options) => {
    const copy = await copyAt(options.from, options.archive);
    const refill = await refillLog(homeAt(options.home), await loadKeyring(options), copy, {
      acceptLostCharges: options.acceptLostCharges === true,
    });
    sayRefill(terminal, refill);
    terminal.result(refill);
    return undefined;
  });
}

function addRetire(log: Command): void {
  const command = log
    .command("retire")
    .description("end a log that cannot be refilled: its vault never starts again, and a successor names its last checkpoint")
    .requiredOption("--home <dir>", "the holder's home")
    .requiredOption("--successor <name>", "the name of the log that goes on; it needs a name of its own")
    .addHelpText("after", "\nExample:\n  frostglass log retire --home ./tax --successor tax.example/2\n");
  verb<{ home: string; successor: string }>(command, async ({ say, style, result }, { home, successor }) => {
    retireLog(homeAt(home), successor);
    say(`${style.good("retired")}  the log of ${home}; its answers stay good, and its public files should stay served`);
    say(style.dim(`next  frostglass init NEW --name ${successor} --succeeds CHECKPOINT   (the largest that a mirror or a witness has)`));
    result({ retired: home, successor });
    return undefined;
  });
}

async function copyAt(place: string, archive: string | undefined) {
  const [files, older] = [filesAt(place), archive === undefined ? undefined : filesAt(archive)];
  return { checkpoint: await files.text("checkpoint"), read: async (path: string) => (await files.bytes(path)) ?? older?.bytes(path) };
}

function sayRefill({ say, style }: Terminal, { from, to, answers, acts, erasures }: Refill): void {
  say(`${style.good("refilled")}  entries ${from} to ${to - 1}: ${acts} acts of administration, ${answers} answers`);
  if (answers > 0)
    say(style.warn(`  lost     the replies to these ${answers} answers, and what they were charged: budgets stand as in the backup`));
  if (erasures > 0)
    say(style.warn(`  erasures ${erasures} came after the backup: if its records were put back too, erase these subjects again`));
  say(style.dim("  the log will say so with its next entry, once the witnesses have agreed that nothing beyond was signed"));
}
