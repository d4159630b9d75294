import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { equalBytes } from "../../bytes/bytes.js";
import { formatHex } from "../../bytes/hex.js";
import { asFrostglassError, FrostglassError } from "../../errors/error.js";
import { openArchive } from "../../evidence/logArchive.js";
import { anchorListPath, anchorPaths, listAnchors } from "../../evidence/publishedAnchors.js";
import type { PublishedFiles } from "../../evidence/publishedFiles.js";
import { openPublishedLog } from "../../evidence/publishedLog.js";
import { trustFrom } from "../../evidence/trust.js";
import { digestBytes, digestOf } from "../../model/digest.js";
import { encodeEntryBundle } from "../../tlog/entryBundle.js";
import { edgeTiles, formatTilePath, fullWidth, type Tile } from "../../tlog/tile.js";
import type { TileReader } from "../../tlog/tileReader.js";
import { removeSuperseded } from "./partialTiles.js";
import { tilesBetween, writeAtomically } from "./publisher.js";

/*
 * An archive is a copy of the public log that outlives pruning: plain files that any web server can serve, and that an audit and a refill read as they read
 * the log. Nothing is written that was not traced to the published checkpoint, and the archive's own checkpoint comes last: what is interrupted goes on with
 * the next run.
 */

/** Where an archive lies: the folder, and its files as a reader has them. */
export interface ArchiveFolder {
  readonly dir: string;
  readonly files: PublishedFiles;
}

/** Sizes of an archive before and after. */
export interface Archived {
  readonly from: number;
  readonly size: number;
}

/**
 * Brings an archive, a new or empty folder at first, up to the checkpoint that a home publishes: where witnesses are asked, the newest that a quorum has
 * cosigned. Durable when it resolves. `onProgress` is told how many entries were archived. Throws `archive-behind` where the published log is pruned of
 * entries that the archive lacks, `archive-ahead`, `archive-other-log`, `archive-damaged`, `archive-text-altered`, and what reading a published log throws.
 */
export async function archiveLog(
  published: ArchiveFolder,
  archive: ArchiveFolder,
  onProgress: (entries: number) => void,
): Promise<Archived> {
  const { policy } = await trustFrom(published.files, undefined);
  const { checkpoint, reader } = await openPublishedLog(published.files, policy);
  const from = await sizeOf(archive.files, reader, checkpoint.origin);
  copyTexts(published.dir, archive.dir);
  for (const tile of [...tilesBetween(from, checkpoint.size), ...edgeTiles(checkpoint.size)]) {
    keep(archive.dir, formatTilePath(tile), await contentOf(reader, tile));
    if (tile.level === "entries") onProgress(Math.min((tile.index + 1) * fullWidth, checkpoint.size));
  }
  await copyAnchors(published, archive.dir, checkpoint.size);
  keep(archive.dir, "checkpoint", checkpoint.note.full);
  removeSuperseded(archive.dir, from, checkpoint.size);
  return { from, size: checkpoint.size };
}

/** How many entries an archive has; 0 where it has no checkpoint yet. */
async function sizeOf(archive: PublishedFiles, log: TileReader, origin: string): Promise<number> {
  const note = await archive.bytes("checkpoint");
  if (note === undefined) return 0;
  const { size } = await openArchive(archive, log, origin);
  if (size <= log.tree.size) return size;
  throw new FrostglassError("archive-ahead", "The archive has entries that this home does not publish.", { archive: size });
}

async function contentOf(reader: TileReader, { level, index }: Tile): Promise<Uint8Array> {
  if (level !== "entries") return reader.hashes(level, index);
  try {
    return encodeEntryBundle(await reader.entries(index));
  } catch (cause) {
    if (asFrostglassError(cause, "tile-missing") === undefined) throw cause;
    const facts = { index: index * fullWidth };
    throw new FrostglassError("archive-behind", "The published log is pruned of entries that the archive lacks.", facts, { cause });
  }
}

const textFolders = [
  { folder: "notes", ending: "note" },
  { folder: "policies", ending: "yaml" },
  { folder: "leakage", ending: "json" },
] as const;

/** Texts that the log names by digest, each under that name; and what tells a reader whom to believe. */
function copyTexts(from: string, to: string): void {
  for (const { folder, ending } of textFolders)
    for (const name of namesIn(join(from, folder), ending)) keep(to, `${folder}/${name}`, readText(join(from, folder, name), ending));
  for (const name of ["trust", "jwks.json"]) keep(to, name, readFileSync(join(from, name)));
}

function namesIn(folder: string, ending: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(`.${ending}`)) : [];
}

function readText(path: string, ending: string): Uint8Array {
  const text = readFileSync(path);
  if (path.endsWith(`${formatHex(digestBytes(digestOf(text)))}.${ending}`)) return text;
  throw new FrostglassError("archive-text-altered", "A published text is not the one that its name is the digest of.", { path });
}

/** Only those of checkpoints that the archive reaches. */
async function copyAnchors({ dir, files }: ArchiveFolder, to: string, size: number): Promise<void> {
  const anchors = (await listAnchors(files)).filter((anchor) => anchor.size <= size);
  for (const { checkpoint, reply } of anchors.flatMap((anchor) => anchorPaths(anchor) ?? []))
    for (const path of [checkpoint, reply]) keep(to, path, readFileSync(join(dir, path)));
  if (anchors.length > 0) keep(to, anchorListPath, `${JSON.stringify({ anchors })}\n`);
}

/** Writes what is not there: a run that was interrupted, or one with little that is new, waits for the disk no more than it must. */
function keep(dir: string, path: string, content: string | Uint8Array): void {
  const file = join(dir, path);
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  if (!existsSync(file) || !equalBytes(readFileSync(file), bytes)) writeAtomically(file, bytes);
}
