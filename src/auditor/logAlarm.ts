import { equalBytes } from "../bytes/bytes.js";
import { asFrostglassError } from "../errors/error.js";
import { parseNote } from "../note/signedNote.js";
import { type Checkpoint, parseCheckpoint, type SignedCheckpoint } from "../tlog/checkpoint.js";
import { TileReader } from "../tlog/tileReader.js";
import type { AuditMemory, AuditOptions } from "./auditOptions.js";
import type { AuditState } from "./auditState.js";

/** Two checkpoints of one log, both signed by it, that no honest log shows in this order. */
export interface LogAlarm {
  /** `went-back`: an earlier, smaller state of the log was shown. `forked`: neither continues the other, so the log showed two views. */
  readonly kind: "went-back" | "forked";
  readonly before: string;
  readonly now: string;
  readonly words: string;
}

/**
 * The log must begin with every tree that it signed before (C2SP tlog-checkpoint: a log never signs two inconsistent checkpoints). Its new tiles are
 * read from the log itself: those that were kept are of the log that was seen before, and may be another one.
 */
export async function compareWith(
  before: AuditState,
  now: SignedCheckpoint,
  { readTile, memory }: AuditOptions,
): Promise<LogAlarm | undefined> {
  // It was verified when it was kept. The key that signed it may have been retired since, and be gone from the trust file.
  const earlier = parseCheckpoint(parseNote(before.checkpoint).text);
  const notes = { before: before.checkpoint, now: now.note.full };
  if (now.size >= earlier.size) {
    const reader = await TileReader.open(now, readTile);
    if (equalBytes(await reader.rootAt(earlier.size), earlier.root)) return undefined;
    return { kind: "forked", ...notes, words: `The log does not continue the ${earlier.size} entries that it showed before.` };
  }
  if (await beginsWith(earlier, now, memory))
    return { kind: "went-back", ...notes, words: `The log shows ${now.size} entries, and it showed ${earlier.size} before.` };
  return {
    kind: "forked",
    ...notes,
    words: `The log shows ${now.size} entries that are not the first of the ${earlier.size} that it showed before.`,
  };
}

/** True also where the mirror lacks the tiles to tell: then it is only known that the log became shorter. */
async function beginsWith(earlier: Checkpoint, now: SignedCheckpoint, memory: AuditMemory | undefined): Promise<boolean> {
  try {
    const reader = await TileReader.open(earlier, memory?.readTile ?? (async () => undefined));
    return equalBytes(await reader.rootAt(now.size), now.root);
  } catch (thrown) {
    if (asFrostglassError(thrown, "tile-missing") === undefined) throw thrown;
    return true;
  }
}
