import { dashed, dayIn, lastDayOf, yuan } from "./days.js";
import { courses, type FirmKind, type SampleFirm } from "./firms.js";
import { SampleRandom } from "./random.js";
import { sampleSpan } from "./span.js";

/** How a kind files, in percent of its returns: late, never, and filed without paying. */
interface Discipline {
  readonly late: number;
  readonly never: number;
  readonly unpaid: number;
}

const good: Discipline = { late: 1, never: 0, unpaid: 0 };
const disciplines: Readonly<Record<FirmKind, Discipline>> = {
  steady: good,
  growing: good,
  seasonal: { ...good, late: 3 },
  declining: { late: 12, never: 0, unpaid: 10 },
  dominated: { ...good, late: 3 },
  troubled: { late: 40, never: 12, unpaid: 30 },
  young: good,
  thin: good,
};

/** The text of the tax bureau's list of returns: value-added tax each month, income tax each quarter, as far as they were due on the as-of day. */
export function* taxFilingFile(firms: readonly SampleFirm[], seed: string): Generator<string> {
  yield "纳税人识别号,征收项目,所属期止,申报期限,申报日期,应纳税额,已缴税额\n";
  for (const firm of firms) yield returnsOf(firm, new SampleRandom(seed, "filings", firm.index));
}

function returnsOf(firm: SampleFirm, random: SampleRandom): string {
  const rows: string[] = [];
  // The last month's returns are due after the as-of day.
  for (let month = courses[firm.kind].firstMonth; month < sampleSpan.months - 1; month++) {
    rows.push(returnRow(firm, "增值税", month, random));
    if (month % 3 === 2) rows.push(returnRow(firm, "企业所得税", month, random));
  }
  return rows.join("");
}

function returnRow({ code, kind }: SampleFirm, tax: string, month: number, random: SampleRandom): string {
  const { late, never, unpaid } = disciplines[kind];
  const dueOn = dayIn(month + 1, 15);
  const taxDue = random.chance(5) ? 0 : random.between(20_000, 900_000);
  const isNever = random.chance(never);
  const filedOn = dueOn + (random.chance(late) ? random.between(1, 12) : -random.below(10));
  const paid = isNever || random.chance(unpaid) ? 0 : taxDue;
  const blank = random.chance(1) ? " " : "";
  const filed = isNever ? "未申报" : dashed(filedOn);
  return `${code},${tax}${blank},${dashed(lastDayOf(month))},${dashed(dueOn)},${filed},"${yuan(taxDue, ",")}","${yuan(paid, ",")}"\n`;
}
