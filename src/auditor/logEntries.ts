import { asFrostglassError } from "../errors/error.js";
import { type LogArchive, openArchive } from "../evidence/logArchive.js";
import type { PublishedFiles } from "../evidence/publishedFiles.js";
import { encodeEntryBundle } from "../tlog/entryBundle.js";
import { formatTilePath, fullWidth } from "../tlog/tile.js";
import type { TileReader } from "../tlog/tileReader.js";
import type { AuditMemory } from "./auditOptions.js";

/** The next entries of a log, and, where neither log nor archive has those after them, up to which index (excluded) they are missing. */
export interface EntriesRead {
  readonly entries: readonly Uint8Array[];
  readonly missingTo?: number;
}

/** Reads a log's entries bundle by bundle: from the log, and where it has pruned them, from an archive of it. All of them are of the log's tree. */
export class LogEntries {
  readonly #reader: TileReader;
  readonly #origin: string;
  readonly #files: PublishedFiles | undefined;
  readonly #memory: AuditMemory | undefined;
  #archive: Promise<LogArchive> | undefined;

  constructor(reader: TileReader, origin: string, archive: PublishedFiles | undefined, memory: AuditMemory | undefined) {
    this.#reader = reader;
    this.#origin = origin;
    this.#files = archive;
    this.#memory = memory;
  }

  /** The entries from an index to the end of its bundle. Throws what `TileReader` and `openArchive` throw. */
  async from(index: number): Promise<EntriesRead> {
    const bundle = Math.floor(index / fullWidth);
    const end = Math.min((bundle + 1) * fullWidth, this.#reader.tree.size);
    const entries = (await this.#served(bundle)) ?? (await this.#archived(bundle)) ?? [];
    const taken = entries.slice(index - bundle * fullWidth, end - bundle * fullWidth);
    return index + taken.length < end ? { entries: taken, missingTo: end } : { entries: taken };
  }

  async #served(bundle: number): Promise<readonly Uint8Array[] | undefined> {
    try {
      return await this.#reader.entries(bundle);
    } catch (thrown) {
      if (asFrostglassError(thrown, "tile-missing") === undefined) throw thrown;
      return undefined;
    }
  }

  /** Opened when it is needed for the first time. */
  async #archived(bundle: number): Promise<readonly Uint8Array[] | undefined> {
    if (this.#files === undefined) return undefined;
    this.#archive ??= openArchive(this.#files, this.#reader, this.#origin);
    const entries = await (await this.#archive).entries(bundle);
    if (entries?.length === fullWidth) await this.#keep(bundle, entries);
    return entries;
  }

  /** Keeps what was held against the log's tree, whole: a damaged copy, or one that knows another end of the log, spoils no mirror. */
  async #keep(bundle: number, entries: readonly Uint8Array[]): Promise<void> {
    if ((bundle + 1) * fullWidth > this.#reader.tree.size) return;
    await this.#memory?.keepTile(formatTilePath({ level: "entries", index: bundle, width: fullWidth }), encodeEntryBundle(entries));
  }
}
