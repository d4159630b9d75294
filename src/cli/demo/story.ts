import type { Computation } from "../../computations/computation.js";
import { sampleFirms } from "../../sample/index.js";
import { formatBits } from "../../wire/bits.js";
import type { RunningNode } from "../serve/node.js";
import { approveAll } from "./approvals.js";
import { askAndVerify, issueConsent, requesterTo, type StoryAnswer } from "./asking.js";
import { tellAudit, tellForgery, tellReplay, tellWitness } from "./checks.js";
import { type Federation, foundFederation, type Holder, handOverTrust } from "./federation.js";
import { startHolder } from "./nodes.js";
import { outcomeWords, outputWords, reasonWords } from "./outcomes.js";
import { type StoryQuestion, storyQuestions } from "./questions.js";
import { importAll, type StoryImport } from "./records.js";
import type { Stage } from "./stage.js";
import { type Cell, count, type Telling } from "./telling.js";

/** What a story leaves behind. */
export interface Told {
  readonly federation: Federation;
  readonly answers: readonly StoryAnswer[];
}

/** Tells the whole story. Throws when anything in it does not come out as the product promises. */
export async function tellStory(stage: Stage): Promise<Told> {
  const { telling, dir, seed, pause } = stage;
  tellTitle(telling);
  const federation = await tellHomes(telling, dir);
  pause();
  const firms = sampleFirms(seed);
  await tellRecords(telling, federation, firms.length, seed);
  pause();
  const computations = await tellApprovals(telling, federation);
  pause();
  await tellNodes(stage, federation);
  pause();
  const answers = await tellAnswers(stage, federation, storyQuestions(firms, seed), computations);
  pause();
  tellForgery(telling, federation, answers);
  await tellWitness(stage, federation);
  await tellAudit(stage, federation);
  await tellReplay(stage, federation, answers);
  return { federation, answers };
}

function tellTitle(telling: Telling): void {
  telling.say();
  telling.say(`${telling.bold(telling.frost("Frostglass"))}   available, not visible · 可用不可见`);
  telling.say();
  telling.remark(
    "A tax bureau has invoices and tax returns, a credit bureau has what registry, courts, utilities, suppliers and banks report, and a bank wants to know whom it may lend to. It gets signed answers and never sees a record.",
  );
}

async function tellHomes(telling: Telling, dir: string): Promise<Federation> {
  telling.chapter("Two holders make their homes");
  const federation = await foundFederation(dir);
  const row = ({ name, sample }: Holder, keeps: string): Cell[] => [name, keeps, `${sample}/`];
  telling.table(
    ["holder", "keeps", "home"],
    [row(federation.tax, "invoices and tax returns"), row(federation.bureau, "registry, court cases, bills, payments, ratings")],
  );
  telling.remark(
    `All of it is below ${dir}. A bank, a consent issuer and two reviewers make their keys there too, each sealed with a passphrase.`,
  );
  return federation;
}

async function tellRecords(telling: Telling, federation: Federation, firms: number, seed: string): Promise<void> {
  telling.chapter(`Records of ${firms} firms go in, and are sealed`);
  const imports = await importAll(federation, seed);
  telling.table(
    ["dataset", "rows", "refused", "firms", "rows/s", "root of the epoch"],
    imports.map((each) => importRow(telling, each)),
  );
  telling.remark("Three rows of the sales file are wrong on purpose. The rejects file says where and why, and nothing of what they hold:");
  for (const line of imports.flatMap(({ rejects }) => rejects)) telling.remark(`  ${rejectWords(line)}`);
}

function importRow({ dim }: Telling, { dataset, done: { report, epoch, seconds } }: StoryImport): Cell[] {
  const { accepted, rejected, rows, subjects = 0 } = report;
  const root = { text: `${epoch?.root.slice(0, 15)}…`, paint: dim };
  return [dataset, count(accepted), count(rejected), count(subjects), count(Math.round(rows / seconds)), root];
}

/** `line 25,707, column date: cell-not-a-date`, from a line of the rejects file. */
function rejectWords(reject: string): string {
  const [, line = "", column = "", reason = ""] = reject.split(",");
  return `line ${count(Number(line))}, column ${column}: ${reason}`;
}

async function tellApprovals(telling: Telling, federation: Federation): Promise<readonly Computation[]> {
  telling.chapter("Reviewers of two organisations sign the computations");
  const computations = [...(await approveAll(federation, federation.tax)), ...(await approveAll(federation, federation.bureau))];
  const rows = computations.map((computation): Cell[] => [
    computation.id,
    outputWords(computation),
    formatBits(computation.millibits),
    computation.datasets.map(({ name }) => name).join(", "),
  ]);
  telling.table(["computation", "lets out", "bits", "reads"], rows);
  const names = federation.reviewers.map(({ key }) => key.name).join(" and ");
  telling.remark(
    `They come from the library and are signed by ${names}, over the exact text. Nothing else runs. bank.example is granted each of them.`,
  );
  return computations;
}

async function tellNodes(stage: Stage, federation: Federation): Promise<void> {
  const { telling, nodes } = stage;
  telling.chapter("The nodes start, each as two processes");
  const holders = [federation.tax, federation.bureau];
  // Both at once; when one fails, the other is still handed to whoever stops the nodes.
  const started = await Promise.allSettled(holders.map((holder) => startHolder(federation, holder)));
  for (const each of started) if (each.status === "fulfilled") nodes.push(each.value);
  for (const each of started) if (each.status === "rejected") throw each.reason;
  for (const holder of holders) handOverTrust(holder);
  const row = ({ name }: Holder, node: RunningNode | undefined): Cell[] => [
    name,
    `pid ${node?.vaultPid}`,
    `pid ${node?.gatewayPid}`,
    node?.url ?? "",
  ];
  telling.table(["holder", "vault", "gateway", "address"], [row(federation.tax, nodes[0]), row(federation.bureau, nodes[1])]);
  telling.remark("The vault has the keys and the records, and no network. The gateway has the network, and neither keys nor records.");
}

async function tellAnswers(
  { telling, nodes, pause }: Stage,
  federation: Federation,
  questions: readonly StoryQuestion[],
  computations: readonly Computation[],
): Promise<readonly StoryAnswer[]> {
  telling.chapter("bank.example asks, and verifies each answer offline");
  for (const { firm, consent } of questions) if (consent) issueConsent(federation, firm);
  const requesters = {
    tax: requesterTo(federation, federation.tax, nodes[0]?.url ?? ""),
    bureau: requesterTo(federation, federation.bureau, nodes[1]?.url ?? ""),
  };
  const answers: StoryAnswer[] = [];
  for (const question of questions) {
    pause();
    const answer = await askAndVerify(federation, requesters[question.holder], question, answers.length + 1);
    if (!answer.report.holds) throw new Error(`the evidence of answer ${answers.length + 1} does not hold`);
    answers.push(answer);
  }
  const rows = answers.flatMap((answer) => answerRows(telling, answer, computations));
  telling.table(["firm", "question", "answer", "bits", "left", "entry"], rows);
  telling.remark("✓ The holder signed it, its log has it, and the evidence file that was written is verified without the network.");
  return answers;
}

function answerRows(telling: Telling, { question, answered, report }: StoryAnswer, computations: readonly Computation[]): Cell[][] {
  const { outcome, answer } = answered;
  const { bits, remaining } = answer.disclosure;
  const unwelcome = outcome.kind === "refusal" || (outcome.kind === "decision" && !outcome.decision);
  const paint = unwelcome ? telling.bad : outcome.kind === "no-record" ? telling.dim : telling.good;
  const computation = computations.find(({ id }) => id === question.computation);
  return [
    [question.firm, question.computation, { text: outcomeWords(outcome), paint }, bits, remaining, `${telling.good("✓")} ${report.index}`],
    [[question.about, ...reasonWords(answer, computation)].join(" ")],
  ];
}
