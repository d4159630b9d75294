import { FrostglassError } from "../errors/error.js";
import { parseNote } from "../note/signedNote.js";
import { type SignedCheckpoint, verifyCheckpoint } from "../tlog/checkpoint.js";
import type { Policy } from "../tlog/policy.js";
import { TileReader } from "../tlog/tileReader.js";
import { type Network, pause } from "./network.js";
import type { PublishedFiles } from "./publishedFiles.js";

/** One state of a log as its node publishes it: the checkpoint's signature was checked, and whatever the reader gives is in its tree. */
export interface PublishedLog {
  readonly checkpoint: SignedCheckpoint;
  readonly reader: TileReader;
}

/**
 * Opens the log at its newest checkpoint, which a log of the policy must have signed. Throws what `verifyCheckpoint` and `TileReader.open`
 * throw, and as reading files does.
 */
export async function openPublishedLog(files: PublishedFiles, policy: Policy): Promise<PublishedLog> {
  return openAt(files, await newestCheckpoint(files, policy));
}

/**
 * Opens the log once it has at least `size` entries, and looks again at most `attempts` times. Throws `log-behind` when it has not grown so far,
 * otherwise as `openPublishedLog` does.
 */
export async function awaitPublishedLog(files: PublishedFiles, policy: Policy, size: number, network: Network): Promise<PublishedLog> {
  for (let attempt = 1; ; attempt++) {
    const checkpoint = await newestCheckpoint(files, policy);
    if (checkpoint.size >= size) return openAt(files, checkpoint);
    if (attempt >= network.attempts)
      throw new FrostglassError("log-behind", "The published log does not reach the answer yet.", { size: checkpoint.size, needed: size });
    await network.sleep(pause(attempt));
  }
}

async function newestCheckpoint(files: PublishedFiles, policy: Policy): Promise<SignedCheckpoint> {
  const note = parseNote(await files.text("checkpoint"));
  return verifyCheckpoint(
    note,
    policy.logs.map(({ key }) => key),
  );
}

async function openAt(files: PublishedFiles, checkpoint: SignedCheckpoint): Promise<PublishedLog> {
  return { checkpoint, reader: await TileReader.open(checkpoint, files.bytes) };
}
