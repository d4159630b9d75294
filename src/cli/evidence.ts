import type { Command } from "commander";
import { type EvidenceReport, parseTrust, type TrustPolicy, verifyEvidence } from "../auditor/index.js";
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

/**
 * `frostglass evidence refresh`: an evidence file under a newer checkpoint, where it does not hold under its own. One that holds is left as it is: should its
 * key be given up later, what counts is how early witnesses cosigned it.
 */
export function addEvidence(program: Command): void {
  const evidence = program.command("evidence").description("bring evidence files up to date");
  const refresh = evidence
    .command("refresh <file>")
    .description(
      "put an evidence file that does not hold yet under the node's newest witnessed checkpoint; the answer in it stays the same, byte for byte",
    )
    .requiredOption("--node <url>", "the node that answered")
    .requiredOption("--trust <file>", "the trust file: the log's key, the witnesses, the quorum")
    .addHelpText("after", "\nExample:\n  frostglass evidence refresh answer.tlog-proof --node https://tax.example --trust trust\n");
  verb<RefreshOptions>(refresh, async (terminal, { node, trust: trustFile }, [path = ""]) => {
    const trust = parseTrust(readText(trustFile));
    const text = readText(path);
    const before = verifyEvidence(text, trust);
    const report = before.holds ? before : await refreshed(node, trust, path, text);
    sayReport(terminal, report);
    terminal.result(report);
    return report.holds ? undefined : exitDoesNotHold;
  });
}

/** Fetches the evidence anew, and keeps it unless it fails. Throws as `fetchEvidence` does. */
async function refreshed(nodeUrl: string, trust: TrustPolicy, path: string, text: string): Promise<EvidenceReport> {
  const { answer, proof, entries } = parseEvidence(text);
  const asked = { answer: answer.decoded.text, index: proof.index, context: entries.map(({ index }) => index) };
  const evidence = await fetchEvidence({ nodeUrl, ...realNetwork, trust, ...asked });
  const report = verifyEvidence(evidence, trust);
  if (report.verdict !== "fails") replaceFile(path, evidence);
  return report;
}
