import { existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { formatTilePath, fullWidth, parseTilePath, type Tile } from "../../tlog/tile.js";

/*
 * Each checkpoint brings partial tiles of its own, and each stays a file until its full tile is there (C2SP tlog-tiles, Partial Tiles). Readers take the
 * full tile where the partial one is gone. One tile of grace is left all the same, for those who have just fetched a checkpoint.
 */

type Level = Tile["level"];

/**
 * Removes the partial tiles and bundles that a published log of `size` entries needs no more and one of `before` still had. Call it when the full tiles are
 * durable and before the checkpoint of `size` is there: what a crash leaves out, the next publication then does.
 */
export function removeSuperseded(publicDir: string, before: number, size: number): void {
  for (const level of levelsOf(size))
    for (let index = supersededBelow(level, before); index < supersededBelow(level, size); index++)
      rmSync(join(publicDir, folderOf(level, index)), { recursive: true, force: true });
}

/**
 * Removes what was left below `public/` all the same, by an older version or by another tool: a few folders at each step, so that a long log does not hold
 * up its publication. Done when the generator ends.
 */
export function* sweepSuperseded(publicDir: string, size: number): Generator<void> {
  for (const level of levelsOf(size))
    for (const folder of partialFolders(publicDir, `tile/${level}`)) {
      if (folder !== undefined && parseTilePath(`${folder}/1`).index < supersededBelow(level, size))
        rmSync(join(publicDir, folder), { recursive: true, force: true });
      yield;
    }
}

/** The places at a level whose partial tiles may go: all that have a full tile with another full one after it. */
function supersededBelow(level: Level, size: number): number {
  const span = level === "entries" ? fullWidth : fullWidth ** (level + 1);
  return Math.max(0, Math.floor(size / span) - 1);
}

function levelsOf(size: number): readonly Level[] {
  const levels: Level[] = ["entries"];
  for (let level = 0; size >= fullWidth ** (level + 1); level++) levels.push(level);
  return levels;
}

function folderOf(level: Level, index: number): string {
  return dirname(formatTilePath({ level, index, width: 1 }));
}

/** The folders of partial tiles below a folder, and undefined for each folder that was looked through. */
function* partialFolders(publicDir: string, folder: string): Generator<string | undefined> {
  if (!existsSync(join(publicDir, folder))) return;
  for (const name of readdirSync(join(publicDir, folder))) {
    if (/^\d{3}\.p$/.test(name)) yield `${folder}/${name}`;
    else if (/^x\d{3}$/.test(name)) yield* partialFolders(publicDir, `${folder}/${name}`);
  }
  yield undefined;
}
