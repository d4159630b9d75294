import type { ExportHeader } from "../../wire/answerExport.js";
import type { Act } from "../replay.js";

/** Clocks are set, and those of witnesses are not the holder's. */
const oneHour = 3600;

/**
 * Whether an export was made before the instant that it states, so that it lacks answers which the log had by then: the log's own acts beyond its size say
 * so, or the witnesses who had cosigned a larger log at `seenAt` (Unix seconds). Such an export would pass for one that was asked for too early.
 */
export function isOlderThanItSays({ size, until }: ExportHeader, acts: readonly Act[], seenAt: number | undefined): boolean {
  const beyond = acts.filter(({ index }) => index >= size).map(({ entry }) => entry.at);
  return Math.min(...beyond, seenAt ?? Number.POSITIVE_INFINITY) + oneHour < until;
}
