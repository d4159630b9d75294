import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { importPrivateKey } from "#crypto";
import { type Act, auditFiles, formatAuditPage, parseTrust, verifyEvidence } from "../../src/auditor/index.js";
import { formatBase64Url } from "../../src/bytes/base64.js";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { folderFiles, mirrorMemory } from "../../src/cli/audit/mirror.js";
import { formatEvidence } from "../../src/evidence/evidenceFile.js";
import { gatherEvidence } from "../../src/evidence/gatherEvidence.js";
import { openPublishedLog } from "../../src/evidence/publishedLog.js";
import { digestOf } from "../../src/model/digest.js";
import { exportAnswers } from "../../src/vault/answers/exportAnswers.js";
import { keyFileProvider } from "../../src/vault/keys/keyring.js";
import { answerKeyRotation, type Rotation } from "../../src/vault/keys/rotateAnswerKey.js";
import { decodeAnswer, signAnswer } from "../../src/wire/answer.js";
import { type ExportedAnswer, formatExportedAnswer, formatExportHeader, parseExportedAnswer } from "../../src/wire/answerExport.js";
import { signingKey } from "../../src/wire/jwk.js";
import { codeOfAsync } from "../note/codeOf.js";
import {
  bank,
  consentOf,
  passphrase,
  policyText,
  publishSales,
  queryOf,
  type SmallNode,
  signed,
  smallNode,
  temporaryFolder,
} from "../vault/smallNode.js";

/*
 * P6 against the holder himself: he gives an auditor all answers that his log counts. What he leaves out, alters, charges wrongly, or did without an entry
 * in the log is found, by entry and rule.
 */

const other = importPrivateKey(new Uint8Array(32).fill(71));
let node: SmallNode;

beforeEach(async () => {
  node = await smallNode(policyText({ budgetBits: 4, ceilingBits: 6 }));
  node.run({ act: "add-requester", requester: "other.example", keys: [formatBase64Url(other.publicKey.bytes)] });
  const times = { from: node.clock.now, until: node.clock.now + 1000 * 86_400 };
  node.run({ act: "grant", requester: "other.example", computation: "total-above", purposes: ["supervision"], ...times });
});
afterEach(async () => {
  if (!node.vault.isClosed) await node.vault.close();
});

const ask = (more: Parameters<typeof queryOf>[1] = {}) => node.vault.submit(signed(queryOf(node, more)));
const askOther = (more: Parameters<typeof queryOf>[1] = {}) =>
  node.vault.submit(signed(queryOf(node, { iss: "other.example", ...more }), other));
const marks = [100, 250, 300].map((mark) => ({ parameters: { mark } }));

/** Answers, repeats, refusals of several kinds, with and without consent. */
async function busyDay(): Promise<void> {
  for (const mark of [...marks, ...marks]) await ask(mark); // the third is beyond the budget, the rest are repeats
  for (const mark of marks) await askOther(mark); // the last is beyond the ceiling
  await ask({ purpose: "loan-origination", consent: consentOf(node) });
  await ask({ purpose: "loan-origination" });
  await ask({ computation: node.digestOf("never-granted"), parameters: { mark: 100 } });
  await ask({ computation: node.digestOf("no such text") });
  await ask({ parameters: { mark: 7 } });
  await ask({ subject: { scheme: "opaque", id: "E4" } });
}

function exported(): { lines: string[]; answers: ExportedAnswer[] } {
  const salt = "A".repeat(22);
  const answers: ExportedAnswer[] = [];
  const first = exportAnswers(node.vault, { from: 0, salt });
  for (let page = first; ; page = exportAnswers(node.vault, { from: page.next, salt })) {
    answers.push(...page.lines.map((line, i) => parseExportedAnswer(line, i)));
    if (page.next === undefined) return { lines: [formatExportHeader(first.header)], answers };
  }
}

async function audit(change: (answers: ExportedAnswer[]) => readonly ExportedAnswer[] = (all) => all) {
  const { lines, answers } = exported();
  node.vault.publish();
  const files = folderFiles(node.home.publicDir);
  const trust = parseTrust(readFileSync(join(node.home.publicDir, "trust"), "utf8"));
  const all = [...lines, ...change(answers).map(formatExportedAnswer)];
  return auditFiles(files, { trust, answers: stream(all) });
}

const found = ({ findings }: Awaited<ReturnType<typeof audit>>) => findings.map(({ index, rule }) => `${index} ${rule}`);

describe("an honest holder", () => {
  it("is found to be one, over refusals, repeats, policy changes, epochs, a cut-off and a new period", async () => {
    await busyDay();
    await publishSales(node, 2, { E1: [500] });
    await busyDay();
    node.run({ act: "set-policy", text: policyText({ budgetBits: 8, ceilingBits: 20 }) });
    await busyDay();
    node.run({ act: "set-policy", text: policyText({ budgetBits: 3, ceilingBits: 4 }) });
    await busyDay();
    node.run({ act: "erase-subject", subject: "opaque:E1" });
    await busyDay();
    node.run({ act: "cut-off", requester: "other.example" });
    await busyDay();
    node.clock.now += 366 * 86_400;
    await busyDay(); // the bank's grant has ended by now
    node.run({ act: "revoke-computation", computation: node.digestOf("total-above") });
    await busyDay();
    const report = await audit();
    expect(report.findings).toEqual([]);
    const { answers } = report;
    expect(answers).toMatchObject({ leftOut: 0, later: 0, notYetPublished: 0, judged: report.counts["answer/1"] });
    expect(Object.keys(answers?.requesters ?? {})).toEqual([bank, "other.example"]);
    expect(answers?.mostOfBudget).toBeGreaterThan(0.7);
    expect(answers?.mostOfBudget).toBeLessThanOrEqual(1);
    const page = formatAuditPage(report, node.clock.now);
    expect(page).toContain("Answers and budgets");
    expect(JSON.stringify({ ...report, governance: undefined })).not.toMatch(/(?<![\w+/-])E[14](?![\w+/=-])/); // but for signatures, which may have any letters
  });

  it("may answer on after the export, and be audited before all of it is published", async () => {
    await busyDay();
    const { lines, answers } = exported();
    const trust = parseTrust(readFileSync(join(node.home.publicDir, "trust"), "utf8"));
    const text = [...lines, ...answers.map(formatExportedAnswer)];
    const early = await auditFiles(folderFiles(node.home.publicDir), { trust, answers: stream(text) });
    expect(early.findings).toEqual([]);
    expect(early.answers?.notYetPublished).toBe(answers.filter(({ position }) => position >= early.size).length);
    await ask();
    node.vault.publish();
    const late = await auditFiles(folderFiles(node.home.publicDir), { trust, answers: stream(text) });
    expect([late.findings, late.answers?.later]).toEqual([[], 1]);
  });

  it("gives no subject, no opening and no name of the database away", async () => {
    await busyDay();
    const { answers } = exported();
    const names = new Set([...node.vault.state.store.accounts()].map(({ name }) => formatBase64Url(name)));
    expect(names.size).toBeGreaterThan(0);
    for (const { account, ceiling } of answers) expect(names.has(account) || names.has(ceiling)).toBe(false);
    const again = exportAnswers(node.vault, { from: 0, salt: "B".repeat(22) }).lines.map((line) => parseExportedAnswer(line, 1));
    expect(again.map(({ account }) => account)).not.toContain(answers[0]?.account);
    expect(new Set(again.map(({ account }) => account)).size).toBe(new Set(answers.map(({ account }) => account)).size);
  });
});

async function* stream(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

describe("a holder who", () => {
  it("leaves an answer out is found at its entry, and by the account that no longer adds up", async () => {
    await busyDay();
    const { answers } = exported();
    const gone = answers[0]?.position;
    expect(found(await audit(([, ...rest]) => rest)).slice(0, 2)).toEqual([
      `${gone} answers-complete`,
      `${answers[1]?.position} budget-kept`,
    ]);
  });

  it("gives an answer twice, out of order, or one that was never logged is found", async () => {
    await busyDay();
    const { answers } = exported();
    const [first, second, third] = answers as [ExportedAnswer, ExportedAnswer, ExportedAnswer];
    expect(found(await audit((all) => [first, ...all]))).toContain(`${first.position} answers-complete`);
    expect(found(await audit(([, , ...rest]) => [second, first, ...rest]))).toContain(`${first.position} answers-complete`);
    expect(found(await audit((all) => [{ ...third, position: 2 }, ...all]))).toEqual(["2 answers-complete"]);
    const last = answers.at(-1) as ExportedAnswer;
    expect(found(await audit((all) => [...all, { ...last, position: last.position + 5 }]))).toEqual([
      `${last.position + 5} answers-complete`,
    ]);
  });

  it("alters an answer, or signs another one for its place, is found", async () => {
    await busyDay();
    const { answers } = exported();
    const { position, answer } = answers[0] as ExportedAnswer;
    const claims = decodeAnswer(answer).answer;
    const anew = signAnswer({ ...claims, outcome: { kind: "decision", decision: false } }, node.vault.state.signers.ofAnswers);
    const forged = signAnswer(claims, signingKey(other));
    const flipped = `${answer.slice(0, -10)}${answer.at(-10) === "A" ? "B" : "A"}${answer.slice(-9)}`;
    for (const [text, rules] of [
      [anew, ["answer-unaltered"]],
      [forged, ["answer-unaltered", "answer-signed"]],
      [flipped, ["answer-unaltered", "answer-signed"]],
      ["no.answer.atall", ["answer-unaltered", "answer-unaltered"]],
    ] as const) {
      const report = await audit(([first, ...rest]) => [{ ...(first as ExportedAnswer), answer: text }, ...rest]);
      expect(found(report).slice(0, rules.length)).toEqual(rules.map((rule) => `${position} ${rule}`));
      expect(report.findings[0]?.evidence?.entries.length).toBe(2);
    }
  });

  it("swaps the accounts of two answers is found by what they state", async () => {
    await ask(marks[0]);
    await askOther({ ...marks[1], subject: { scheme: "opaque", id: "E2" } });
    await ask(marks[1]);
    const report = await audit(([a, b, c]) => [a, { ...(b as ExportedAnswer), account: a?.account ?? "" }, c] as ExportedAnswer[]);
    expect(new Set(report.findings.map(({ rule }) => rule))).toEqual(new Set(["budget-kept"]));
  });

  it("puts one account's answers on a fresh one, though they state what was spent, is found", async () => {
    await ask(marks[0]);
    await ask(marks[1]);
    const report = await audit(([a, b]) => [a, { ...(b as ExportedAnswer), account: "C".repeat(22) }] as ExportedAnswer[]);
    expect(found(report)).toHaveLength(1);
    expect(report.findings[0]?.rule).toBe("budget-kept");
  });

  // From here on the vault itself misbehaves: its own state is changed behind the back of the log.
  it("answers beyond the budget that the log names is found", async () => {
    Object.assign(node.vault.state.policy.disclosure, { budget: 100_000, ceiling: 100_000 });
    for (const mark of marks) await ask(mark);
    const report = await audit();
    expect(report.findings.map(({ words }) => words)).toContain(
      "An answer was given that the requester's budget for the subject did not allow.",
    );
    expect(new Set(report.findings.map(({ rule }) => rule))).toEqual(new Set(["budget-kept"]));
  });

  it("does not charge for an answer is found", async () => {
    const { computations } = node.vault.state;
    const total = computations.get(node.digestOf("total-above"));
    Object.assign(total ?? {}, { millibits: 0 });
    await ask(marks[0]);
    const report = await audit();
    expect(report.findings.map(({ words }) => words)[0]).toMatch(/^An answer states a charge of 0\.000 bits, and 1\.585 were due/);
  });

  it("leaves an act of administration out of the log is found by the answer that rests on it", async () => {
    const { governance } = node.vault.state;
    const computation = node.digestOf("never-granted");
    const grant = [...governance.grants.values()][0]?.[0];
    governance.grants.set(`${bank} never-granted`, [{ ...(grant as NonNullable<typeof grant>), computation: "never-granted" }]);
    await ask({ computation, parameters: { mark: 100 } });
    expect((await audit()).findings.map(({ rule, words }) => `${rule}: ${words}`)).toEqual([
      "answer-admitted: An answer was given that had to be refused: requester-not-granted.",
    ]);
  });

  it("forgets a cut-off, or a consent that was revoked, is found", async () => {
    const consent = consentOf(node);
    const { governance } = node.vault.state;
    node.run({ act: "revoke-consent", consent: digestOf(encodeUtf8(consent)) });
    governance.revokedConsents.clear();
    await ask({ purpose: "loan-origination", consent });
    const requester = governance.requesters.get(bank);
    const grants = new Map(governance.grants);
    node.run({ act: "cut-off", requester: bank });
    governance.requesters.set(bank, requester as NonNullable<typeof requester>);
    for (const [key, value] of grants) governance.grants.set(key, value);
    await ask(marks[0]);
    expect((await audit()).findings.map(({ rule }) => rule)).toEqual(["answer-basis", "answer-admitted"]);
  });

  it("refuses what he had to answer is found", async () => {
    node.vault.state.governance.grants.clear();
    await ask(marks[0]);
    expect((await audit()).findings.map(({ rule }) => rule)).toEqual(["refusal-founded"]);
  });

  it("raises the limit of new subjects behind the back of the log is found", async () => {
    node.run({ act: "set-policy", text: policyText({ more: "limits: { queries_per_minute: 1000, new_subjects_per_day: 2 }\n" }) });
    for (const id of ["E1", "E2", "E3"]) await ask({ subject: { scheme: "opaque", id } });
    expect((await audit()).findings).toEqual([]); // the third was refused
    Object.assign(node.vault.state.policy.limits, { newSubjectsPerDay: 5 });
    await ask({ subject: { scheme: "opaque", id: "E5" } });
    expect((await audit()).findings.map(({ words }) => words)).toEqual([
      "An answer was given that the requester's limit of new subjects a day did not allow.",
    ]);
  });

  it("refuses for a budget that is not spent is found", async () => {
    Object.assign(node.vault.state.policy.disclosure, { budget: 1000 });
    await ask(marks[0]);
    expect((await audit()).findings.map(({ words }) => words)).toEqual(["A query was refused as budget-spent, and enough was left."]);
  });

  it("answers from another epoch than the log's is found", async () => {
    Object.assign(node.vault.state.governance.epoch ?? {}, { asOf: "2025-12-30" });
    await ask(marks[0]);
    expect((await audit()).findings.map(({ words }) => words)).toEqual(["An answer names an epoch that was not in force."]);
  });

  it("answers by a policy that is not in the log is found", async () => {
    Object.assign(node.vault.state.policy, { digest: `sha256:${"0".repeat(64)}` });
    await ask(marks[0]);
    expect((await audit()).findings.map(({ rule }) => rule)).toEqual(["answer-states-rules"]);
  });
});

describe("a holder who changes the answer key", () => {
  const rotate = (rotation: Rotation) => answerKeyRotation(node.vault, keyFileProvider(node.home.keyFile, passphrase))(rotation);
  const aboutAnswerKeys = (acts: readonly Act[]) => acts.filter(({ entry }) => "role" in entry && entry.role === "answer");

  it("because it is time is found to be honest", async () => {
    await ask(marks[0]);
    await rotate({});
    await ask(marks[1]);
    expect((await audit()).findings).toEqual([]);
  });

  it("because others may have it cannot show the answers that it signed, wherever verifying their evidence fails", async () => {
    await ask(marks[0]);
    const size = node.vault.head.size;
    await ask(marks[1]);
    node.run({ act: "revoke-consent", consent: digestOf(encodeUtf8("an act between answers")) });
    await ask(marks[0]);
    await rotate({ compromised: { since: node.clock.now - 60, size } });
    await ask(marks[1]);
    const report = await audit();
    const [added, , retired, givenUp] = aboutAnswerKeys(report.acts).map(({ index }) => index);
    const [first, second, third, fresh] = exported().answers as [ExportedAnswer, ExportedAnswer, ExportedAnswer, ExportedAnswer];
    expect(report.findings).toEqual(
      [first, second, third].map(({ position }) => ({
        index: position,
        rule: "answer-key-uncompromised",
        words: expect.stringContaining(position >= size ? `from entry ${size} on` : "no quorum of witnesses") as string,
        evidence: { entries: [added, retired, givenUp] },
      })),
    );
    const verdicts = await Promise.all([first, second, third, fresh].map((each) => verdictOn(each, report.acts)));
    expect(verdicts).toEqual(["answer-key-compromised", "answer-key-compromised", "answer-key-compromised", undefined]);
  });

  /** What verifying the evidence for one answer says of its key, for somebody who has read the log. */
  async function verdictOn({ answer, position }: ExportedAnswer, acts: readonly Act[]): Promise<string | undefined> {
    const trust = parseTrust(readFileSync(join(node.home.publicDir, "trust"), "utf8"));
    const log = await openPublishedLog(folderFiles(node.home.publicDir), trust);
    const keys = aboutAnswerKeys(acts).flatMap(({ index, entry }) => (entry.entry === "key-added/1" ? [index] : []));
    const evidence = await gatherEvidence(log, { answer, index: position, context: keys });
    const { steps } = verifyEvidence(formatEvidence(evidence), trust, { audited: { origin: "tax.example", acts } });
    return steps.find(({ title }) => title === "The answer key")?.code;
  }
});

describe("an export", () => {
  it("of another holder, and a line that does not read, are refused", async () => {
    await ask();
    node.vault.publish();
    const { lines, answers } = exported();
    const files = folderFiles(node.home.publicDir);
    const trust = parseTrust(readFileSync(join(node.home.publicDir, "trust"), "utf8"));
    const audited = (text: readonly string[]) => codeOfAsync(auditFiles(files, { trust, answers: stream(text) }));
    expect(await audited([(lines[0] ?? "").replace("tax.example", "tex.example")])).toBe("answer-export-other-log");
    for (const text of [[], ["{}"], [...lines, "{}"], [...lines, formatExportedAnswer({ ...(answers[0] as ExportedAnswer), account: "" })]])
      expect(await audited(text)).toBe("answer-export-invalid");
  });

  it("is judged from the first entry on, with a mirror too; the next audit without it goes on from there", async () => {
    await busyDay();
    node.vault.publish();
    const { lines, answers } = exported();
    const memory = mirrorMemory(join(temporaryFolder(), "mirror"));
    const files = folderFiles(node.home.publicDir);
    const trust = parseTrust(readFileSync(join(node.home.publicDir, "trust"), "utf8"));
    await auditFiles(files, { trust, memory });
    const judged = await auditFiles(files, { trust, memory, answers: stream([...lines, ...answers.map(formatExportedAnswer)]) });
    expect([judged.readBefore, judged.answers?.judged, judged.findings]).toEqual([0, answers.length, []]);
    const next = await auditFiles(files, { trust, memory });
    expect([next.readBefore, next.answers]).toEqual([judged.size, undefined]);
  });

  it("is the same after a restart", async () => {
    await busyDay();
    const before = exported().answers;
    node = await node.reopened();
    expect(exported().answers).toEqual(before);
  });
});
