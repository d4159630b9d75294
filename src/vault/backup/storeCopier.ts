import { statSync } from "node:fs";
import { z } from "zod";
import { FrostglassError } from "../../errors/error.js";
import { takeLock } from "../../store/lock.js";
import { openSqliteStore } from "../../store/sqliteStore.js";
import { parseStrictJson } from "../../wire/strictJson.js";
import { connectAdminSession } from "../adminSession.js";
import type { Home } from "../home.js";
import type { VaultState } from "../state.js";

/** A way to copy a home's database: by its running vault, which alone may read it, or, when none runs, under the vault's lock. */
export interface StoreCopier {
  /** Fills an empty file with the database as it is at one instant. */
  copyTo(path: string): Promise<void>;
  close(): Promise<void>;
}

/** Throws `home-in-use` when a command line holds the home. */
export async function storeCopier(home: Home): Promise<StoreCopier> {
  const session = await connectAdminSession(home);
  if (session !== undefined) return { copyTo: (path) => session.copyStore({ path }), close: () => session.close() };
  const lock = takeLock(home.vaultLock, "the vault");
  try {
    const store = openSqliteStore(home.database);
    const close = async () => {
      store.close();
      lock.release();
    };
    return { copyTo: (path) => store.copyTo(path), close };
  } catch (thrown) {
    lock.release();
    throw thrown;
  }
}

const shape = z.strictObject({ path: z.string().startsWith("/").max(4096) });

export type CopyRequest = z.infer<typeof shape>;

/**
 * Carries out a request that came over the admin socket: copies the database while the vault goes on. The file has to be there and empty, so that this
 * neither makes nor harms any. Throws `admin-invalid`.
 */
export async function copyStore({ store }: VaultState, text: string): Promise<void> {
  const parsed = shape.safeParse(parseStrictJson(text));
  if (!parsed.success) throw new FrostglassError("admin-invalid", "The request to copy the database is not of the known form.");
  const found = statSync(parsed.data.path, { throwIfNoEntry: false });
  if (found?.isFile() !== true || found.size > 0)
    throw new FrostglassError("admin-invalid", "The database is copied into an empty file that is there already.");
  await store.copyTo(parsed.data.path);
}
