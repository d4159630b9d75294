import { existsSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import { asFrostglassError, FrostglassError } from "../errors/error.js";
import { type Outcome, type RefusalCode, refusalSentences } from "../model/outcome.js";
import type { Answered, Requester } from "../requester/index.js";
import { openRequester, type QuestionOptions, questionOf, questionVerb } from "./question.js";
import type { Style, Terminal } from "./terminal.js";
import { exitDoesNotHold, verb } from "./verb.js";

interface AskOptions extends QuestionOptions {
  readonly out?: string;
}

/** `frostglass ask`: one signed question, and the answer after it was checked. */
export function addAsk(program: Command): void {
  const command = questionVerb(program, "ask", "ask a node about one subject; exit code 0 for an answer, 1 for a refusal")
    .option("--out <file>", "write the evidence here, and what opens the subject to FILE.opening")
    .addHelpText(
      "after",
      "\nExample:\n  frostglass ask --node http://127.0.0.1:8440 --key bank.key --subject uscc:… \\\n    --computation sales-continuity --purpose credit-monitoring --out answer.tlog-proof\n",
    );
  verb<AskOptions>(command, async (terminal, options) => {
    const { answered, reasons } = await ask(options);
    if (options.out !== undefined) writeEvidence(options.out, answered);
    sayAnswered(terminal, options, answered, reasons);
    return answered.outcome.kind === "refusal" ? exitDoesNotHold : undefined;
  });
}

/** What each reason code of an answer means, from the text of the computation, held against the digest in the answer. */
type ReasonTexts = Readonly<Record<string, { readonly en: string; readonly zh: string | undefined }>>;

async function ask(options: AskOptions): Promise<{ readonly answered: Answered; readonly reasons: ReasonTexts }> {
  refuseExisting(options.out);
  const requester = await openRequester(options);
  const answered = await requester.ask(questionOf(options));
  return { answered, reasons: await reasonTexts(requester, answered) };
}

/** None where the node does not give the text: the answer stands without it. */
async function reasonTexts(requester: Requester, { answer }: Answered): Promise<ReasonTexts> {
  if (answer.reasonCodes.length === 0) return {};
  try {
    const { reasons } = await requester.describe(answer.computation.digest);
    return Object.fromEntries(Object.entries(reasons).filter(([code]) => answer.reasonCodes.includes(code)));
  } catch (thrown) {
    if (asFrostglassError(thrown) === undefined) throw thrown;
    return {};
  }
}

function refuseExisting(out: string | undefined): void {
  if (out === undefined) return;
  for (const path of [out, `${out}.opening`]) {
    if (existsSync(path)) throw new FrostglassError("file-exists", `There is a file ${path} already; nothing was asked.`);
  }
}

/** The opening names the subject, so only its owner may read it. */
export function writeEvidence(out: string, { evidence, opening }: Pick<Answered, "evidence" | "opening">): void {
  writeFileSync(out, evidence, { flag: "wx" });
  writeFileSync(`${out}.opening`, opening, { flag: "wx", mode: 0o600 });
}

function sayAnswered(terminal: Terminal, { out }: AskOptions, answered: Answered, reasons: ReasonTexts): void {
  const { answer, outcome, index, trust } = answered;
  const { style } = terminal;
  terminal.say(outcomeLine(style, outcome, answer.reasonCodes));
  for (const [code, { en, zh = "" }] of inRank(reasons, answer.reasonCodes)) terminal.say(`  ${code.padEnd(9)} ${en}   ${zh}`.trimEnd());
  const name =
    answer.computation.id === undefined ? answer.computation.digest : `${answer.computation.id} ${answer.computation.version ?? ""}`;
  terminal.say(
    `  ${outcome.kind === "refusal" ? "asked    " : "computed "} ${name} for ${answer.purpose}, records as of ${answer.epoch.asOf}`,
  );
  terminal.say(`  signed    by ${answer.iss}, entry ${index} of its log; signature and inclusion checked`);
  terminal.say(`  disclosed ${answer.disclosure.bits} bits; ${answer.disclosure.remaining} bits left for this subject`);
  if (answered.renewsAt !== undefined) terminal.say(`  renews    ${new Date(answered.renewsAt * 1000).toISOString().slice(0, 10)}`);
  if (trust === "first-use")
    terminal.say(style.warn("  trust     the log's key is the node's own word; pass --trust FILE to check it against one that you hold"));
  if (out !== undefined) terminal.say(`  evidence  ${out}   ${style.dim(`(names no subject; ${out}.opening does)`)}`);
  terminal.result({
    outcome,
    reasonCodes: answer.reasonCodes,
    reasons,
    index,
    trust,
    answer,
    digest: answered.answerDigest,
    renewsAt: answered.renewsAt,
  });
}

function inRank(reasons: ReasonTexts, codes: readonly string[]) {
  return codes.flatMap((code) => {
    const text = reasons[code];
    return text === undefined ? [] : [[code, text] as const];
  });
}

function refusalText(code: RefusalCode): string {
  const { detail, next } = refusalSentences(code);
  return `${detail} ${next}`;
}

/** The outcome in one line, as a person reads it. */
export function outcomeLine(style: Style, outcome: Outcome, reasonCodes: readonly string[]): string {
  const reasons = reasonCodes.length === 0 ? "" : style.dim(`   reasons ${reasonCodes.join(", ")}`);
  switch (outcome.kind) {
    case "decision":
      return `${outcome.decision ? style.good("yes") : style.bad("no")}${reasons}`;
    case "band":
      return `${style.accent(`band ${outcome.band}`)}${reasons}`;
    case "score":
      return `${style.accent(`score ${outcome.score}`)}${reasons}`;
    case "no-record":
      return `${style.warn("no record")}   ${style.dim("not on file, too few records, or erased: which of them is not told")}`;
    case "refusal":
      return `${style.bad("refused")}  ${outcome.code}\n  ${refusalText(outcome.code)}`;
  }
}
