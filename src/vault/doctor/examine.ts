import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { asFrostglassError, FrostglassError } from "../../errors/error.js";
import { parseNote } from "../../note/signedNote.js";
import { type Lock, takeLock } from "../../store/lock.js";
import { inspectStore, type StoreInspection } from "../../store/sqliteStore.js";
import type { SegmentRow } from "../../store/store.js";
import { parseCheckpoint } from "../../tlog/checkpoint.js";
import { connectAdminSession } from "../adminSession.js";
import { type Home, readNode } from "../home.js";
import type { NodeStatus } from "../nodeStatus.js";
import { checkAlarms, checkDisk, checkKeyFile, checkPermissions, checkRefill, checkSchemas, checkSegments } from "./files.js";
import { bad, type Found, type Line, look, ok, warn } from "./line.js";
import { checkClock, checkPublished, checkWitnesses, type OwnHead } from "./log.js";

/**
 * Looks a home over, whether its vault runs or not, and changes nothing. Asks for no passphrase: what is sealed is for the vault's start to check, and the
 * signatures of the log for an audit. `now` is in Unix seconds. Throws `home-missing` and `node-invalid`; everything else is a line.
 */
export async function examine(home: Home, now: number): Promise<readonly Line[]> {
  const node = readNode(home);
  const { vault, database, head, segments, status } = await lookInside(home);
  return [
    { check: "home", ...ok(`${node.holder}, ${node.environment}.`) },
    vault,
    look("permissions", () => checkPermissions(home)),
    look("key-file", () => checkKeyFile(home)),
    look("alarms", () => checkAlarms(home)),
    look("refill", () => checkRefill(home, head?.size)),
    database,
    ...(segments === undefined
      ? []
      : [look("schemas", () => checkSchemas(home, segments)), look("segments", () => checkSegments(home, segments))]),
    ...(head === undefined ? [] : [look("published", () => checkPublished(home, head))]),
    look("disk", () => checkDisk(home)),
    look("witnesses", () => checkWitnesses(home, node, status?.witnessing)),
    look("clock", () => checkClock(home, now, status?.epochs.map(({ at }) => at) ?? [])),
  ];
}

/** What is not known, because the database could not be read, is undefined: nothing is held against it. */
interface Inside {
  readonly vault: Line;
  readonly database: Line;
  readonly head?: OwnHead | undefined;
  readonly segments?: readonly SegmentRow[];
  readonly status?: NodeStatus;
}

async function lookInside(home: Home): Promise<Inside> {
  const session = await connectAdminSession(home);
  if (session === undefined) return lookAtStopped(home);
  try {
    const status = await session.run({ act: "status" });
    const { logSize: size, minimumIndex, segments } = status;
    return {
      vault: line("vault", ok("The vault runs.")),
      database: line("database", ofRunning(status)),
      head: { size, minimumIndex },
      segments,
      status,
    };
  } finally {
    await session.close();
  }
}

function ofRunning({ unreadable }: NodeStatus): Found {
  if (unreadable.length === 0) return ok("The running vault has checked it.");
  return bad(
    `The schemas of ${unreadable.join(", ")} were changed after the import.`,
    "Put the old text back, or import again with --mode replace.",
  );
}

function lookAtStopped(home: Home): Inside {
  const lock = lockIfFree(home);
  if (lock === undefined)
    return {
      vault: line("vault", warn("Another command is at work in this home.", "Wait for it; its lock goes with its process.")),
      database: line("database", warn("The database was not looked at.", "Look again when the other command has ended.")),
    };
  try {
    return { vault: line("vault", ok("No vault runs.")), ...lookAtDatabase(home) };
  } finally {
    lock.release();
  }
}

function lockIfFree({ vaultLock }: Home): Lock | undefined {
  mkdirSync(dirname(vaultLock), { recursive: true, mode: 0o700 });
  try {
    return takeLock(vaultLock, "the vault");
  } catch (thrown) {
    if (asFrostglassError(thrown, "home-in-use") === undefined) throw thrown;
    return undefined;
  }
}

function lookAtDatabase({ database }: Home): Omit<Inside, "vault"> {
  let found: StoreInspection | undefined;
  const looked = look("database", () => {
    if (!existsSync(database)) throw new FrostglassError("log-missing", "The home has no database.");
    found = inspectStore(database);
    return ofStopped(found);
  });
  if (found?.head === undefined) return { database: looked };
  const { size, root } = parseCheckpoint(parseNote(found.head.checkpoint).text);
  return { database: looked, head: { size, root }, segments: found.segments };
}

function ofStopped({ pendingMigrations, head }: StoreInspection): Found {
  if (pendingMigrations > 0)
    return warn("The database is that of an older version.", "Back up, then start the node: the start brings it up to date.");
  if (head === undefined) throw new FrostglassError("log-missing", "The database holds no log.");
  return ok("The database can be read, and its tables are those of this version.");
}

function line(check: string, found: Found): Line {
  return { check, ...found };
}
