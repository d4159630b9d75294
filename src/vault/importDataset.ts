import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { hmacSha256 } from "#crypto";
import { encodeUtf8 } from "../bytes/utf8.js";
import { type ImportReport, importRows } from "../datasets/import/importRows.js";
import { type Mapping, parseMapping, plainMapping } from "../datasets/import/mapping.js";
import { formatReject, rejectHeader } from "../datasets/import/rejects.js";
import type { DatasetSchema } from "../datasets/schema.js";
import { FrostglassError } from "../errors/error.js";
import { formatDay, parseDay } from "../model/calendar.js";
import type { Digest } from "../model/digest.js";
import { takeLock } from "../store/lock.js";
import type { AdminSession } from "./adminSession.js";
import { Dataset } from "./dataset.js";
import { type Home, readSchemas, segmentPath } from "./home.js";
import type { Keyring } from "./keyring.js";
import { prepareEpoch } from "./prepareEpoch.js";
import { pseudonymOf } from "./pseudonym.js";

export interface ImportRequest {
  readonly home: Home;
  readonly dataset: string;
  /** CSV files, plain or gzip. */
  readonly files: readonly string[];
  /** Default: `mappings/<dataset>.yaml` of the home; without that, headers that name the columns. */
  readonly mappingFile?: string;
  /** `YYYY-MM-DD`: the day that the records are as of; windows count back from it. */
  readonly asOf: string;
  /** `append` adds records to what is there; `replace` makes them the whole dataset. */
  readonly mode: "append" | "replace";
  /** Fails when more rows than this are rejected. */
  readonly maxRejects: number;
  /** Where the rejects are listed, one line each; nothing of a row's content is. */
  readonly rejectsFile?: string;
  /** Reads and checks everything, writes nothing. */
  readonly dryRun: boolean;
  readonly onProgress?: (progress: { readonly bytesRead: number; readonly bytesTotal: number; readonly rows: number }) => void;
}

export interface DatasetImport {
  readonly report: ImportReport;
  /** The new epoch; absent after a dry run. */
  readonly epoch?: { readonly number: number; readonly root: Digest };
  readonly seconds: number;
}

/**
 * Imports files into one dataset as a new epoch. The node goes on answering from the old epoch until the last moment; when this resolves, the new one
 * is durable, logged and in force. When it throws, the old epoch is in force and nothing is left behind. One import runs at a time
 * (`home-in-use`). Throws what reading and rows may throw, `schema-missing`, `import-too-many-rejects`, `epoch-backwards`, `epoch-conflict`.
 */
export async function importDataset(session: AdminSession, keyring: Keyring, request: ImportRequest): Promise<DatasetImport> {
  const { home } = request;
  parseDay(request.asOf);
  mkdirSync(dirname(home.importLock), { recursive: true, mode: 0o700 });
  const lock = takeLock(home.importLock, "another import");
  try {
    removeLeftovers(home);
    return await importLocked(session, keyring, request);
  } finally {
    lock.release();
  }
}

async function importLocked(session: AdminSession, keyring: Keyring, request: ImportRequest): Promise<DatasetImport> {
  const started = performance.now();
  const { home, dataset: name, asOf, mode, dryRun } = request;
  const schema = requireSchema(home, name);
  const rows = readRows(keyring, schema, request);
  if (dryRun) return { report: await rows.check(), seconds: secondsSince(started) };
  const { epoch: current } = await session.run({ act: "status" });
  if (current !== undefined && parseDay(asOf) < parseDay(current.asOf)) throw backwards(asOf, current.asOf);
  const number = (current?.number ?? 0) + 1;
  const datasetKey = keyring.datasetKey(name);
  const base = mode === "append" ? openBase(home, schema, datasetKey, current?.datasets[name] ?? []) : undefined;
  const segmentFile = segmentPath(home, name, number);
  try {
    const { root } = await prepareEpoch({ schema, datasetKey, epoch: number, base, segmentFile }, rows.groups());
    await session.run({ act: "publish-epoch", dataset: name, number, asOf, root, mode });
    return { report: rows.report(), epoch: { number, root }, seconds: secondsSince(started) };
  } catch (thrown) {
    rmSync(segmentFile, { force: true });
    throw thrown;
  } finally {
    base?.close();
  }
}
