import { readFileSync } from "node:fs";
import { join } from "node:path";
import { auditNode, type LogReport, parseEvidence, parseTrust } from "../../auditor/index.js";
import { writeEvidence } from "../ask.js";
import { realNetwork } from "../surroundings.js";
import { administer } from "./administer.js";
import { type StoryAnswer, verifyFiles } from "./asking.js";
import { cosignBoth, witnessName } from "./cosigning.js";
import type { Federation, Holder } from "./federation.js";
import { raiseScore } from "./forgery.js";
import { outcomeWords } from "./outcomes.js";
import type { Stage } from "./stage.js";
import type { Cell, Telling } from "./telling.js";

/** Somebody raises a score in an evidence file, and is found out. */
export function tellForgery(telling: Telling, { dir, tax }: Federation, answers: readonly StoryAnswer[]): void {
  telling.chapter("Somebody alters one character of an answer");
  const scored = answers.find(({ answered }) => answered.outcome.kind === "score");
  const forgery = scored && raiseScore(scored.answered.evidence);
  if (scored === undefined || forgery === undefined) throw new Error("no answer of the story has a score");
  const file = join(dir, "evidence", "forged.tlog-proof");
  writeEvidence(file, { ...scored.answered, evidence: forgery.text });
  const report = verifyFiles(file, tax.trustFile);
  if (report.verdict !== "fails") throw new Error("the forged answer was not found out");
  telling.say(`In a copy of the evidence the score ${forgery.before} becomes ${forgery.after}. The verifier says:`);
  for (const { words, code } of report.steps.filter(({ result }) => result === "fails")) telling.finding(false, `${words} (${code})`);
}

/** Somebody else signs that the logs only grow. */
export async function tellWitness({ telling, nodes }: Stage, federation: Federation): Promise<void> {
  telling.chapter("A regulator's witness cosigns both logs");
  const cosigned = await cosignBoth(federation, nodes);
  const rows = cosigned.map(({ log, size, time }): Cell[] => [
    log,
    String(size),
    new Date(time * 1000).toISOString().slice(11, 19),
    `${telling.good("✓")} ${witnessName}`,
  ]);
  telling.table(["log", "entries", "UTC", "cosigned by"], rows);
  telling.remark(
    "It cosigns a log only while that continues what it saw before: a holder cannot show one log to the bank and another to the auditor.",
  );
}

/** Both logs are read through. */
export async function tellAudit({ telling, nodes }: Stage, federation: Federation): Promise<void> {
  telling.chapter("An auditor reads both logs from the first entry to the last");
  const rows: Cell[][] = [];
  for (const [i, holder] of [federation.tax, federation.bureau].entries()) {
    const report = await auditHolder(holder, nodes[i]?.url ?? "");
    if (report.findingCount > 0) throw new Error(`the log of ${holder.name} has findings`);
    rows.push(auditRow(telling, holder, report));
  }
  telling.table(["log", "entries", "answers", "approvals", "grants", "epochs", "findings"], rows);
  telling.remark("Each entry was traced to the signed root, and the administration replayed. The log names no firm and no outcome.");
}

/** The auditor has the score computed again where the records are. */
export async function tellReplay({ telling }: Stage, federation: Federation, answers: readonly StoryAnswer[]): Promise<void> {
  const scored = answers.find(({ answered }) => answered.outcome.kind === "score");
  if (scored === undefined) throw new Error("no answer of the story has a score");
  const { answer, proof } = parseEvidence(scored.answered.evidence);
  const request = { answer: answer.decoded.text, index: proof.index, opening: scored.answered.opening };
  const { result, recomputed } = await administer(federation.tax, (session) => session.replay(request));
  if (result !== "right") throw new Error("the score computed again is another one");
  telling.finding(
    true,
    `On the premises, entry ${proof.index} is computed again from the sealed records: ${outcomeWords(recomputed.outcome)}.`,
  );
}

function auditHolder({ trustFile }: Holder, nodeUrl: string): Promise<LogReport> {
  return auditNode({ nodeUrl, trust: parseTrust(readFileSync(trustFile, "utf8")), ...realNetwork });
}

function auditRow(telling: Telling, { name }: Holder, { size, counts, findingCount }: LogReport): Cell[] {
  const of = (kind: keyof LogReport["counts"]) => String(counts[kind] ?? 0);
  const findings = { text: findingCount === 0 ? "✓ none" : String(findingCount), paint: findingCount === 0 ? telling.good : telling.bad };
  return [name, String(size), of("answer/1"), of("computation-approved/1"), of("requester-granted/1"), of("epoch-published/1"), findings];
}
