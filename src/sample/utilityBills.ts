import { parseDay } from "../model/calendar.js";
import { dayIn, slashed, yuan } from "./days.js";
import { courses, type FirmKind, type SampleFirm } from "./firms.js";
import { SampleRandom } from "./random.js";
import { sampleSpan } from "./span.js";

/** In percent: bills paid more than fifteen days late, and bills of the last half year that are not paid at all. */
const lateness: Readonly<Record<FirmKind, readonly [late: number, unpaid: number]>> = {
  steady: [0.3, 0],
  growing: [0.3, 0],
  seasonal: [4, 0],
  declining: [15, 25],
  dominated: [3, 0],
  troubled: [35, 60],
  young: [0.3, 0],
  thin: [3, 0],
};

/** The text of a utility's billing file: power each month, water each quarter. The same firms and seed give the same text. */
export function* utilityBillFile(firms: readonly SampleFirm[], seed: string): Generator<string> {
  yield "客户信用代码,类别,应缴日,金额,缴费日,状态\n";
  for (const firm of firms) yield billsOf(firm, new SampleRandom(seed, "utility", firm.index));
}

function billsOf(firm: SampleFirm, random: SampleRandom): string {
  const usual = random.between(300, 9_000) * 100;
  const rows: string[] = [];
  for (let month = courses[firm.kind].firstMonth; month < sampleSpan.months; month++) {
    rows.push(billRow(firm, "电费", month, usual, random));
    if (month % 3 === 0) rows.push(billRow(firm, "水费", month, Math.trunc(usual / 8), random));
  }
  return rows.join("");
}

function billRow({ code, kind }: SampleFirm, utility: string, month: number, usual: number, random: SampleRandom): string {
  const [late, unpaid] = lateness[kind];
  const dueOn = dayIn(month, 20);
  const paidOn = dueOn + (random.chance(late) ? random.between(16, 45) : random.between(-12, 5));
  const isOpen = paidOn > parseDay(sampleSpan.asOf) || (month >= sampleSpan.months - 6 && random.chance(unpaid));
  const status = isOpen ? "欠缴" : random.chance(0.5) ? "争议" : "已缴";
  const amount = `"${yuan(Math.trunc((usual * random.between(70, 130)) / 100), ",")}"`;
  return `${code},${utility},${slashed(dueOn)},${amount},${isOpen ? "-" : slashed(paidOn)},${status}\n`;
}
