import { expect, it } from "vitest";
import { emptyGovernance } from "../../src/admission/governance.js";
import { AnswersAudit } from "../../src/auditor/answers/answersAudit.js";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { digestOf } from "../../src/model/digest.js";
import { formatExportHeader } from "../../src/wire/answerExport.js";
import { type Entry, encodeAnswerEntry, encodeEntry } from "../../src/wire/entry.js";

/* What an export lacks, however much that is. */

const digest = digestOf(encodeUtf8("an answer"));
const answer: Entry = { entry: "answer/1", answer: digest };

async function auditOf(entries: readonly Entry[]) {
  async function* lines() {
    yield formatExportHeader({ holder: "tax.example", size: entries.length, from: 0, until: 1 });
  }
  const audit = await AnswersAudit.open(
    lines(),
    "tax.example",
    async () => undefined,
    () => undefined,
  );
  for (const [index, entry] of entries.entries())
    await audit.take(index, entry.entry === "answer/1" ? encodeAnswerEntry(digest) : encodeEntry(entry), entry, emptyGovernance());
  return { audit, report: await audit.end(entries.length, []) };
}

const answers = (count: number): Entry[] => Array.from({ length: count }, () => answer);

it("counts all answers that are left out, and lists the first thousand", async () => {
  const { audit, report } = await auditOf(answers(1500));
  expect([report.leftOut, audit.findingCount, audit.findings.length]).toEqual([1500, 1500, 1000]);
});

it("tells of answers that a refill lost once, and of every other that is left out", async () => {
  const refilled: Entry = { entry: "log-refilled/1", at: 1, from: 3, to: 1600 };
  const { audit, report } = await auditOf([...answers(1600), refilled, ...answers(2)]);
  expect([report.leftOut, report.lost, audit.findingCount]).toEqual([5, 1597, 6]);
  expect(audit.findings.map(({ index }) => index)).toEqual([0, 1, 2, 1600, 1601, 1602]);
  expect(audit.findings[3]?.words).toContain("1597 answers before it cannot be shown");
});

it("is not taken in by an export that is older than it says: what it lacks was in the log by then", async () => {
  const made = 1_700_000_000;
  const findingsOf = async (acts: readonly number[], seenAt?: number) => {
    async function* lines() {
      yield formatExportHeader({ holder: "tax.example", size: 0, from: 0, until: made });
    }
    const audit = await AnswersAudit.open(
      lines(),
      "tax.example",
      async () => undefined,
      () => seenAt,
    );
    await audit.take(0, encodeAnswerEntry(digest), answer, emptyGovernance());
    const marks = acts.map((at, i) => ({ index: i + 1, entry: { entry: "subject-accessed/1", at } as const }));
    expect((await audit.end(5, marks)).later).toBe(1);
    return audit.findings.map(({ index, rule }) => `${index} ${rule}`);
  };
  expect(await findingsOf([])).toEqual([]);
  expect(await findingsOf([made + 10, made - 10], made + 10)).toEqual([]);
  expect(await findingsOf([], made - 7200)).toEqual(["0 answers-complete"]);
  expect(await findingsOf([made - 7200, made + 10], made + 10)).toEqual(["0 answers-complete"]);
});
