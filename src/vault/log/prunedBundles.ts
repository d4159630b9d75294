import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Store } from "../../store/store.js";
import { formatTilePath, fullWidth, type Tile } from "../../tlog/tile.js";

/*
 * What pruning takes out of `public/`: full bundles below the minimum index that hold answers alone. A bundle with an act of administration stays, since the
 * evidence of new answers rests on old acts. Every tile of hashes stays too: so each old answer can still be proved to be in the log, each old checkpoint be
 * held against a new one, and whoever has an answer knows its entry.
 */

/** Which bundles go below a minimum index. */
export interface PrunedBundles {
  readonly minimumIndex: number;
  /** True for a bundle, full or partial, that is not served any more. */
  goes(tile: Tile): boolean;
}

export function prunedBundles(store: Pick<Store, "governancePositions">, minimumIndex: number): PrunedBundles {
  const positions = store.governancePositions().filter((position) => position < minimumIndex);
  const kept = new Set(positions.map((position) => Math.floor(position / fullWidth)));
  return {
    minimumIndex,
    goes: ({ level, index }) => level === "entries" && (index + 1) * fullWidth <= minimumIndex && !kept.has(index),
  };
}

/**
 * Removes them, in ascending order. So the ones that an interruption left are the last ones, and a start that finds the last one gone has nothing to do,
 * however long the log is.
 */
export function removePruned(publicDir: string, { minimumIndex, goes }: PrunedBundles): void {
  const end = Math.floor(minimumIndex / fullWidth);
  let first = end;
  while (first > 0 && existsSync(join(publicDir, formatTilePath(bundleAt(first - 1))))) first--;
  for (let index = first; index < end; index++) if (goes(bundleAt(index))) removeBundle(publicDir, index);
}

function bundleAt(index: number): Tile {
  return { level: "entries", index, width: fullWidth };
}

function removeBundle(publicDir: string, index: number): void {
  rmSync(join(publicDir, dirname(formatTilePath({ level: "entries", index, width: 1 }))), { recursive: true, force: true });
  rmSync(join(publicDir, formatTilePath(bundleAt(index))), { force: true });
}
