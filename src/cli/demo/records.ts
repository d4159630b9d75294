import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { faultyRows, invoiceFile, ratingFile, sampleFirms, sampleSpan } from "../../sample/index.js";
import { type DatasetImport, importDataset } from "../../vault/importDataset.js";
import { administer } from "./administer.js";
import type { Federation, Holder } from "./federation.js";

/** One dataset after its import. */
export interface StoryImport {
  readonly dataset: string;
  readonly done: DatasetImport;
  /** The lines of the rejects file, without its header. */
  readonly rejects: readonly string[];
}

/** Writes the sample's three files and imports them, each into the home that it belongs to. */
export async function importAll(federation: Federation, seed: string): Promise<readonly StoryImport[]> {
  const { dir, tax, bureau } = federation;
  const firms = sampleFirms(seed);
  const sales = writeRecords(dir, "sales.csv", invoiceFile("sales", firms, seed));
  const purchases = writeRecords(dir, "purchases.csv", invoiceFile("purchases", firms, seed));
  const ratings = writeRecords(dir, "ratings.csv", ratingFile(firms, seed));
  return [
    await importOne(tax, "vat-sales", sales, faultyRows.sales),
    await importOne(tax, "vat-purchases", purchases, faultyRows.purchases),
    await importOne(bureau, "bank-rating", ratings, 0),
  ];
}

function writeRecords(dir: string, name: string, pieces: Iterable<string>): string {
  const path = join(dir, "records", name);
  const descriptor = openSync(path, "wx", 0o600);
  try {
    for (const piece of pieces) writeSync(descriptor, piece);
  } finally {
    closeSync(descriptor);
  }
  return path;
}

async function importOne(holder: Holder, dataset: string, file: string, maxRejects: number): Promise<StoryImport> {
  const { home } = holder;
  const rejectsFile = file.replace(/\.csv$/, ".rejects.csv");
  const request = { home, dataset, files: [file], asOf: sampleSpan.asOf, mode: "replace", maxRejects, rejectsFile, dryRun: false } as const;
  const done = await administer(holder, (session, keyring) => importDataset(session, keyring, request));
  const rejects = maxRejects === 0 ? [] : readFileSync(rejectsFile, "utf8").trimEnd().split("\n").slice(1);
  return { dataset, done, rejects };
}
