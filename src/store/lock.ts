import Database from "better-sqlite3";
import { FrostglassError } from "../errors/error.js";

/** Held until `release`, or until the process ends in whatever way. */
export interface Lock {
  release(): void;
}

/**
 * Takes an exclusive lock named by a small file. It rests on SQLite's file lock, which the system drops with the process, so a kill -9
 * leaves nothing to clean up. Throws `home-in-use` when another process holds it.
 */
export function takeLock(path: string, purpose: string): Lock {
  const database = new Database(path, { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    database.close();
    throw new FrostglassError("home-in-use", `Another process is already at work here: ${purpose}.`, {}, { cause });
  }
  return { release: () => database.close() };
}
