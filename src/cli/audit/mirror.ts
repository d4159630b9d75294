import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import type { AuditMemory } from "../../auditor/index.js";
import { decodeUtf8 } from "../../bytes/utf8.js";
import { FrostglassError } from "../../errors/error.js";
import { parseNodeUrl } from "../../evidence/nodeUrl.js";
import { type PublishedFiles, publishedFiles } from "../../evidence/publishedFiles.js";
import { replaceFile } from "../files.js";
import { realNetwork } from "../surroundings.js";

/*
 * A mirror: what a log publishes, as the same plain files, so that it can be served, audited or compared in its turn.
 *
 *   checkpoint           the last one that was audited to its end    tile/…   every tile and bundle that was read
 *   audit-state.json     how far the audit came                      notes/…, policies/…   the texts that approvals rest on
 */

export function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** The published files in a folder: a mirror, a copy, or a node's `public/`. */
export function folderFiles(folder: string): PublishedFiles {
  const bytes = async (path: string) => readIfThere(inside(folder, path));
  return {
    bytes,
    text: async (path) => {
      const found = await bytes(path);
      if (found === undefined) throw new FrostglassError("published-file-missing", "The folder lacks a file that every log has.", { path });
      return decodeUtf8(found);
    },
  };
}

/** The published files at a place: a folder, or the URL of a node or of a copy. Throws `node-url-invalid`. */
export function filesAt(place: string): PublishedFiles {
  return isFolder(place) ? folderFiles(place) : publishedFiles(parseNodeUrl(place), { ...realNetwork, attempts: 4, timeout: 30_000 });
}

/** What an audit keeps in a mirror. A tile's path says its width, so a file there never changes. */
export function mirrorMemory(folder: string): AuditMemory {
  const file = join(folder, "audit-state.json");
  return {
    load: async () => {
      const kept = readIfThere(file);
      return kept === undefined ? undefined : decodeUtf8(kept);
    },
    save: async (text) => replaceFile(file, text),
    readTile: async (path) => readIfThere(inside(folder, path)),
    keepTile: async (path, bytes) => replaceFile(inside(folder, path), bytes),
  };
}

/** Keeps a checkpoint beside the tiles, so that the mirror is a log of its own. */
export function keepCheckpoint(folder: string, checkpoint: string): void {
  replaceFile(join(folder, "checkpoint"), checkpoint);
}

function readIfThere(path: string): Uint8Array | undefined {
  return existsSync(path) ? new Uint8Array(readFileSync(path)) : undefined;
}

/** Tile paths are made here, not by the log; all the same nothing outside of the folder is ever touched. */
function inside(folder: string, path: string): string {
  const file = resolve(folder, path);
  if (file.startsWith(resolve(folder) + sep)) return file;
  throw new FrostglassError("tile-path-malformed", "The path leads out of the folder.");
}
