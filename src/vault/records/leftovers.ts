import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { SegmentRow } from "../../store/store.js";
import { type Home, segmentPath } from "../home.js";

/**
 * Removes the segment files that the database does not name: those of imports that failed or were killed, and those of past epochs that are kept no
 * longer. Whoever calls it holds the lock of imports, since one that runs has written files that nothing names yet.
 */
export function removeLeftovers(home: Home, named: readonly SegmentRow[]): void {
  mkdirSync(home.epochsDir, { recursive: true, mode: 0o700 });
  const kept = new Set(named.map(({ dataset, since }) => segmentPath(home, dataset, since)));
  for (const file of readdirSync(home.epochsDir)) {
    const path = join(home.epochsDir, file);
    if (/\.db(?:\.partial)?$/.test(file) && !kept.has(path)) rmSync(path, { force: true });
  }
}
