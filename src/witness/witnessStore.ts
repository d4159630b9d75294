import type Database from "better-sqlite3";
import { FrostglassError } from "../errors/error.js";
import { openExclusively } from "../store/exclusive.js";
import { migrate } from "../store/migrate.js";

/** A checkpoint as it was cosigned: the note carries the log's signatures and the witness's own. */
export interface CosignedCheckpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  /** The time in the cosignature, Unix seconds. */
  readonly time: number;
  readonly note: string;
}

/** Two checkpoints of one origin and size with different roots, as they came. */
export interface SplitView {
  readonly origin: string;
  readonly size: number;
  readonly seenAt: number;
  readonly cosigned: string;
  readonly other: string;
}

/**
 * What a witness remembers, in one SQLite file of its own. Each write is durable when it returns. Nothing is ever forgotten: a log that is taken
 * off the list keeps its last size.
 */
export interface WitnessStore {
  cosigned(origin: string): CosignedCheckpoint | undefined;
  all(): readonly CosignedCheckpoint[];
  /**
   * Replaces the last checkpoint of an origin, if that is still of `previousSize` (0 for none). Throws `store-conflict` when another has come
   * between: then nothing was written, and the cosignature must not leave.
   */
  keep(checkpoint: CosignedCheckpoint, previousSize: number): void;
  keepSplitView(view: SplitView): void;
  splitViews(): readonly SplitView[];
  close(): void;
}

/** One is proof enough; a log that signs many views must not fill the disk. */
const mostViewsOfOneLog = 64;

const migrations = new URL("./migrations/", import.meta.url);

/** Opens the file, and makes it where it is missing. Throws `home-in-use` when another process holds it, `store-damaged` when it cannot be read. */
export function openWitnessStore(path: string): WitnessStore {
  const database = openExclusively(path);
  try {
    migrate(database, migrations);
    return storeOver(database);
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

function storeOver(database: Database.Database): WitnessStore {
  const columns = "origin, size, root, time, note";
  const find = database.prepare<[string], CosignedCheckpoint>(`SELECT ${columns} FROM cosigned WHERE origin = ?`);
  const list = database.prepare<[], CosignedCheckpoint>(`SELECT ${columns} FROM cosigned ORDER BY origin`);
  const insert = database.prepare<[string, number, Uint8Array, number, string]>(
    `INSERT INTO cosigned (${columns}) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  // Compare and swap in one statement: checking and writing are one step, whatever calls come between (C2SP tlog-witness).
  const update = database.prepare<[number, Uint8Array, number, string, string, number]>(
    "UPDATE cosigned SET size = ?, root = ?, time = ?, note = ? WHERE origin = ? AND size = ?",
  );
  const insertView = database.prepare<[string, number, number, string, string, string]>(
    `INSERT INTO split_view (origin, size, seen_at, cosigned, other) SELECT ?, ?, ?, ?, ?
      WHERE (SELECT count(*) FROM split_view WHERE origin = ?) < ${mostViewsOfOneLog} ON CONFLICT DO NOTHING`,
  );
  const views = database.prepare<[], SplitView>(
    "SELECT origin, size, seen_at AS seenAt, cosigned, other FROM split_view ORDER BY seen_at, origin, size",
  );
  return {
    cosigned: (origin) => find.get(origin),
    all: () => list.all(),
    keep: ({ origin, size, root, time, note }, previousSize) => {
      const fresh = previousSize === 0 && insert.run(origin, size, root, time, note).changes === 1;
      if (fresh || update.run(size, root, time, note, origin, previousSize).changes === 1) return;
      throw new FrostglassError("store-conflict", "Another checkpoint was cosigned meanwhile.");
    },
    keepSplitView: ({ origin, size, seenAt, cosigned, other }) => void insertView.run(origin, size, seenAt, cosigned, other, origin),
    splitViews: () => views.all(),
    close: () => void database.close(),
  };
}
