import { yuan } from "./days.js";
import { type Course, counterparties, courses, type SampleFirm } from "./firms.js";
import { SampleRandom } from "./random.js";
import { sampleSpan } from "./span.js";

/** Which side of the invoices a file holds: those that the firm wrote, or those that it got. */
export type InvoiceSide = "sales" | "purchases";

const headers: Readonly<Record<InvoiceSide, string>> = {
  sales: "销方识别号,发票号码,开票日期,购方识别号,金额,税额,价税合计,发票状态",
  purchases: "购方识别号,发票号码,开票日期,销方识别号,金额,税额,价税合计,发票状态",
};

/** Rows that the sales file holds on purpose and that no import may take: each has one fault. */
export const faultyRows = 3;

/**
 * The text of an invoice file, month by month, in pieces: a header, then one line an invoice. It is the kind of file that a bureau gets: Chinese
 * headers and status words, days such as `2024/3/7`, stray blanks, negative credit notes, voided invoices, and in the sales file three
 * rows that are wrong. The same firms and seed give the same text.
 */
export function* invoiceFile(side: InvoiceSide, firms: readonly SampleFirm[], seed: string): Generator<string> {
  const partners = counterparties(seed);
  const books = firms.map((firm) => new Book(side, firm, seed, partners));
  yield `${headers[side]}\n`;
  for (let month = 0; month < sampleSpan.months; month++) {
    yield books.map((book) => book.month(month)).join("");
    if (side === "sales") yield faultyRow(month, firms);
  }
}

function faultyRow(month: number, firms: readonly SampleFirm[]): string {
  const code = firms[0]?.code ?? "";
  const wrongCheck = code.slice(0, -1) + (code.endsWith("0") ? "1" : "0");
  if (month === 5) return `${wrongCheck},90000001,2023/6/9,${code},100.00,13.00,113.00,有效发票\n`;
  if (month === 13) return `${code},90000002,2024/2/30,${code},100.00,13.00,113.00,有效发票\n`;
  return month === 29 ? `${code},90000003,2025/6/2,${code},1O0.00,13.00,113.00,有效发票\n` : "";
}

/** One firm's invoices on one side, written in the order of months. */
class Book {
  readonly #side: InvoiceSide;
  readonly #firm: SampleFirm;
  readonly #course: Course;
  readonly #random: SampleRandom;
  readonly #partners: readonly string[];
  /** The usual net amount of an invoice, in fen. */
  readonly #size: number;
  readonly #taxPercent: number;
  #number: number;

  constructor(side: InvoiceSide, firm: SampleFirm, seed: string, partners: readonly string[]) {
    const traits = new SampleRandom(seed, "traits", firm.index);
    const sizeOfFirm = traits.between(3_000, 40_000) * 100;
    this.#taxPercent = [13, 13, 9, 6, 3][traits.below(5)] ?? 13;
    this.#side = side;
    this.#firm = firm;
    this.#course = courses[firm.kind];
    this.#random = new SampleRandom(seed, side, firm.index);
    this.#size = side === "sales" ? sizeOfFirm : Math.trunc((sizeOfFirm * 4) / 5);
    this.#partners = Array.from({ length: this.#random.between(12, 28) }, () => partners[this.#random.below(partners.length)] ?? "");
    this.#number = this.#random.between(100, 899) * 10_000;
  }

  month(month: number): string {
    const rows: string[] = [];
    for (let count = this.#countIn(month); count > 0; count--) rows.push(this.#row(month));
    return rows.join("");
  }

  /** Invoices in this month: rate × trend × season, the rest after the point decided by chance. */
  #countIn(month: number): number {
    const { firstMonth, trend, season } = this.#course;
    if (month < firstMonth) return 0;
    const span = Math.max(1, sampleSpan.months - 1 - firstMonth);
    const now = Math.trunc((trend[0] * (span - (month - firstMonth)) + trend[1] * (month - firstMonth)) / span);
    const hundredths = Math.trunc((this.#course[this.#side] * now * (season[month % 12] ?? 100)) / 100);
    const whole = Math.trunc(hundredths / 100);
    return whole + (this.#random.chance(hundredths % 100) ? 1 : 0);
  }

  #row(month: number): string {
    const random = this.#random;
    const net = this.#amount();
    const tax = Math.round((net * this.#taxPercent) / 100);
    this.#number += random.between(1, 4);
    const day = `${sampleSpan.firstYear + Math.trunc(month / 12)}/${(month % 12) + 1}/${random.between(1, 28)}`;
    const status = random.chance(this.#course.voids) ? "作废发票" : "有效发票";
    const partner = this.#blanks(this.#partner());
    return `${this.#firm.code},${this.#number},${day},${partner},${yuan(net)},${yuan(tax)},${yuan(net + tax)},${this.#blanks(status)}\n`;
  }

  /** Fen. A few invoices are large; a credit note takes part of an invoice back. */
  #amount(): number {
    const percent = this.#random.between(40, 160) * (this.#random.chance(5) ? 3 : 1);
    const amount = Math.trunc((this.#size * percent) / 100) + this.#random.below(100);
    return this.#random.chance(this.#course.creditNotes) ? -Math.trunc(amount / 2) : amount;
  }

  /** The larger of two draws: some partners are more usual than others. */
  #partner(): string {
    const { dominance } = this.#course;
    const count = this.#partners.length;
    const usual = Math.max(this.#random.below(count), this.#random.below(count));
    return this.#partners[this.#random.chance(dominance) ? 0 : usual] ?? "";
  }

  /** A stray blank now and then, as people leave them in spreadsheets. */
  #blanks(cell: string): string {
    if (!this.#random.chance(1)) return cell;
    return this.#random.chance(50) ? ` ${cell}` : `${cell} `;
  }
}
