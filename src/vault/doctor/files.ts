import { existsSync, readdirSync, statfsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { readSealedFile } from "../../crypto/keyFile.js";
import type { SegmentRow } from "../../store/store.js";
import { type Home, readSchemas, segmentPath } from "../home.js";
import { readMark } from "../log/refill/pendingRefill.js";
import { refuseRetired } from "../log/refill/retiredLog.js";
import { bad, type Found, ok, warn } from "./line.js";

/* What can be seen of a home's files without opening any seal. */

const others = 0o077;

/** A folder that is closed to others hides what is in it; so a file counts only where all the folders above it, inside the home, are open. */
export function checkPermissions(home: Home): Found {
  const open = [home.database, `${home.database}-wal`, home.epochsDir, home.keyFile].filter((path) => isOpen(home, path));
  if (open.length === 0) return ok("Nothing secret is open to other users of this machine.");
  const names = open.map((path) => path.slice(home.dir.length + 1)).join(", ");
  return warn(`Other users of this machine can read ${names}.`, "Run chmod -R go-rwx on these.");
}

function isOpen(home: Home, path: string): boolean {
  if (!existsSync(path)) return false;
  const isShut = (at: string) => (statSync(at).mode & others) === 0;
  for (let at = path; at.length >= home.dir.length; at = dirname(at)) if (isShut(at)) return false;
  return true;
}

/** Throws `key-file-missing`, `key-file-exposed`, `key-file-invalid`. */
export function checkKeyFile({ keyFile }: Home): Found {
  readSealedFile(keyFile);
  if (existsSync(`${keyFile}.partial`))
    return warn("A half-written key file lies beside the key file.", "Nothing needs it: remove keys/holder.keys.partial.");
  return ok("The key file is sealed and its owner's alone. The passphrase was not asked for.");
}

export function checkAlarms({ alarmsDir }: Home): Found {
  if (!existsSync(alarmsDir) || readdirSync(alarmsDir).length === 0) return ok("There is no proof of a split view.");
  return bad(
    "alarms/ holds proof that the log's key signed two views of the log.",
    "Keep both files, do not start the node, and find out who has the log's key.",
  );
}

/** Throws `log-retired`, `refill-mark-damaged`. */
export function checkRefill(home: Home, size: number | undefined): Found {
  refuseRetired(home);
  const mark = readMark(home);
  if (mark === undefined || (size !== undefined && size > mark.to)) return ok("No refill of the log is under way.");
  if (size !== undefined && size < mark.to) return bad("A refill of the log was interrupted.", "Run frostglass log refill again.");
  return warn("The log was refilled, and does not say so yet.", "Start the node: it says so once its witnesses agree.");
}

const enough = 1 << 30;
const tooLittle = 64 << 20;

/** The database needs its own size again when it is backed up, and every import writes beside what is there. */
export function checkDisk({ dir, database }: Home): Found {
  const { bavail, bsize } = statfsSync(dir);
  const free = bavail * bsize;
  const wanted = Math.max(enough, existsSync(database) ? 2 * statSync(database).size : 0);
  const words = `${Math.floor(free / (1 << 20))} MiB are free on the disk of the home.`;
  if (free < tooLittle) return bad(words, "Make room now: a commit that the disk refuses stops the node.");
  return free < wanted ? warn(words, `Make room: ${Math.ceil(wanted / (1 << 20))} MiB leave space for imports and backups.`) : ok(words);
}

/** Throws `schema-invalid`, `schema-name`. */
export function checkSchemas(home: Home, segments: readonly SegmentRow[]): Found {
  const schemas = readSchemas(home);
  const missing = [...new Set(segments.map(({ dataset }) => dataset))].filter((dataset) => !schemas.has(dataset));
  if (missing.length === 0) return ok(`${schemas.size} schemas are well-formed, and every dataset with records has one.`);
  return bad(`There are records of ${missing.join(", ")}, and no schema.`, "Put the old text back under datasets/.");
}

export function checkSegments(home: Home, segments: readonly SegmentRow[]): Found {
  const named = segments.map(({ dataset, since }) => segmentPath(home, dataset, since));
  const missing = named.filter((path) => !existsSync(path));
  if (missing.length > 0)
    return bad(
      `${missing.length} of ${named.length} segment files are missing.`,
      "Restore epochs/, or import the dataset again with --mode replace.",
    );
  const there = existsSync(home.epochsDir) ? readdirSync(home.epochsDir).filter((file) => /\.db(?:\.partial)?$/.test(file)) : [];
  const left = there.filter((file) => !named.includes(join(home.epochsDir, file)));
  if (left.length === 0) return ok(`All ${named.length} segment files are there, and no other.`);
  return warn(`${left.length} segment files are left over: an import is under way, or failed.`, "The next import removes them.");
}
