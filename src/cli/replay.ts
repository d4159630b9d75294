import { join } from "node:path";
import type { Command } from "commander";
import { parseTrust, verifyEvidence } from "../auditor/index.js";
import { FrostglassError } from "../errors/error.js";
import { parseEvidence } from "../evidence/evidenceFile.js";
import { openAdminSession } from "../vault/adminSession.js";
import type { ReplayReport, ReplayRequest, Said } from "../vault/answers/replayAnswer.js";
import { homeAt, readNode } from "../vault/home.js";
import { outcomeLine } from "./ask.js";
import { readText } from "./files.js";
import { passphraseOption } from "./passphrase.js";
import { type HomeOptions, loadKeyring } from "./session.js";
import { realSurroundings } from "./surroundings.js";
import type { Terminal } from "./terminal.js";
import { exitDoesNotHold, verb } from "./verb.js";
import { sayReport } from "./verify.js";

interface ReplayOptions extends HomeOptions {
  readonly opening?: string;
  readonly trust?: string;
}

/** `frostglass replay`: an answer computed again where the records are. */
export function addReplay(program: Command): void {
  const command = program
    .command("replay <evidence>")
    .description(
      "compute an answer again from the sealed records of its epoch; exit code 0 if it was right, 1 if it was not, 2 if it cannot be done",
    )
    .requiredOption("--home <dir>", "the holder's home")
    .option("--opening <file>", "the opening file of the answer, which names the subject")
    .option("--trust <file>", "the trust file: the log's key, the witnesses, the quorum (default: public/trust of the home)")
    .option(...passphraseOption)
    .addHelpText(
      "after",
      "\nExample:\n  frostglass replay answer.tlog-proof --opening answer.tlog-proof.opening --home ./tax --trust trust\n",
    );
  verb<ReplayOptions>(command, async (terminal, options, [path = ""]) => {
    const report = await replay(options, requestOf(terminal, options, readText(path)));
    sayReplayed(terminal, report);
    terminal.result(report.result === "right" ? report : { ...report, code: "outcome-differs" });
    return report.result === "right" ? undefined : exitDoesNotHold;
  });
}

/** What the vault is asked, from evidence that holds. Throws `replay-opening-missing`, `replay-evidence-fails`. */
function requestOf(terminal: Terminal, { home, opening: openingFile, trust }: ReplayOptions, evidence: string): ReplayRequest {
  if (openingFile === undefined)
    throw new FrostglassError("replay-opening-missing", "Without its opening nobody knows whom the answer is about.");
  const report = verifyEvidence(evidence, parseTrust(readText(trust ?? join(homeAt(home).publicDir, "trust"))));
  if (report.verdict === "fails") {
    sayReport(terminal, report);
    throw new FrostglassError("replay-evidence-fails", "The evidence does not hold, so there is nothing to compute again.");
  }
  const { answer, proof } = parseEvidence(evidence);
  return { answer: answer.decoded.text, index: proof.index, opening: readText(openingFile) };
}

async function replay(options: ReplayOptions, request: ReplayRequest): Promise<ReplayReport> {
  const home = homeAt(options.home);
  readNode(home);
  const session = await openAdminSession(home, () => loadKeyring(options), realSurroundings);
  try {
    return await session.replay(request);
  } finally {
    await session.close();
  }
}

function sayReplayed({ say, style }: Terminal, { result, epoch, signed, recomputed }: ReplayReport): void {
  const line = ({ outcome, reasonCodes }: Said) => outcomeLine(style, outcome, reasonCodes);
  say(`  signed      ${line(signed)}`);
  say(`  recomputed  ${line(recomputed)}   ${style.dim(`from epoch ${epoch.number}, records as of ${epoch.asOf}`)}`);
  if (result === "right") say(style.good("The answer is what the records give."));
  else say(style.bad("outcome-differs  The answer is not what the records give. Keep the evidence; the node's log has this finding."));
}
