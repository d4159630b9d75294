import type { Command } from "commander";
import { homeAt, readNode } from "../vault/home.js";
import { archiveLog } from "../vault/log/archiveLog.js";
import { archivedUpTo } from "../vault/log/checkArchive.js";
import type { NodeStatus } from "../vault/nodeStatus.js";
import { folderFiles } from "./audit/mirror.js";
import { type HomeOptions, homeVerb, withSession } from "./session.js";
import { counted, type Terminal } from "./terminal.js";
import { verb } from "./verb.js";

/** `frostglass log archive`: a copy of the public log that keeps what the log serves no more. */
export function addArchive(log: Command): void {
  const command = log
    .command("archive")
    .description("copy the public log into a folder that any web server can serve, checking each entry; run again, it adds what is new")
    .requiredOption("--home <dir>", "the holder's home; no passphrase is needed, and the node may run")
    .requiredOption("--out <dir>", "the archive: a new folder at first")
    .addHelpText("after", "\nExample:\n  frostglass log archive --home ./tax --out ./tax.archive\n");
  verb<{ home: string; out: string }>(command, async (terminal, { home, out }) => {
    readNode(homeAt(home));
    const { publicDir } = homeAt(home);
    const { from, size } = await archiveLog(
      { dir: publicDir, files: folderFiles(publicDir) },
      { dir: out, files: folderFiles(out) },
      (entries) => terminal.progress(`${entries} entries`),
    );
    terminal.progress("");
    terminal.say(`${terminal.style.good("archived")}  ${counted(size, "entry", "entries")}, ${size - from} of them new`);
    terminal.result({ archive: out, from, size });
    return undefined;
  });
}

interface PruneOptions extends HomeOptions {
  readonly archive: string;
}

/** `frostglass log prune`: lets the public log go where the policy's retention is over and an archive has it. */
export function addPrune(log: Command): void {
  const command = homeVerb(
    log,
    "prune",
    "serve old answers' entries no more: those that the policy's retention lets go, and the archive has",
  )
    .requiredOption("--archive <dir>", "what `log archive` made; every entry that goes is read there first")
    .addHelpText("after", "\nExample:\n  frostglass log prune --home ./tax --archive ./tax.archive\n");
  verb<PruneOptions>(command, async (terminal, options) => {
    const status = await withSession(options, async (session) => {
      const before = await session.run({ act: "status" });
      const minimumIndex = await prunableOf(terminal, options, before);
      return session.run({ act: "prune-log", minimumIndex });
    });
    terminal.say(
      `${terminal.style.good("pruned")}  entries before ${status.minimumIndex} are served by the archive alone, acts of administration excepted`,
    );
    terminal.say(terminal.style.dim("  the files go when readers can see the act: at once, or when the witnesses have cosigned it"));
    terminal.result(status);
    return undefined;
  });
}

/** Where the policy lets nothing go, the vault is asked all the same: it says why. */
async function prunableOf(terminal: Terminal, { home, archive }: PruneOptions, status: NodeStatus): Promise<number> {
  const { minimumIndex: from, prunableBelow: to = 0 } = status;
  if (to <= from) return Math.max(from, 1);
  const onProgress = (entries: number) => terminal.progress(`${entries} entries of the archive checked`);
  const end = await archivedUpTo(folderFiles(homeAt(home).publicDir), folderFiles(archive), { from, to }, onProgress);
  terminal.progress("");
  return end;
}
