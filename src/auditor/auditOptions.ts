import type { PublishedFiles } from "../evidence/publishedFiles.js";
import type { Policy } from "../tlog/policy.js";
import type { FetchTile } from "../tlog/tileReader.js";
import type { ReadText } from "./publishedText.js";

/** Where an audit leaves what it has done, so that the next one, or the same after an interruption, goes on from there. */
export interface AuditMemory {
  /** What was saved last; undefined at the first audit. */
  load(): Promise<string | undefined>;
  /** Replaces it. When it resolves, the text is kept whole, or the one before is. */
  save(text: string): Promise<void>;
  /** Tiles and bundles of the log that `save` speaks of: each is kept whole or not at all. */
  readonly readTile: FetchTile;
  keepTile(path: string, bytes: Uint8Array): Promise<void>;
}

/** What an audit of one log reads. */
export interface AuditOptions {
  /** The checkpoint note, as it was published. */
  readonly checkpoint: string;
  /** Reads a tile or an entry bundle by its path (C2SP tlog-tiles) from the log. */
  readonly readTile: FetchTile;
  readonly trust: Policy;
  /** Reads the texts that the log names by digest: signed notes and policies. Without it approvals are counted, and their signatures not judged. */
  readonly readText?: ReadText | undefined;
  /**
   * The lines of an export of answers (`audit-export`), without their ends. The log is then read from its first entry, and each answer is judged by what
   * was in force at its index; every budget is counted again.
   */
  readonly answers?: AsyncIterable<string> | undefined;
  /** An archive of the log, for the entries that it serves no more: its files, as it is published or lies in a folder. */
  readonly archive?: PublishedFiles | undefined;
  /** Without one, the whole log is read and nothing is compared with what was seen before. */
  readonly memory?: AuditMemory | undefined;
  /** Told after each bundle how many entries were read. */
  readonly onProgress?: ((entries: number) => void) | undefined;
}
