import { PageBuilder, type PageColumns } from "#product/datasets/page.js";
import { type DatasetSchema, parseSchema } from "#product/datasets/schema.js";

/** Invoice-like records: what the benchmark stores, reads and imports. */
export const invoiceSchema = `frostglass: dataset/1
name: invoices
title: { en: Invoices }
subject: { scheme: opaque, pattern: "F[0-9]{1,7}" }
columns:
  number: { type: code }
  date: { type: date }
  buyer: { type: code }
  net: { type: money, currency: CNY }
  tax: { type: money, currency: CNY }
  total: { type: money, currency: CNY }
  status: { type: enum, members: [valid, void] }
`;

export const schema: DatasetSchema = parseSchema(invoiceSchema);

/** Eight aggregates, the kind and number that a scorecard has. */
export const computationText = `frostglass: computation/1
id: bench-score
version: 1.0.0
title: { en: Benchmark score }
reveals: { en: A score for measuring }
purposes: [loan-origination]
subject: opaque
inputs: { sales: invoices }
features:
  invoices: { count: sales, where: { status: valid } }
  sold: { sum: sales.total, where: { status: valid } }
  sold_lately: { sum: sales.total, where: { status: valid, date: { last: 12 months } } }
  largest: { max: sales.total, where: { status: valid } }
  months: { count_distinct: sales.date, by: month, where: { status: valid, date: { last: 24 months } } }
  top_buyer: { share_of_largest: sales.total, by: sales.buyer, where: { status: valid } }
  void_share: { ratio: [{ count: sales, where: { status: void } }, { count: sales }] }
  average: { mean: sales.net, where: { status: valid } }
scorecard:
  base: 300
  characteristics:
    invoices: [{ at_least: 100, points: 20 }, { otherwise: 0 }]
    sold: [{ at_least: 1000000, points: 40 }, { otherwise: 0 }]
    sold_lately: [{ at_least: 500000, points: 40 }, { otherwise: 0 }]
    largest: [{ at_most: 50000, points: 20 }, { otherwise: 0 }, { missing: 0 }]
    months: [{ at_least: 20, points: 60 }, { at_least: 12, points: 30 }, { otherwise: 0 }]
    top_buyer: [{ at_most: 25%, points: 60 }, { at_most: 50%, points: 20 }, { otherwise: 0 }, { missing: 0 }]
    void_share: [{ at_most: 5%, points: 40 }, { otherwise: 0 }, { missing: 0 }]
    average: [{ at_least: 1000, points: 20 }, { otherwise: 0 }, { missing: 0 }]
output: { score: { min: 300, max: 600, step: 10 } }
no_record: { fewer_than: 4, of: sales }
`;

const firstDay = 18_993; // 2022-01-01
const days = 1460;

/** The same numbers for the same firm and row, without state: a linear congruence, good enough for spread. */
function noise(firm: number, row: number, salt: number): number {
  const x = Math.imul(firm + 1, 0x9e3779b1) ^ Math.imul(row + 1, 0x85ebca6b) ^ Math.imul(salt + 1, 0xc2b2ae35);
  const y = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  return (y ^ (y >>> 13)) >>> 0;
}

export interface Invoice {
  readonly number: string;
  readonly day: number;
  readonly buyer: string;
  readonly net: number;
  readonly tax: number;
  readonly isVoid: boolean;
}

export function invoiceOf(firm: number, row: number): Invoice {
  const net = (noise(firm, row, 1) % 5_000_000) - (noise(firm, row, 2) % 20 === 0 ? 4_000_000 : 0);
  return {
    number: String(10_000_000 + (noise(firm, row, 3) % 80_000_000)),
    day: firstDay + (noise(firm, row, 4) % days),
    buyer: `B${String(10_000 + (noise(firm, noise(firm, row, 5) % 100, 6) % 80_000))}`,
    net,
    tax: Math.trunc((net * 13) / 100),
    isVoid: noise(firm, row, 7) % 16 === 0,
  };
}

const builder = new PageBuilder(schema);

/** One firm's records as columns; valid until the next call. */
export function columnsOf(firm: number, records: number): PageColumns {
  builder.clear();
  for (let row = 0; row < records; row++) {
    const { number, day, buyer, net, tax, isVoid } = invoiceOf(firm, row);
    builder.append([Number.NaN, day, Number.NaN, net, tax, net + tax, isVoid ? 1 : 0], [number, undefined, buyer]);
  }
  return builder.build();
}
