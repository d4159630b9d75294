import { z } from "zod";
import { sha256Hex } from "#crypto";
import { parseStrictJson } from "../../wire/strictJson.js";
import type { Copied } from "./archive.js";
import { damaged } from "./header.js";

/** The last members of a backup, whose names no file of a home has: what it holds, and the digest of that, as `sha256sum --check` takes it. */
export const manifestPath = "frostglass-backup.json";
export const digestPath = `${manifestPath}.sha256`;

export function formatDigestFile(manifest: string): string {
  return `${sha256Hex(manifest)}  ${manifestPath}\n`;
}

const shape = z.strictObject({
  frostglass: z.literal("backup/1"),
  holder: z.string().min(1).max(255),
  /** When the backup was begun, Unix seconds. */
  at: z.int().min(0),
  /** How many entries its log has. */
  logSize: z.int().min(0),
  files: z.array(
    z.strictObject({
      path: z.string().min(1).max(255),
      bytes: z.int().min(0),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});

/**
 * What a backup holds. Its digests find damage, not malice: whoever can write the archive can write them too. Against malice stand the seals, the log's
 * signature and the epoch roots, which the vault checks at its start.
 */
export type Manifest = z.infer<typeof shape>;

export function formatManifest(manifest: Omit<Manifest, "frostglass">): string {
  return `${JSON.stringify({ frostglass: "backup/1", ...manifest }, undefined, 1)}\n`;
}

/** Throws `backup-damaged`. */
export function parseManifest(text: string): Manifest {
  const parsed = shape.safeParse(parseStrictJson(text));
  if (parsed.success) return parsed.data;
  throw damaged("its manifest is not of the known form");
}

/** Throws `backup-damaged` where a file is missing, differs, or is there without being named. */
export function checkFiles({ files }: Manifest, found: readonly Copied[]): void {
  const key = ({ path, bytes, sha256 }: Copied) => `${sha256} ${bytes} ${path}`;
  const [expected, there] = [files.map(key).sort(), found.map(key).sort()];
  if (expected.length !== there.length || expected.some((each, i) => each !== there[i]))
    throw damaged("its files are not those that its manifest names");
}
