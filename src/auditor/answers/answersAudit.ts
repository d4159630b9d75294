import type { Governance } from "../../admission/governance.js";
import { equalBytes } from "../../bytes/bytes.js";
import { encodeUtf8 } from "../../bytes/utf8.js";
import { FrostglassError } from "../../errors/error.js";
import { digestOf } from "../../model/digest.js";
import { decodeAnswer } from "../../wire/answer.js";
import { type ExportedAnswer, type ExportHeader, parseExportedAnswer, parseExportHeader } from "../../wire/answerExport.js";
import { type Entry, encodeAnswerEntry } from "../../wire/entry.js";
import type { BrokenRule, Evidence } from "../auditRules.js";
import type { CosignedBy } from "../cosignedBy.js";
import { quietly, type ReadText } from "../publishedText.js";
import type { Act, Finding } from "../replay.js";
import { isOlderThanItSays } from "./exportDate.js";
import { judgeAnswer, signingKeyOf } from "./judgeAnswer.js";
import { Recount, type RequesterTotals } from "./recount.js";
import { Signers } from "./signers.js";
import { Texts } from "./texts.js";

/** What became of the answers that the auditor was given. */
export interface AnswersReport {
  /** The export holds all answers below this position. */
  readonly size: number;
  /** Unix seconds. */
  readonly from: number;
  readonly until: number;
  /** Answers that were held against their entries. */
  readonly judged: number;
  /** Entries of answers that the export lacks: each is a finding. */
  readonly leftOut: number;
  /** Answers whose replies were lost before the log was refilled, as it says: one finding for each refill. */
  readonly lost: number;
  /** Answers that came into the log after the export was made. */
  readonly later: number;
  /** Answers of the export beyond the checkpoint that was audited: they were not looked at. */
  readonly notYetPublished: number;
  readonly requesters: Readonly<Record<string, RequesterTotals>>;
  /** How many accounts (a requester, a subject, a period) and ceilings (a subject, a period) were charged. */
  readonly accounts: number;
  readonly ceilings: number;
  /** The largest share of a budget, and of a ceiling, that was ever spent: 1 is all of it. */
  readonly mostOfBudget: number;
  readonly mostOfCeiling: number;
}

const maxFindings = 1000;
const olderWords = "The export says that it was made at an instant when the log had answers already that it lacks.";
const leftOutWords = "The export leaves out an answer that the log counts.";

/** Goes through an export of answers beside a log that is read from its first entry. Holds one answer at a time. */
export class AnswersAudit {
  readonly findings: Finding[] = [];
  findingCount = 0;
  readonly #header: ExportHeader;
  readonly #lines: AsyncIterator<string>;
  readonly #texts: Texts;
  readonly #cosignedBy: CosignedBy;
  readonly #recount = new Recount();
  readonly #signers = new Signers();
  #lineNumber = 1;
  #next: ExportedAnswer | undefined;
  /** The positions of answers that were left out, ascending. */
  readonly #leftOutAt: number[] = [];
  readonly #counts = { judged: 0, lost: 0, later: 0, notYetPublished: 0 };

  private constructor(header: ExportHeader, lines: AsyncIterator<string>, readText: ReadText, cosigned: CosignedBy) {
    this.#header = header;
    this.#lines = lines;
    this.#texts = new Texts(readText);
    this.#cosignedBy = cosigned;
  }

  /** Begins with the first line. Throws `answer-export-invalid`, and `answer-export-other-log` where it is of another holder than the log. */
  static async open(lines: AsyncIterable<string>, origin: string, readText: ReadText, cosigned: CosignedBy): Promise<AnswersAudit> {
    const iterator = lines[Symbol.asyncIterator]();
    const first = await iterator.next();
    const header = parseExportHeader(first.done === true ? "" : first.value);
    if (header.holder !== origin)
      throw new FrostglassError("answer-export-other-log", "The export of answers is of another holder than the log.");
    const audit = new AnswersAudit(header, iterator, readText, cosigned);
    await audit.#advance();
    return audit;
  }

  /** Takes the entry at `index`; `governance` is the administration before it. Throws `answer-export-invalid`. */
  async take(index: number, entry: Uint8Array, says: Entry | undefined, governance: Governance): Promise<void> {
    const isAnswer = says?.entry === "answer/1";
    if (says?.entry === "log-refilled/1") this.#refilled(index, says);
    while (this.#next !== undefined && this.#next.position < index) await this.#skip(this.#next);
    const listed = this.#next?.position === index ? this.#next : undefined;
    if (!isAnswer) {
      if (listed !== undefined) await this.#skip(listed);
    } else if (listed !== undefined) {
      await this.#judge(listed, entry, governance);
      await this.#advance();
    } else if (index < this.#header.size) this.#leftOut(index);
    else this.#counts.later++;
  }

  /** After the last entry of the log, which has `size` and these acts. */
  async end(size: number, acts: readonly Act[]): Promise<AnswersReport> {
    if (this.#counts.later > 0 && isOlderThanItSays(this.#header, acts, this.#cosignedBy(size - 1)))
      this.#find(this.#header.size, "answers-complete", olderWords);
    for (const { index, rule, words, evidence } of this.#signers.findings(acts, this.#cosignedBy)) this.#find(index, rule, words, evidence);
    while (this.#next !== undefined) {
      if (this.#next.position < this.#header.size && this.#next.position >= size) this.#counts.notYetPublished++;
      else this.#find(this.#next.position, "answers-complete", "The export has an answer in a place where the log has none.");
      await this.#advance();
    }
    const { size: exported, from, until } = this.#header;
    const { totals: requesters, accounts, ceilings, mostOfBudget, mostOfCeiling } = this.#recount;
    const leftOut = this.#leftOutAt.length;
    return { size: exported, from, until, ...this.#counts, leftOut, requesters, accounts, ceilings, mostOfBudget, mostOfCeiling };
  }

  async #advance(): Promise<void> {
    const { done, value } = await this.#lines.next();
    this.#lineNumber++;
    this.#next = done === true ? undefined : parseExportedAnswer(value, this.#lineNumber);
  }

  async #skip({ position }: ExportedAnswer): Promise<void> {
    this.#find(
      position,
      "answers-complete",
      "The export has an answer in a place where the log has none, or has it twice or out of order.",
    );
    await this.#advance();
  }

  /** Answers that a refill brought back have no replies any more. They are one finding, where the log says so: nobody can count their charges. */
  #refilled(index: number, { from }: Extract<Entry, { entry: "log-refilled/1" }>): void {
    const first = this.#leftOutAt.findIndex((position) => position >= from);
    if (first < 0) return;
    const lost = new Set(this.#leftOutAt.splice(first));
    const others = this.findings.filter((finding) => finding.words !== leftOutWords || !lost.has(finding.index));
    this.findings.splice(0, this.findings.length, ...others);
    this.findingCount -= lost.size;
    this.#counts.lost += lost.size;
    this.#find(
      index,
      "answers-complete",
      `The log was refilled here: ${lost.size} answers before it cannot be shown, and their charges are lost.`,
    );
  }

  #leftOut(index: number): void {
    this.#leftOutAt.push(index);
    this.#find(index, "answers-complete", leftOutWords);
  }

  async #judge(listed: ExportedAnswer, entry: Uint8Array, governance: Governance): Promise<void> {
    this.#counts.judged++;
    const digest = digestOf(encodeUtf8(listed.answer));
    const evidence: Evidence = { answer: digest, entries: restsOn(governance) };
    const find = ({ rule, words }: BrokenRule) => this.#find(listed.position, rule, words, evidence);
    if (!equalBytes(entry, encodeAnswerEntry(digest)))
      find({ rule: "answer-unaltered", words: "An answer of the export is not the one whose digest stands in the log." });
    for (const broken of await this.#faultsOf(listed, governance)) find(broken);
  }

  async #faultsOf(listed: ExportedAnswer, governance: Governance): Promise<readonly BrokenRule[]> {
    const decoded = quietly(() => decodeAnswer(listed.answer));
    if (decoded === undefined) return [{ rule: "answer-unaltered", words: "An answer of the export does not read as one." }];
    const key = signingKeyOf(decoded, governance);
    if (key !== undefined) this.#signers.take(listed.position, key);
    const policy = governance.policy && (await this.#texts.policy(governance.policy.digest));
    const approved = governance.computations.get(decoded.answer.computation.digest);
    const computation = approved && (await this.#texts.computation(approved));
    if (policy === undefined || (approved !== undefined && computation === undefined))
      return [
        {
          rule: "texts-published",
          words: "An answer cannot be judged: its policy, its computation or the leakage report is not published.",
        },
      ];
    const approvals = computation === undefined ? new Set<never>() : this.#texts.approvals(computation, policy);
    const seenAt = this.#cosignedBy(listed.position);
    const faults = judgeAnswer(decoded, { governance, policy, computation, approvals, seenAt });
    const counted = this.#recount.take(listed, decoded.answer, computation, policy);
    return [...faults, ...counted.map((words) => ({ rule: "budget-kept", words }) as const)];
  }

  #find(index: number, rule: BrokenRule["rule"], words: string, evidence?: Evidence): void {
    this.findingCount++;
    if (this.findings.length < maxFindings) this.findings.push({ index, rule, words, ...(evidence === undefined ? {} : { evidence }) });
  }
}

/** Where the log says which policy and which epoch were in force. */
function restsOn({ policy, epoch }: Governance): readonly number[] {
  return [policy?.position, epoch?.position].filter((position) => position !== undefined);
}
