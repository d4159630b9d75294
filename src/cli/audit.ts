import type { Command } from "commander";
import { auditNode, parseTrust } from "../auditor/index.js";
import { readText } from "./files.js";
import { exitDoesNotHold, verb } from "./verb.js";

interface AuditOptions {
  readonly trust?: string;
}

/** `frostglass audit`: a node's whole log, read from what it publishes. */
export function addAudit(program: Command): void {
  const command = program
    .command("audit <url>")
    .description("read a node's whole published log and check it; exit code 0 if nothing is found, 1 if something is")
    .option("--trust <file>", "the trust file; without it the node's own word is taken for the log's key")
    .addHelpText("after", "\nExample:\n  frostglass audit http://127.0.0.1:8440 --trust trust\n");
  verb<AuditOptions>(command, async (terminal, options, [url = ""]) => {
    const trust = options.trust === undefined ? undefined : parseTrust(readText(options.trust));
    const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
    const onProgress = (entries: number) => terminal.progress(`${entries} entries read`);
    const report = await auditNode({ nodeUrl: url, trust, fetch, sleep, onProgress });
    terminal.progress("");
    const { good, bad, warn } = terminal.style;
    const holds = report.findingCount === 0;
    const answers = report.counts["answer/1"] ?? 0;
    terminal.say(
      `${holds ? good("holds") : bad("findings")}  ${report.origin}: ${report.size} entries, ${answers} of them answers, ${report.findingCount} findings`,
    );
    for (const finding of report.findings) terminal.say(`  ${bad("✗")} entry ${finding.index}: ${finding.words}`);
    if (report.trust === "first-use") terminal.say(warn("  the log's key is the node's own word; pass --trust FILE to check it"));
    terminal.result({ ...report, governance: undefined });
    return holds ? undefined : exitDoesNotHold;
  });
}
