import { afterAll, beforeAll, expect, test } from "vitest";
import { parseBase64Url } from "../../src/bytes/base64.js";
import { decodeUtf8 } from "../../src/bytes/utf8.js";
import { answerQuery } from "../../src/vault/answerQuery.js";
import { Batch } from "../../src/vault/batch.js";
import { decodeAnswer } from "../../src/wire/answer.js";
import { membersOf } from "../faults/publicLog.js";
import { policyText, queryOf, type SmallNode, signed } from "../vault/smallNode.js";
import { absent, computationIds, marked, markedNode, markedRecords, removeHome, thin } from "./marked.js";
import { marksOf } from "./marks.js";

/*
 * What leaves the vault. P1: outcomes, never a record or a subject. P5: a subject that is not on file and one with too few records get the same
 * answer, in the same form, for the same work.
 */

const firms = 300;
const records = markedRecords(firms, 40);
let node: SmallNode;

beforeAll(async () => {
  node = await markedNode(records, policyText({ budgetBits: 9000, ceilingBits: 9000 }));
});
afterAll(async () => {
  await node.vault.close();
  removeHome(node.home);
});

function ask(id: string, computation: string = "total-above", mark = 250): string {
  const parameters: Record<string, number> = computation === "total-above" ? { mark } : {};
  return signed(queryOf(node, { subject: { scheme: "opaque", id }, computation: node.digestOf(computation), parameters }));
}

const payloadOf = (answer: string) => decodeUtf8(parseBase64Url(answer.split(".")[1] ?? ""));

test("no reply holds a record, a buyer or a subject, in whatever form", async () => {
  const subjects = [0, 1, 2].flatMap((n) => [marked(n), thin(n), absent(n)]);
  const queries = subjects.flatMap((id) => [
    ...computationIds.map((computation) => ask(id, computation)),
    ...[100, 251].map((mark) => ask(id, "total-above", mark)),
    signed(queryOf(node, { subject: { scheme: "opaque", id }, purpose: "loan-origination" })),
    signed(queryOf(node, { subject: { scheme: "opaque", id }, purpose: "marketing" })),
  ]);
  const replies = await Promise.all(queries.map((query) => node.vault.submit(query)));
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200, 403]));
  const outcomes = replies.map(({ body }) => decodeAnswer(membersOf(body).answer).answer.outcome.kind);
  expect(new Set(outcomes)).toEqual(new Set(["decision", "band", "score", "no-record", "refusal"]));
  const asked = new Map([...records].filter(([id]) => subjects.includes(id)));
  const marks = marksOf(asked, subjects);
  for (const { body } of replies) {
    const { answer, opening } = membersOf(body);
    for (const text of [body, payloadOf(answer), Buffer.from(parseBase64Url(opening)).toString("latin1")]) {
      expect(marks.filter((mark) => Buffer.from(text).includes(mark)).map(String)).toEqual([]);
    }
  }
});

/** Everything of a reply but what is random, counts up, or names the query. */
function formOf(body: string) {
  const { answer, index, opening, ...reply } = JSON.parse(body) as Record<string, unknown> & { answer: string };
  const claims = JSON.parse(payloadOf(answer)) as Record<string, unknown>;
  const variable = ["jti", "query", "subjectCommitment", "salt"];
  const lengths = Object.fromEntries(variable.map((name) => [name, String(claims[name]).length]));
  const fixed = Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, variable.includes(name) ? "varies" : value]));
  return { reply, fixed, names: Object.keys(claims), lengths, answer: answer.length, opening: String(opening).length, index: typeof index };
}

test("absent and thin subjects get answers that are equal but for what is random", async () => {
  for (const computation of computationIds) {
    const subjects = [11, 12, 13, 14].flatMap((n) => [thin(n), absent(n)]);
    const replies = await Promise.all(subjects.map((id) => node.vault.submit(ask(id, computation))));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    const [first, ...others] = replies.map(({ body }) => formOf(body));
    expect(first?.fixed).toMatchObject({ outcome: { kind: "no-record" }, reasonCodes: [] });
    for (const other of others) expect(other).toEqual(first);
  }
});

test("a known subject's answer to the same question differs in its outcome alone", async () => {
  const [known, unknown] = await Promise.all([marked(5), absent(5)].map((id) => node.vault.submit(ask(id))));
  const [a, b] = [formOf(known?.body ?? ""), formOf(unknown?.body ?? "")];
  const without = ({ fixed, answer: _, ...rest }: ReturnType<typeof formOf>) => ({ ...rest, fixed: { ...fixed, outcome: undefined } });
  expect(without(a)).toEqual(without(b));
});

/** The share of pairs in which the first is larger, ties half: 0.5 is no difference at all. */
function largerShare(a: readonly number[], b: readonly number[]): number {
  const all = [...a.map((value) => ({ value, first: true })), ...b.map((value) => ({ value, first: false }))].sort(
    (x, y) => x.value - y.value,
  );
  let ranks = 0;
  all.forEach(({ first }, i) => {
    if (first) ranks += i + 1;
  });
  return (ranks - (a.length * (a.length + 1)) / 2) / (a.length * b.length);
}

const median = (values: readonly number[]) => [...values].sort((x, y) => x - y)[values.length >> 1] ?? 0;

test("absent and thin subjects cost the same work", () => {
  const time = (query: string) => {
    const batch = new Batch(node.vault.head.size);
    const started = process.hrtime.bigint();
    answerQuery(node.vault.state, batch, query);
    return Number(process.hrtime.bigint() - started) / 1000;
  };
  const times = { thin: [] as number[], absent: [] as number[] };
  for (let i = -300; i < 1500; i++) {
    // Interleaved and in turning order, so that whatever else the machine does falls on both alike.
    const pair = [["thin", thin(Math.abs(i) % firms)] as const, ["absent", absent(Math.abs(i))] as const];
    for (const [kind, id] of i % 2 === 0 ? pair : pair.reverse()) {
      const took = time(ask(id));
      if (i >= 0) times[kind].push(took);
    }
  }
  const [ofThin, ofAbsent] = [median(times.thin), median(times.absent)];
  const share = largerShare(times.absent, times.thin);
  console.info(
    `work for a thin subject ${ofThin.toFixed(0)} us, for an absent one ${ofAbsent.toFixed(0)} us; share of pairs in which the absent one took longer ${share.toFixed(2)}`,
  );
  expect(Math.max(ofThin, ofAbsent) / Math.min(ofThin, ofAbsent)).toBeLessThan(1.15);
});
