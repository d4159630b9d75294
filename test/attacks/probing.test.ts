import { afterAll, beforeAll, expect, test } from "vitest";
import { decodeAnswer } from "../../src/wire/answer.js";
import { type HttpReply, killAll, post, startGateway, startVault } from "../faults/processes.js";
import { membersOf } from "../faults/publicLog.js";
import { openNode, queryOf, type SmallNode, signed } from "../vault/smallNode.js";
import { removeHome } from "./marked.js";
import { askers, firm, millibitsOf, predict, probedNode, publishSecrets, type Question, questions, secrets } from "./probed.js";

/*
 * Probing: an adversary that knows all but a firm's secret asks, about every one of 128 firms, always the question that will tell it most of what is
 * left, over all approved computations and parameters, until nothing is answered any more. What counts is into how many groups it can sort
 * the firms: at most two to the power of the budgeted bits, so that on average so many candidates stay possible.
 */

const budgetBits = 4;
const ceilingBits = 6;
const groups = ["SINGLE", "POOLED", "EPOCHS"];
let node: SmallNode;
let url: string;

beforeAll(async () => {
  node = await probedNode(budgetBits, ceilingBits, groups);
  await node.vault.close();
  await startNode();
}, 60_000);
afterAll(async () => {
  await killAll();
  removeHome(node.home);
});

async function startNode(): Promise<void> {
  await startVault(node.home);
  ({ url } = await startGateway(node.home));
}

type Asker = (typeof askers)[number];
/** Which secret a firm has now whose first one is given: the adversary knows how records change. */
type Change = (secret: number) => number;
const unchanged: Change = (secret) => secret;

const predicted = new Map(
  questions.map((question) => [question, Array.from({ length: secrets }, (_, secret) => predict(question, secret))]),
);
const outcomeOf = (question: Question, secret: number) => predicted.get(question)?.[secret] ?? "";

/** How much a question will tell of what is left, in bits: the entropy of its outcomes over the candidates. */
function worth(question: Question, candidates: readonly number[], change: Change): number {
  const counts = new Map<string, number>();
  for (const candidate of candidates) {
    const outcome = outcomeOf(question, change(candidate));
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  return [...counts.values()].reduce((sum, count) => sum - (count / candidates.length) * Math.log2(count / candidates.length), 0);
}

/** What the adversary holds of one firm. */
interface Knowledge {
  candidates: readonly number[];
  /** All that it saw, in order. */
  readonly transcript: string[];
  bits: number;
}

const nothing = (): Knowledge => ({ candidates: Array.from({ length: secrets }, (_, secret) => secret), transcript: [], bits: 0 });

/** Asks about one firm as long as anything is answered to any of these askers, the most telling question first; at most `most` answers. */
async function probe(
  id: string,
  known: Knowledge,
  by: readonly Asker[],
  change = unchanged,
  most = Number.POSITIVE_INFINITY,
): Promise<void> {
  let left = by.flatMap((asker) => questions.map((question) => ({ asker, question })));
  for (let answers = 0; left.length > 0 && answers < most; ) {
    const best = left.reduce((a, b) => (worth(b.question, known.candidates, change) > worth(a.question, known.candidates, change) ? b : a));
    const { asker, question } = best;
    const reply = await ask(asker, id, question);
    const { outcome, reasonCodes, disclosure } = decodeAnswer(membersOf(reply.body).answer).answer;
    if (outcome.kind === "refusal") {
      // The same price will not be borne for another question either.
      left = left.filter((other) => other.asker !== asker || millibitsOf(other.question) < millibitsOf(question));
      continue;
    }
    answers += 1;
    left = left.filter((other) => other !== best);
    const seen = JSON.stringify([outcome, reasonCodes]);
    known.candidates = known.candidates.filter((candidate) => outcomeOf(question, change(candidate)) === seen);
    known.transcript.push(`${question.id} ${JSON.stringify(question.parameters)} ${seen} ${disclosure.remaining}`);
    known.bits += Number(disclosure.bits);
  }
}

function ask(asker: Asker, id: string, { id: computation, parameters }: Question): Promise<HttpReply> {
  const about = { iss: asker.name, subject: { scheme: "opaque", id }, computation: node.digestOf(computation), parameters };
  return post(url, signed(queryOf(node, about), asker.key));
}

/** Probes every firm of a group, some at a time. */
async function probeAll(group: string, of: readonly Knowledge[], by: readonly Asker[], change = unchanged, most?: number): Promise<void> {
  for (let from = 0; from < secrets; from += 16) {
    await Promise.all(of.slice(from, from + 16).map((known, i) => probe(firm(group, from + i), known, by, change, most)));
  }
}

function judge(what: string, of: readonly Knowledge[], bits: number): void {
  const sizes = new Map<string, number>();
  for (const { transcript } of of) sizes.set(transcript.join("\n"), (sizes.get(transcript.join("\n")) ?? 0) + 1);
  const left = of.reduce((sum, { candidates }) => sum + candidates.length, 0) / secrets;
  const spent = Math.max(...of.map((known) => known.bits));
  console.info(
    `${what}: ${secrets} secrets sorted into ${sizes.size} groups of at most ${2 ** bits}; ${left.toFixed(1)} candidates left on average, at least ${secrets / 2 ** bits}; ${spent.toFixed(3)} of ${bits} bits charged at most`,
  );
  for (const [secret, { candidates }] of of.entries()) expect(candidates).toContain(secret); // what the adversary holds is true
  expect(sizes.size).toBeGreaterThan(2);
  expect(sizes.size).toBeLessThanOrEqual(2 ** bits);
  expect(left).toBeGreaterThanOrEqual(secrets / 2 ** bits);
  expect(spent).toBeLessThanOrEqual(bits);
}

test("without a budget these questions would tell far more than it allows: the attack is worth its name", () => {
  const all = new Set(Array.from({ length: secrets }, (_, secret) => questions.map((question) => outcomeOf(question, secret)).join()));
  expect(all.size).toBeGreaterThan(2 ** ceilingBits);
});

test("by cutoffs, windows, bands and scores, one requester learns no more than its budget", { timeout: 120_000 }, async () => {
  const of = Array.from({ length: secrets }, nothing);
  await probeAll("SINGLE", of, askers.slice(0, 1));
  judge("one requester", of, budgetBits);
});

test("two requesters that pool all they hear learn no more than the ceiling", { timeout: 120_000 }, async () => {
  const of = Array.from({ length: secrets }, nothing);
  await probeAll("POOLED", of, askers);
  judge("two requesters", of, ceilingBits);
});

test("by what changed from one epoch to the next, a requester learns no more than its budget", { timeout: 120_000 }, async () => {
  const change: Change = (secret) => (secret * 37 + 11) % secrets;
  const of = Array.from({ length: secrets }, nothing);
  await probeAll("EPOCHS", of, askers.slice(0, 1), unchanged, 1);
  await killAll();
  node = await openNode(node.home, node.clock);
  await publishSecrets(node, 2, groups, change);
  await node.vault.close();
  await startNode();
  await probeAll("EPOCHS", of, askers.slice(0, 1), change);
  judge("over two epochs", of, budgetBits);
});
