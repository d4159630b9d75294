import Database from "better-sqlite3";
import { FrostglassError } from "../errors/error.js";

/**
 * Opens an SQLite file that this process alone uses: WAL mode with `synchronous=FULL`, so that a commit is on the disk when it returns, and
 * `locking_mode=EXCLUSIVE`, which keeps every other process out for as long as this one lives, kill -9 included. Throws `home-in-use` when another
 * process holds the file, `store-damaged` when it is no database.
 */
export function openExclusively(path: string): Database.Database {
  const database = new Database(path, { timeout: 0 });
  try {
    database.pragma("locking_mode = EXCLUSIVE");
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = FULL");
    database.pragma("secure_delete = ON");
    // 64 MiB of pages in memory, and 32 MiB of WAL before it is copied back: both save work on tables that are written at random places.
    database.pragma("cache_size = -65536");
    database.pragma("wal_autocheckpoint = 8192");
    // The first write takes the lock and, in exclusive mode, keeps it.
    database.exec("BEGIN IMMEDIATE; COMMIT");
  } catch (cause) {
    database.close();
    if ((cause as { code?: string }).code?.startsWith("SQLITE_BUSY")) {
      throw new FrostglassError("home-in-use", "Another process holds this home's database.", {}, { cause });
    }
    throw new FrostglassError("store-damaged", "The database could not be opened.", {}, { cause });
  }
  return database;
}
