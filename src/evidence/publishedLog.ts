import { decodeUtf8 } from "../bytes/utf8.js";
import { FrostglassError } from "../errors/error.js";
import { parseNote } from "../note/signedNote.js";
import { type SignedCheckpoint, verifyCheckpoint } from "../tlog/checkpoint.js";
import { noQuorum, type Policy } from "../tlog/policy.js";
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

/** A quorum of witnesses comes at the node's cadence: as many looks as take some fifteen seconds. */
const looksForQuorum = 8;

/**
 * Opens the log once it has at least `size` entries, and looks again at most `attempts` times. Where the policy asks for a quorum it looks for longer, and
 * then takes the newest checkpoint, which is signed and not yet witnessed: the evidence says so. Throws `log-behind` when no checkpoint has grown so
 * far, otherwise as `openPublishedLog` does.
 */
export async function awaitPublishedLog(files: PublishedFiles, policy: Policy, size: number, network: Network): Promise<PublishedLog> {
  const looks = policy.quorum === noQuorum ? network.attempts : Math.max(network.attempts, looksForQuorum);
  for (let look = 1; ; look++) {
    const checkpoint = await newestCheckpoint(files, policy);
    if (checkpoint.size >= size) return openAt(files, checkpoint);
    const isLast = look >= looks;
    const next = policy.quorum === noQuorum || isLast ? await nextCheckpoint(files, policy) : undefined;
    if (next !== undefined && next.size >= size) return openAt(files, next);
    if (isLast)
      throw new FrostglassError("log-behind", "The published log does not reach the answer yet.", { size: checkpoint.size, needed: size });
    await network.sleep(pause(look));
  }
}

async function newestCheckpoint(files: PublishedFiles, policy: Policy): Promise<SignedCheckpoint> {
  return checkedCheckpoint(await files.text("checkpoint"), policy);
}

/** What a node that asks witnesses publishes before they have cosigned; undefined where it has no such file. */
async function nextCheckpoint(files: PublishedFiles, policy: Policy): Promise<SignedCheckpoint | undefined> {
  const found = await files.bytes("checkpoint.next");
  return found === undefined ? undefined : checkedCheckpoint(decodeUtf8(found), policy);
}

function checkedCheckpoint(text: string, policy: Policy): SignedCheckpoint {
  return verifyCheckpoint(
    parseNote(text),
    policy.logs.map(({ key }) => key),
  );
}

async function openAt(files: PublishedFiles, checkpoint: SignedCheckpoint): Promise<PublishedLog> {
  return { checkpoint, reader: await TileReader.open(checkpoint, files.bytes) };
}
