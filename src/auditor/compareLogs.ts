import { equalBytes } from "../bytes/bytes.js";
import { FrostglassError } from "../errors/error.js";
import { parseNote } from "../note/signedNote.js";
import { type SignedCheckpoint, verifyCheckpoint } from "../tlog/checkpoint.js";
import type { Policy } from "../tlog/policy.js";
import { type FetchTile, TileReader } from "../tlog/tileReader.js";

/** What one of two people was shown. */
export interface ShownLog {
  /** The checkpoint note. */
  readonly checkpoint: string;
  /** The tiles below it, where there are some: of a mirror or of a node. */
  readonly readTile?: FetchTile | undefined;
}

/**
 * `same`: one and the same tree. `continues`: the larger begins with the smaller. `split-view`: the log signed two trees of which neither continues the
 * other; the two notes prove it to anybody. `undecided`: the sizes differ, and nobody brought the tiles of the larger one.
 */
export interface Comparison {
  readonly relation: "same" | "continues" | "split-view" | "undecided";
  readonly origin: string;
  readonly sizes: readonly [number, number];
}

/**
 * Compares what two people were shown of one log. Throws `logs-differ` for checkpoints of two logs, what `verifyCheckpoint` throws where the log's
 * signature does not hold, and what `TileReader` throws for tiles that are not those of their checkpoint.
 */
export async function compareLogs(a: ShownLog, b: ShownLog, trust: Policy): Promise<Comparison> {
  const keys = trust.logs.map(({ key }) => key);
  const [first, second] = [a, b].map(({ checkpoint }) => verifyCheckpoint(parseNote(checkpoint), keys)) as [
    SignedCheckpoint,
    SignedCheckpoint,
  ];
  if (first.origin !== second.origin)
    throw new FrostglassError("logs-differ", "The two checkpoints are of different logs.", { a: first.origin, b: second.origin });
  const compared = { origin: first.origin, sizes: [first.size, second.size] } as const;
  if (first.size === second.size) return { ...compared, relation: equalBytes(first.root, second.root) ? "same" : "split-view" };
  const larger = first.size > second.size ? { tree: first, shown: a } : { tree: second, shown: b };
  const smaller = first.size > second.size ? second : first;
  if (larger.shown.readTile === undefined) return { ...compared, relation: "undecided" };
  const reader = await TileReader.open(larger.tree, larger.shown.readTile);
  const begins = equalBytes(await reader.rootAt(smaller.size), smaller.root);
  return { ...compared, relation: begins ? "continues" : "split-view" };
}
