import { FrostglassError } from "../../errors/error.js";
import { openArchive } from "../../evidence/logArchive.js";
import type { PublishedFiles } from "../../evidence/publishedFiles.js";
import { openPublishedLog } from "../../evidence/publishedLog.js";
import { trustFrom } from "../../evidence/trust.js";
import { fullWidth } from "../../tlog/tile.js";

/**
 * Up to which index (excluded), and not beyond `to`, an archive has every entry from `from` on that this log has: each is read and held against the log's tree. Throws
 * `archive-behind` where it does not reach past `from` or has a gap, `archive-other-log`, `archive-damaged`, and what reading files throws.
 */
export async function archivedUpTo(
  published: PublishedFiles,
  archived: PublishedFiles,
  { from, to }: { readonly from: number; readonly to: number },
  onProgress: (entries: number) => void,
): Promise<number> {
  const { policy } = await trustFrom(published, undefined);
  const { checkpoint, reader } = await openPublishedLog(published, policy);
  const archive = await openArchive(archived, reader, checkpoint.origin);
  const end = Math.min(archive.size, checkpoint.size, to);
  if (end <= from) throw behind(archive.size);
  for (let bundle = Math.floor(from / fullWidth); bundle * fullWidth < end; bundle++) {
    if ((await archive.entries(bundle)) === undefined) throw behind(bundle * fullWidth);
    onProgress(Math.min((bundle + 1) * fullWidth, end));
  }
  return end;
}

function behind(index: number): FrostglassError {
  return new FrostglassError("archive-behind", "The archive lacks entries that are to be pruned.", { index });
}
