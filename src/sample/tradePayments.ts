import { parseDay } from "../model/calendar.js";
import { dayIn, slashed, yuan } from "./days.js";
import { counterparties, courses, type FirmKind, type SampleFirm } from "./firms.js";
import { SampleRandom } from "./random.js";
import { sampleSpan } from "./span.js";

/** Days from the due date to the payment, from and to. */
const delays: Readonly<Record<FirmKind, readonly [number, number]>> = {
  steady: [-10, 8],
  growing: [-5, 14],
  seasonal: [-5, 14],
  declining: [5, 70],
  dominated: [-6, 19],
  troubled: [15, 160],
  young: [-5, 14],
  thin: [-5, 14],
};

/** Suppliers began to report in the second year. */
const firstReport = 12;

/** The text of what suppliers report: an invoice or two a month. The same firms and seed give the same text. */
export function* tradePaymentFile(firms: readonly SampleFirm[], seed: string): Generator<string> {
  yield "付款方识别号,发票号码,收款方识别号,开票日期,到期日,结清日,金额,争议\n";
  const suppliers = counterparties(seed);
  for (const firm of firms) yield invoicesOf(firm, suppliers, new SampleRandom(seed, "trade", firm.index));
}

function invoicesOf(firm: SampleFirm, suppliers: readonly string[], random: SampleRandom): string {
  const partners = Array.from({ length: 6 }, () => suppliers[random.below(suppliers.length)] ?? "");
  const rows: string[] = [];
  for (let month = Math.max(firstReport, courses[firm.kind].firstMonth); month < sampleSpan.months; month++)
    for (let count = random.between(1, 2); count > 0; count--) rows.push(invoiceRow(firm, partners, month, random));
  return rows.join("");
}

function invoiceRow({ code, kind }: SampleFirm, partners: readonly string[], month: number, random: SampleRandom): string {
  const invoicedOn = dayIn(month, random.between(1, 28));
  const dueOn = invoicedOn + (random.chance(60) ? 30 : 60);
  const settledOn = dueOn + random.between(...delays[kind]);
  const settled = settledOn > parseDay(sampleSpan.asOf) ? "未结清" : slashed(settledOn);
  const amount = `"${yuan(random.between(1_000, 60_000) * 100 + random.below(100), ",")}"`;
  const number = 10_000_000 + random.below(1_000_000);
  const disputed = random.chance(2) ? "是" : random.chance(2) ? "否 " : "否";
  return `${code},${number},${partners[random.below(partners.length)]},${slashed(invoicedOn)},${slashed(dueOn)},${settled},${amount},${disputed}\n`;
}
