import { PageBuilder, type PageColumns } from "../../src/datasets/page.js";
import { type DatasetSchema, parseSchema } from "../../src/datasets/schema.js";

const columns = `
  number: { type: code, optional: true }
  date: { type: date, optional: true }
  due: { type: date, optional: true }
  party: { type: code, optional: true }
  net: { type: money, currency: CNY, optional: true }
  status: { type: enum, members: [valid, void, red], optional: true }
  lines: { type: integer, optional: true }
  rate: { type: decimal, scale: 4, optional: true }
  paid: { type: boolean, optional: true }
`;

function datasetOf(name: string, body: string): DatasetSchema {
  return parseSchema(
    `frostglass: dataset/1\nname: ${name}\ntitle: { en: ${name} }\nsubject: { scheme: opaque, pattern: "E[0-9]{1,5}" }\ncolumns:${body}`,
  );
}

/** Two datasets of the same columns, all of which may be missing; one of ratings, whose columns never are; one in another currency. */
export const sales = datasetOf("vat-sales", columns);
export const purchases = datasetOf("vat-purchases", columns);
export const ratings = datasetOf(
  "bank-rating",
  "\n  date: { type: date }\n  grade: { type: enum, members: [A, B, C, D] }\n  limit: { type: money, currency: CNY }\n",
);
export const loans = datasetOf(
  "usd-loans",
  "\n  date: { type: date }\n  amount: { type: money, currency: USD }\n  portion: { type: decimal, scale: 2 }\n",
);

export const schemas: ReadonlyMap<string, DatasetSchema> = new Map(
  [sales, purchases, ratings, loans].map((schema) => [schema.name, schema]),
);

/** A record in plain words: days as `YYYY-MM-DD`, numbers as the integers of their lane, anything else as text; undefined is missing. */
export type PlainRecord = Readonly<Record<string, bigint | string | undefined>>;

/** The page of plain records. Conversions are spelled out here, apart from the column types' own parsers. */
export function pageOf(schema: DatasetSchema, records: readonly PlainRecord[]): PageColumns {
  const builder = new PageBuilder(schema);
  for (const record of records) {
    const numbers = schema.columns.map(({ name, type, members }) => {
      const cell = record[name];
      if (cell === undefined || type === "code") return Number.NaN;
      if (type === "date") return Date.parse(`${cell}T00:00:00Z`) / 86_400_000;
      if (type === "enum") return members?.indexOf(String(cell)) ?? Number.NaN;
      return type === "boolean" ? Number(cell === "true") : Number(cell);
    });
    const texts = schema.columns.map(({ name, type }) => (type === "code" ? (record[name] as string | undefined) : undefined));
    builder.append(numbers, texts);
  }
  return builder.build();
}

/** The day number of `YYYY-MM-DD`, by the platform's own calendar. */
export function dayOf(iso: string): number {
  return Date.parse(`${iso}T00:00:00Z`) / 86_400_000;
}

/** A manifest text around some features and whatever else is given; what is given wins over the usual header. */
export function manifestText(parts: Readonly<Record<string, unknown>>): string {
  const usual = {
    frostglass: "computation/1",
    id: "test",
    version: "1.0.0",
    title: { en: "Test" },
    reveals: { en: "Nothing" },
    purposes: ["testing"],
    subject: "opaque",
    inputs: { sales: "vat-sales" },
  };
  return `${JSON.stringify({ ...usual, ...parts })}\n`;
}
