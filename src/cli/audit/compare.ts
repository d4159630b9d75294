import type { Command } from "commander";
import { type Comparison, compareLogs, parseTrust, type ShownLog } from "../../auditor/index.js";
import type { PublishedFiles } from "../../evidence/publishedFiles.js";
import { readText } from "../files.js";
import { exitCouldNot, exitDoesNotHold, verb } from "../verb.js";
import { filesAt, isFolder } from "./mirror.js";

/** `frostglass audit compare`: whether two auditors were shown one log. */
export function addCompare(audit: Command): void {
  const command = audit
    .command("compare <a> <b>")
    .description(
      "compare what two people were shown of one log: each a node's URL, a mirror, or a checkpoint file; exit code 1 for a split view",
    )
    .requiredOption("--trust <file>", "the trust file, for the log's key")
    .addHelpText("after", "\nExample:\n  frostglass audit compare tax.mirror colleague.checkpoint --trust trust\n");
  verb<{ trust: string }>(command, async (terminal, { trust }, [a = "", b = ""]) => {
    const compared = await compareLogs(await shownAt(a), await shownAt(b), parseTrust(readText(trust)));
    const { good, bad, warn } = terminal.style;
    const paint = { same: good, continues: good, "split-view": bad, undecided: warn }[compared.relation];
    terminal.say(`${paint(compared.relation)}  ${compared.origin}: ${words(compared)}`);
    terminal.result(compared);
    if (compared.relation === "undecided") return exitCouldNot;
    return compared.relation === "split-view" ? exitDoesNotHold : undefined;
  });
}

function words({ relation, sizes: [a, b] }: Comparison): string {
  if (relation === "same") return `both were shown the same ${a} entries.`;
  if (relation === "continues") return `the larger (${Math.max(a, b)} entries) begins with the smaller (${Math.min(a, b)}).`;
  if (relation === "undecided")
    return `${a} and ${b} entries, and neither side has the tiles: give a mirror or the node's URL for the larger.`;
  return "two trees of which neither continues the other, both signed by the log. The two checkpoints prove it to anybody: keep and publish them.";
}

async function shownAt(place: string): Promise<ShownLog> {
  if (!isFolder(place) && !/^https?:/.test(place)) return { checkpoint: readText(place) };
  return ofFiles(filesAt(place));
}

async function ofFiles(files: PublishedFiles): Promise<ShownLog> {
  return { checkpoint: await files.text("checkpoint"), readTile: files.bytes };
}
