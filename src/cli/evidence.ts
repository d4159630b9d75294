import type { Command } from "commander";
import { type EvidenceReport, parseTrust, verifyEvidence } from "../auditor/index.js";
import { parseEvidence } from "../evidence/evidenceFile.js";
import { fetchEvidence } from "../requester/index.js";
import { readText, replaceFile } from "./files.js";
import { realNetwork } from "./surroundings.js";
import { exitDoesNotHold, verb } from "./verb.js";
import { sayReport } from "./verify.js";

interface RefreshOptions {
  readonly node: string;
  readonly trust: string;
}

/** `frostglass evidence refresh`: an evidence file under a newer checkpoint. */
export function addEvidence(program: Command): void {
  const evidence = program.command("evidence").description("bring evidence files up to date");
  const refresh = evidence
    .command("refresh <file>")
    .description("put an evidence file under the node's newest witnessed checkpoint; the answer in it stays the same, byte for byte")
    .requiredOption("--node <url>", "the node that answered")
    .requiredOption("--trust <file>", "the trust file: the log's key, the witnesses, the quorum")
    .addHelpText("after", "\nExample:\n  frostglass evidence refresh answer.tlog-proof --node https://tax.example --trust trust\n");
  verb<RefreshOptions>(refresh, async (terminal, { node, trust: trustFile }, [path = ""]) => {
    const trust = parseTrust(readText(trustFile));
    const text = readText(path);
    const { answer, proof, entries } = parseEvidence(text);
    const asked = { answer: answer.decoded.text, index: proof.index, context: entries.map(({ index }) => index) };
    const refreshed = await fetchEvidence({ nodeUrl: node, ...realNetwork, trust, ...asked });
    const report = verifyEvidence(refreshed, trust);
    if (isBetter(report, verifyEvidence(text, trust))) replaceFile(path, refreshed);
    sayReport(terminal, report);
    terminal.result(report);
    return report.holds ? undefined : exitDoesNotHold;
  });
}

/** Evidence that holds never gives way to evidence whose checkpoint has yet to be witnessed. */
function isBetter(refreshed: EvidenceReport, before: EvidenceReport): boolean {
  return refreshed.holds || (refreshed.verdict !== "fails" && !before.holds);
}
