import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { equalBytes } from "../../bytes/bytes.js";
import { encodeUtf8 } from "../../bytes/utf8.js";
import { readOwnFile } from "../../crypto/keyFile.js";
import { FrostglassError } from "../../errors/error.js";
import { takeLock } from "../../store/lock.js";
import { openSqliteStore } from "../../store/sqliteStore.js";
import type { Head, SegmentRow } from "../../store/store.js";
import { type Home, readNode, segmentPath } from "../home.js";
import { ArchiveWriter, type Copied } from "./archive.js";
import { wholeFiles, wholeFolders } from "./contents.js";
import { digestPath, formatDigestFile, formatManifest, type Manifest, manifestPath } from "./manifest.js";
import { storeCopier } from "./storeCopier.js";

/**
 * Writes everything that a holder's home needs to go on into one new archive, while its vault runs or not. All of it is of one instant: the database is copied
 * by the vault itself, no import or erasure runs meanwhile, and the keys are those that the log of that instant names. Private keys, records and stored
 * answers stay sealed. When it resolves, the archive is durable; when it rejects, there is none. `now` is in Unix seconds. Throws `file-exists`,
 * `home-missing`, `home-in-use` (an import, an erasure or a command is under way), `backup-disturbed`, `backup-name-too-long`.
 */
export async function writeBackup(home: Home, path: string, now: number): Promise<Manifest> {
  const { holder } = readNode(home);
  if (existsSync(path)) throw new FrostglassError("file-exists", "There is a file of this name already; it was not touched.");
  mkdirSync(dirname(home.importLock), { recursive: true, mode: 0o700 });
  const lock = takeLock(home.importLock, "an import, an erasure or a backup");
  const copy = `${resolve(path)}.database.partial`;
  const archive = new ArchiveWriter(path);
  try {
    const { head, segments } = await copyStore(home, copy);
    const manifest = { holder, at: now, logSize: head.size, files: addAll(archive, home, copy, segments) };
    const text = formatManifest(manifest);
    archive.add(manifestPath, 0o600, encodeUtf8(text));
    archive.add(digestPath, 0o600, encodeUtf8(formatDigestFile(text)));
    archive.finish();
    return { frostglass: "backup/1", ...manifest };
  } catch (thrown) {
    archive.abandon();
    throw thrown;
  } finally {
    removeCopy(copy);
    lock.release();
  }
}

interface Copy {
  readonly head: Head;
  readonly segments: readonly SegmentRow[];
}

/**
 * Copies the database. A change of the answer key writes the key file, then the log, then the key file: where the file is the same before and after, it
 * has the key that the log names.
 */
async function copyStore(home: Home, copy: string): Promise<Copy> {
  removeCopy(copy);
  closeSync(openSync(copy, "wx", 0o600));
  const keys = readOwnFile(home.keyFile);
  const copier = await storeCopier(home);
  try {
    await copier.copyTo(copy);
  } finally {
    await copier.close();
  }
  if (!equalBytes(keys, readOwnFile(home.keyFile)))
    throw new FrostglassError("backup-disturbed", "The holder's keys were changed while the database was copied.");
  return readCopy(copy);
}

function readCopy(copy: string): Copy {
  const store = openSqliteStore(copy);
  try {
    const head = store.head();
    if (head === undefined) throw new FrostglassError("log-missing", "The database holds no log.");
    return { head, segments: store.segments() };
  } finally {
    store.close();
  }
}

function removeCopy(copy: string): void {
  for (const ending of ["", "-wal", "-shm", "-journal"]) rmSync(`${copy}${ending}`, { force: true });
}

function addAll(archive: ArchiveWriter, home: Home, copy: string, segments: readonly SegmentRow[]): Copied[] {
  const inHome = (path: string) => relative(home.dir, path);
  const names = [
    ...wholeFiles.filter((name) => existsSync(join(home.dir, name))),
    ...wholeFolders.flatMap((folder) => filesBelow(home, folder)),
  ];
  const small = names.map((name) => archive.add(name, statSync(join(home.dir, name)).mode & 0o777, readFileSync(join(home.dir, name))));
  return [
    ...small,
    archive.add(inHome(home.keyFile), 0o600, readOwnFile(home.keyFile)),
    archive.addFile(inHome(home.database), copy),
    ...segments.map(({ dataset, since }) => segmentPath(home, dataset, since)).map((path) => archive.addFile(inHome(path), path)),
  ];
}

/** Files that are being written have the ending `.partial`; their whole forms come by a rename. */
function filesBelow(home: Home, folder: string): string[] {
  const dir = join(home.dir, folder);
  if (!existsSync(dir)) return [];
  const found = readdirSync(dir, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.name.endsWith(".partial"),
  );
  return found.map(({ parentPath, name }) => relative(home.dir, join(parentPath, name))).sort();
}
