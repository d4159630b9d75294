import { courtCaseFile } from "./courtCases.js";
import type { SampleFirm } from "./firms.js";
import { encodeGb18030 } from "./gb18030.js";
import { faultyRows, invoiceFile } from "./invoices.js";
import { ratingFile } from "./ratings.js";
import { registrationFile } from "./registrations.js";
import { taxFilingFile } from "./taxFilings.js";
import { tradePaymentFile } from "./tradePayments.js";
import { utilityBillFile } from "./utilityBills.js";

/** The two holders of the sample federation: a tax bureau, and a credit bureau to which registry, courts, utilities, suppliers and banks report. */
export type SampleHolder = "tax" | "bureau";

/** A file of records that a sample holder imports, as the library's mapping for its dataset reads it. */
export interface RecordFile {
  readonly holder: SampleHolder;
  /** The dataset of the library. */
  readonly dataset: string;
  readonly encoding: "utf-8" | "gb18030";
  /** Rows that it holds on purpose and that no import may take. */
  readonly faulty: number;
  /** The text in pieces. The same firms and seed give the same text. */
  text(firms: readonly SampleFirm[], seed: string): Iterable<string>;
}

const utf8 = { encoding: "utf-8", faulty: 0 } as const;
const older = { encoding: "gb18030", faulty: 0 } as const;

export const recordFiles: readonly RecordFile[] = [
  { ...utf8, holder: "tax", dataset: "vat-sales", faulty: faultyRows, text: (firms, seed) => invoiceFile("sales", firms, seed) },
  { ...utf8, holder: "tax", dataset: "vat-purchases", text: (firms, seed) => invoiceFile("purchases", firms, seed) },
  { ...utf8, holder: "tax", dataset: "tax-filings", text: taxFilingFile },
  { ...older, holder: "bureau", dataset: "business-registration", text: registrationFile },
  { ...older, holder: "bureau", dataset: "court-cases", text: courtCaseFile },
  { ...utf8, holder: "bureau", dataset: "utility-bills", text: utilityBillFile },
  { ...utf8, holder: "bureau", dataset: "trade-payments", text: tradePaymentFile },
  { ...utf8, holder: "bureau", dataset: "bank-rating", text: ratingFile },
];

/** The bytes of a file, piece by piece. */
export function* recordBytes(file: RecordFile, firms: readonly SampleFirm[], seed: string): Generator<Uint8Array> {
  const encode = file.encoding === "gb18030" ? encodeGb18030 : (text: string) => new TextEncoder().encode(text);
  for (const piece of file.text(firms, seed)) yield encode(piece);
}
