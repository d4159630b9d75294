import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { type CheckRequest, checkRows, type ImportCounts, type ImportProgress, importRows } from "../../datasets/import/importRows.js";
import { type Mapping, parseMapping } from "../../datasets/import/mapping.js";
import type { DatasetSchema } from "../../datasets/schema.js";
import { FrostglassError } from "../../errors/error.js";
import { parseDay } from "../../model/calendar.js";
import type { Digest } from "../../model/digest.js";
import { takeLock } from "../../store/lock.js";
import type { AdminSession } from "../adminSession.js";
import { type Home, readSchemas, segmentPath } from "../home.js";
import type { Keyring } from "../keys/keyring.js";
import type { NodeStatus } from "../nodeStatus.js";
import { Dataset, otherSchema } from "./dataset.js";
import { segmentFiles } from "./history.js";
import { removeLeftovers } from "./leftovers.js";
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
  readonly onProgress?: (progress: ImportProgress) => void;
}

export interface DatasetImport {
  readonly report: ImportCounts & {
    /** How many subjects have rows in these files; not known after a dry run. */
    readonly subjects?: number;
  };
  /** The new epoch; absent after a dry run. */
  readonly epoch?: { readonly number: number; readonly root: Digest };
  readonly seconds: number;
}

/** The part of a session that an import needs. */
type Acting = Pick<AdminSession, "run">;

/**
 * Imports files into one dataset as a new epoch. The node goes on answering from the old epoch until the last moment; when this resolves, the new one
 * is durable, logged and in force. When it throws, the old epoch is in force, unless the vault went away while it published (`vault-gone`): then its
 * log says which. What is left on the disk, nothing refers to, and the next import removes it. One import runs at a time (`home-in-use`). Throws what reading and rows may throw, `schema-missing`, `import-too-many-rejects`, `epoch-backwards`, `epoch-conflict`.
 */
export async function importDataset(session: Acting, keyring: Keyring, request: ImportRequest): Promise<DatasetImport> {
  const { home } = request;
  parseDay(request.asOf);
  mkdirSync(dirname(home.importLock), { recursive: true, mode: 0o700 });
  const lock = takeLock(home.importLock, "an import, an erasure or a backup");
  try {
    if (!request.dryRun) removeLeftovers(home, (await session.run({ act: "status" })).segments);
    return await importLocked(session, keyring, request);
  } finally {
    lock.release();
  }
}

async function importLocked(session: Acting, keyring: Keyring, request: ImportRequest): Promise<DatasetImport> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const schema = requireSchema(request.home, request.dataset);
  const rejects = openRejects(request.rejectsFile);
  try {
    const check = checkRequest(keyring, schema, request, rejects.write);
    if (request.dryRun) return { report: await checkRows(check), seconds: seconds() };
    const { result, ...report } = await importAndPublish(session, keyring, schema, request, check);
    return { report, epoch: result, seconds: seconds() };
  } finally {
    rejects.close();
  }
}

async function importAndPublish(session: Acting, keyring: Keyring, schema: DatasetSchema, request: ImportRequest, check: CheckRequest) {
  const { home, dataset: name, asOf, mode } = request;
  const { epoch: current, unreadable } = await session.run({ act: "status" });
  if (mode === "append" && unreadable.includes(name)) throw otherSchema(name);
  if (current !== undefined && parseDay(asOf) < parseDay(current.asOf)) {
    throw new FrostglassError("epoch-backwards", "The as-of date lies before that of the current epoch.", { asOf, current: current.asOf });
  }
  const number = (current?.number ?? 0) + 1;
  const segmentFile = segmentPath(home, name, number);
  const base = mode === "append" ? openBase(home, schema, keyring, segmentsOf(current, name)) : undefined;
  const preparation = { schema, datasetKey: keyring.datasetKey(name), epoch: number, base, segmentFile };
  try {
    return await importRows({ ...check, temporaryFolder: home.epochsDir, maxRejects: request.maxRejects }, async (groups) => {
      const { root } = await prepareEpoch(preparation, groups);
      const published = await session.run({ act: "publish-epoch", dataset: name, number, asOf, root, mode });
      removeLeftovers(home, published.segments); // what the policy keeps no longer
      return { number, root };
    });
  } finally {
    base?.close(); // the segment stays whatever happened: a reply that was lost is no proof that it was not published
  }
}

function checkRequest(keyring: Keyring, schema: DatasetSchema, request: ImportRequest, write: (lines: string) => void): CheckRequest {
  const { scheme } = schema.subject;
  return {
    schema,
    mapping: readMapping(request, schema),
    files: request.files,
    pseudonymOf: (id) => pseudonymOf(keyring.pseudonym, { scheme, id }),
    rejects: write,
    progress: request.onProgress,
  };
}

function requireSchema(home: Home, name: string): DatasetSchema {
  const schema = readSchemas(home).get(name);
  if (schema === undefined) throw new FrostglassError("schema-missing", "There is no schema of this name in the home.", { dataset: name });
  return schema;
}

function readMapping({ home, dataset, mappingFile }: ImportRequest, schema: DatasetSchema): Mapping | undefined {
  const own = join(home.mappingsDir, `${dataset}.yaml`);
  if (mappingFile !== undefined && !existsSync(mappingFile)) throw new FrostglassError("file-missing", "The mapping file is not there.");
  const path = mappingFile ?? (existsSync(own) ? own : undefined);
  return path === undefined ? undefined : parseMapping(readFileSync(path, "utf8"), schema);
}

function segmentsOf(epoch: NodeStatus["epoch"], name: string): readonly number[] {
  return epoch !== undefined && Object.hasOwn(epoch.datasets, name) ? (epoch.datasets[name] ?? []) : [];
}

function openBase(home: Home, schema: DatasetSchema, keyring: Keyring, epochs: readonly number[]): Dataset | undefined {
  if (epochs.length === 0) return undefined;
  return new Dataset(schema, keyring.datasetKey(schema.name), segmentFiles(home, schema.name, epochs));
}

/** The rejects file is made when the first row is rejected, so an import without any leaves none. */
function openRejects(path: string | undefined): { readonly write: (lines: string) => void; readonly close: () => void } {
  let descriptor: number | undefined;
  return {
    write: (lines) => {
      if (path === undefined) return;
      descriptor ??= openSync(path, "w", 0o600);
      writeSync(descriptor, lines);
    },
    close: () => {
      if (descriptor !== undefined) closeSync(descriptor);
    },
  };
}
