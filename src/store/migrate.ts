import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import Database from "better-sqlite3";
import { FrostglassError } from "../errors/error.js";

const migrationTable = "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, checksum TEXT NOT NULL) STRICT";

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

function loadMigrations(folder: URL): Migration[] {
  const names = readdirSync(folder).filter((name) => /^\d{4}-[a-z-]+\.sql$/.test(name));
  return names.sort().map((name) => {
    const sql = readFileSync(new URL(name, folder), "utf8");
    return { number: Number(name.slice(0, 4)), name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
  });
}

/**
 * Brings a database to the newest schema, one migration of the folder a transaction. A migration that ran is never edited: its checksum is kept, and
 * `store-migration-changed` is thrown when it differs. A database from a newer version throws `store-too-new`, one whose tables
 * were altered by other hands `store-damaged`.
 */
export function migrate(database: Database.Database, folder: URL): void {
  database.exec(migrationTable);
  const migrations = loadMigrations(folder);
  for (const migration of pending(database, migrations)) apply(database, migration);
  checkSchema(database, migrations);
}

/** How many migrations the next start would run; nothing is written. Throws what `migrate` throws. */
export function pendingMigrations(database: Database.Database, folder: URL): number {
  const migrations = loadMigrations(folder);
  const count = pending(database, migrations).length;
  if (count === 0) checkSchema(database, migrations);
  return count;
}

function pending(database: Database.Database, migrations: readonly Migration[]): readonly Migration[] {
  const done = database.prepare<[], { number: number; checksum: string }>("SELECT number, checksum FROM migration").all();
  for (const row of done) checkDone(row, migrations);
  const last = Math.max(0, ...done.map((row) => row.number));
  return migrations.filter(({ number }) => number > last);
}

/** A trigger or a view that somebody put in would change what a commit writes, and no seal over the rows would show it. */
function checkSchema(database: Database.Database, migrations: readonly Migration[]): void {
  const expected = new Database(":memory:");
  expected.exec(migrationTable);
  for (const { sql } of migrations) expected.exec(sql);
  const schemaOf = (of: Database.Database) =>
    JSON.stringify(of.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name").all());
  const same = schemaOf(expected) === schemaOf(database);
  expected.close();
  if (!same) throw new FrostglassError("store-damaged", "The tables of the database are not those of this version.");
}

function checkDone(row: { number: number; checksum: string }, migrations: readonly Migration[]): void {
  const known = migrations.find((migration) => migration.number === row.number);
  if (known === undefined)
    throw new FrostglassError("store-too-new", "The database was written by a newer version.", { migration: row.number });
  if (known.checksum !== row.checksum)
    throw new FrostglassError("store-migration-changed", "A migration differs from the one that ran.", { migration: row.number });
}

function apply(database: Database.Database, migration: Migration): void {
  const run = database.transaction(() => {
    database.exec(migration.sql);
    database.prepare("INSERT INTO migration (number, checksum) VALUES (?, ?)").run(migration.number, migration.checksum);
  });
  run();
}
