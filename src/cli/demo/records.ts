import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { type RecordFile, recordBytes, recordFiles, type SampleFirm, sampleFirms, sampleSpan } from "../../sample/index.js";
import { type DatasetImport, importDataset } from "../../vault/records/importDataset.js";
import { administer } from "./administer.js";
import type { Federation, Holder } from "./federation.js";

/** One dataset after its import. */
export interface StoryImport {
  readonly dataset: string;
  readonly done: DatasetImport;
  /** The lines of the rejects file, without its header. */
  readonly rejects: readonly string[];
}

/** Writes the sample's files and imports them one after the other, each into the home that it belongs to. */
export async function importAll(federation: Federation, seed: string): Promise<readonly StoryImport[]> {
  const firms = sampleFirms(seed);
  const imports: StoryImport[] = [];
  for (const file of recordFiles) {
    const path = writeRecords(federation.dir, file, firms, seed);
    imports.push(await importOne(federation[file.holder], file.dataset, path, file.faulty));
  }
  return imports;
}

function writeRecords(dir: string, file: RecordFile, firms: readonly SampleFirm[], seed: string): string {
  const path = join(dir, "records", `${file.dataset}.csv`);
  const descriptor = openSync(path, "wx", 0o600);
  try {
    for (const piece of recordBytes(file, firms, seed)) writeSync(descriptor, piece);
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
