import type { Command } from "commander";
import { parseNodeUrl } from "../evidence/nodeUrl.js";
import { type PublishedFiles, publishedFiles } from "../evidence/publishedFiles.js";
import { homeAt } from "../vault/home.js";
import { type Refill, refillLog } from "../vault/refill/refillLog.js";
import { folderFiles, isFolder } from "./audit/mirror.js";
import { type HomeOptions, homeVerb, loadKeyring } from "./session.js";
import { realNetwork } from "./surroundings.js";
import type { Terminal } from "./terminal.js";
import { verb } from "./verb.js";

interface RefillOptions extends HomeOptions {
  readonly from: string;
  readonly acceptLostCharges?: boolean;
}

/** `frostglass log`: what an operator does about the log of a home that was put back. */
export function addLog(program: Command): void {
  const log = program.command("log").description("give a home that was put back to an older state the entries of its log again");
  const command = homeVerb(log, "refill", "take entries that this log signed, and the home lost, from a published copy")
    .requiredOption("--from <copy>", "a folder (a mirror, a copy, the home's public/) or the URL of a copy")
    .option("--accept-lost-charges", "go on although replies and charges of the answers among them are lost")
    .addHelpText("after", "\nExample:\n  frostglass log refill --home ./tax --from ./tax.mirror\n");
  verb<RefillOptions>(command, async (terminal, options) => {
    const copy = await copyAt(options.from);
    const refill = await refillLog(homeAt(options.home), await loadKeyring(options), copy, {
      acceptLostCharges: options.acceptLostCharges === true,
    });
    sayRefill(terminal, refill);
    terminal.result(refill);
    return undefined;
  });
}

async function copyAt(place: string) {
  const files: PublishedFiles = isFolder(place)
    ? folderFiles(place)
    : publishedFiles(parseNodeUrl(place), { ...realNetwork, attempts: 4, timeout: 30_000 });
  return { checkpoint: await files.text("checkpoint"), read: files.bytes };
}

function sayRefill({ say, style }: Terminal, { from, to, answers, acts, erasures }: Refill): void {
  say(`${style.good("refilled")}  entries ${from} to ${to - 1}: ${acts} acts of administration, ${answers} answers`);
  if (answers > 0)
    say(style.warn(`  lost     the replies to these ${answers} answers, and what they were charged: budgets stand as in the backup`));
  if (erasures > 0)
    say(style.warn(`  erasures ${erasures} came after the backup: if its records were put back too, erase these subjects again`));
  say(style.dim("  the log will say so with its next entry, once the witnesses have agreed that nothing beyond was signed"));
}
