import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { equalBytes } from "../../bytes/bytes.js";
import { asFrostglassError, FrostglassError } from "../../errors/error.js";
import { parseNote } from "../../note/signedNote.js";
import type { VerifierKey } from "../../note/verifierKey.js";
import type { Head } from "../../store/store.js";
import { parseCheckpoint, type SignedCheckpoint, verifyCheckpoint } from "../../tlog/checkpoint.js";
import { parsePolicy } from "../../tlog/policy.js";
import { checkpointFile, newestFile } from "./publisher.js";

/**
 * What was published came from the store. Where `public/` holds a checkpoint of this log that is ahead of the store, or another one of the same
 * size, an old database was put back, and going on would fork the log. Throws `log-put-back`.
 */
export function checkNotPutBack(publicDir: string, head: Head, logKeys: readonly VerifierKey[]): void {
  const keys = [...logKeys, ...laterKeys(publicDir, logKeys)];
  for (const name of [newestFile, checkpointFile]) checkNotAhead(readCheckpoint(join(publicDir, name), keys), head);
}

/** Keys of this log that its published trust file names and the key file does not have: an older key file may have been put back with the database. */
function laterKeys(publicDir: string, own: readonly VerifierKey[]): readonly VerifierKey[] {
  const path = join(publicDir, "trust");
  if (!existsSync(path)) return [];
  const named = unlessMalformed(() => parsePolicy(readFileSync(path, "utf8")).logs.map(({ key }) => key)) ?? [];
  const isKnown = (key: VerifierKey) => own.some(({ publicKey }) => equalBytes(publicKey.bytes, key.publicKey.bytes));
  return named.filter((key) => key.name === own[0]?.name && !isKnown(key));
}

function checkNotAhead(published: SignedCheckpoint | undefined, head: Head): void {
  if (published === undefined || published.size < head.size) return;
  const own = parseCheckpoint(parseNote(head.checkpoint).text);
  if (published.size === head.size && equalBytes(published.root, own.root)) return;
  throw new FrostglassError("log-put-back", "The published log is ahead of the database, so an older database was put back.", {
    published: published.size,
    stored: head.size,
  });
}

/** The published checkpoint, or undefined where there is none that this log signed: a stranger's file must not keep the vault from starting. */
function readCheckpoint(path: string, logKeys: readonly VerifierKey[]): SignedCheckpoint | undefined {
  if (!existsSync(path)) return undefined;
  return unlessMalformed(() => verifyCheckpoint(parseNote(readFileSync(path, "utf8")), logKeys));
}

function unlessMalformed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (thrown) {
    if (asFrostglassError(thrown) === undefined) throw thrown;
    return undefined;
  }
}
