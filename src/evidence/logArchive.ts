import { equalBytes } from "../bytes/bytes.js";
import type { ErrorCode } from "../errors/codes.js";
import { asFrostglassError, FrostglassError } from "../errors/error.js";
import { parseNote } from "../note/signedNote.js";
import { type Checkpoint, parseCheckpoint } from "../tlog/checkpoint.js";
import { fullWidth } from "../tlog/tile.js";
import { TileReader } from "../tlog/tileReader.js";
import type { PublishedFiles } from "./publishedFiles.js";

/*
 * An archive of a log is a copy of what it published, with a checkpoint of its own: it has the entries that the log serves no more. Nobody need trust it:
 * its tree has to be the log's.
 */

export interface LogArchive {
  /** How many entries it has, from the first on. */
  readonly size: number;
  /** The entries of a bundle of 256, fewer at its end; undefined where it lacks them. Throws `archive-damaged`. */
  entries(bundle: number): Promise<readonly Uint8Array[] | undefined>;
}

/**
 * Opens an archive and holds its tree against that of the log, which `log` reads at a checkpoint whose signature was checked. Throws `archive-other-log`,
 * `archive-damaged`, `published-file-missing` where there is no checkpoint, and what reading files and checkpoints throws.
 */
export async function openArchive(files: PublishedFiles, log: TileReader, origin: string): Promise<LogArchive> {
  const checkpoint = parseCheckpoint(parseNote(await files.text("checkpoint")).text);
  if (checkpoint.origin !== origin) throw otherLog({ archive: checkpoint.origin });
  const reader = await TileReader.open(checkpoint, files.bytes).catch(sayDamaged);
  if (!(await isSameLog(checkpoint, reader, log))) throw otherLog({ size: checkpoint.size });
  return { size: checkpoint.size, entries: (bundle) => entriesOf(reader, bundle) };
}

async function isSameLog(archived: Checkpoint, reader: TileReader, log: TileReader): Promise<boolean> {
  if (archived.size <= log.tree.size) return equalBytes(await log.rootAt(archived.size), archived.root);
  return equalBytes(await reader.rootAt(log.tree.size).catch(sayDamaged), log.tree.root);
}

async function entriesOf(reader: TileReader, bundle: number): Promise<readonly Uint8Array[] | undefined> {
  if (bundle * fullWidth >= reader.tree.size) return undefined;
  try {
    return await reader.entries(bundle);
  } catch (thrown) {
    if (asFrostglassError(thrown, "tile-missing") === undefined) return sayDamaged(thrown);
    return undefined;
  }
}

const damages: ReadonlySet<ErrorCode> = new Set([
  "tile-missing",
  "tile-malformed",
  "tile-not-authentic",
  "entry-bundle-malformed",
] as const);

/** What is wrong with the archive's own tiles is said of the archive, not of the log. */
function sayDamaged(cause: unknown): never {
  const error = asFrostglassError(cause);
  if (error === undefined || !damages.has(error.code)) throw cause;
  throw new FrostglassError("archive-damaged", "The archive does not hold what its own checkpoint names.", error.facts, { cause });
}

function otherLog(facts: Record<string, string | number>): FrostglassError {
  return new FrostglassError("archive-other-log", "The archive is of another log, or of another view of this one.", facts);
}
