import { dayIn, slashed, yuan } from "./days.js";
import type { FirmKind, SampleFirm } from "./firms.js";
import { SampleRandom } from "./random.js";
import { sampleSpan } from "./span.js";

/** A case as the file has it: kind, role, status, and whether the firm is listed as a dishonest debtor. */
type Case = readonly [kind: string, role: string, status: string, dishonest: "是" | "否"];

const claims: Case = ["民事", "原告", "已结案", "否"];
const sued: Case = ["民事", "被告", "审理中", "否"];
const enforced: Case = ["执行", "被执行人", "执行中", "否"];
const unperformed: Case = ["执行", "被执行人", "终结本次执行", "是"];

/** The cases that a kind may have, each with its chance in percent. Most firms have none. */
const dockets: Readonly<Record<FirmKind, readonly (readonly [Case, percent: number])[]>> = {
  steady: [[claims, 15]],
  growing: [[claims, 10]],
  seasonal: [[claims, 10]],
  declining: [
    [sued, 100],
    [enforced, 40],
  ],
  dominated: [
    [claims, 30],
    [sued, 20],
  ],
  troubled: [
    [enforced, 100],
    [unperformed, 50],
    [sued, 80],
  ],
  young: [],
  thin: [],
};

/** The text of the court's file: a line a case and party. The same firms and seed give the same text. */
export function* courtCaseFile(firms: readonly SampleFirm[], seed: string): Generator<string> {
  yield "当事人统一社会信用代码,案件类型,诉讼地位,立案日期,标的额（元）,案件状态,结案日期,失信被执行人\n";
  for (const firm of firms) yield casesOf(firm, new SampleRandom(seed, "court", firm.index));
}

function casesOf({ code, kind }: SampleFirm, random: SampleRandom): string {
  const rows = dockets[kind].map(([each, percent]) => (random.chance(percent) ? caseRow(code, each, random) : ""));
  return rows.join("");
}

function caseRow(code: string, [kind, role, status, dishonest]: Case, random: SampleRandom): string {
  const filedOn = dayIn(sampleSpan.months - random.between(6, 14), random.between(1, 28));
  const isClosed = status === "已结案" || status === "终结本次执行";
  const closedOn = isClosed ? slashed(filedOn + random.between(30, 90)) : "无";
  const amount = random.chance(20) ? "" : `"${yuan(random.between(20_000, 2_000_000) * 100, ",")}"`;
  return `${code},${kind},${role},${slashed(filedOn)},${amount},${status},${closedOn},${dishonest}\n`;
}
