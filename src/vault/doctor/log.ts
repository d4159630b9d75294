import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { equalBytes } from "../../bytes/bytes.js";
import { parseNote } from "../../note/signedNote.js";
import { type Checkpoint, parseCheckpoint } from "../../tlog/checkpoint.js";
import { verifyCosignatures } from "../../tlog/cosignature.js";
import { parsePolicy } from "../../tlog/policy.js";
import type { Home, NodeConfiguration } from "../home.js";
import type { WitnessingStatus } from "../log/witnessing.js";
import { bad, type Found, ok, warn } from "./line.js";

/* What can be seen of the log from the outside: signatures are for the start and for auditors to check. */

/** What is known of the log itself. A running vault tells its size alone. */
export interface OwnHead {
  readonly size: number;
  readonly root?: Uint8Array;
  /** Entries before it are pruned; a stopped vault does not tell. */
  readonly minimumIndex?: number;
}

/** Throws what reading a checkpoint throws. */
export function checkPublished({ publicDir }: Home, head: OwnHead): Found {
  const path = join(publicDir, "checkpoint.next");
  if (!existsSync(path)) return ok("Nothing is published yet; the next start does it.");
  const published = read(path);
  if (isAhead(published, head))
    return bad(
      `public/ shows ${published.size} entries that are not in the database, which has ${head.size}: an older one was put back.`,
      "Restore the newest vault.db; never delete public/checkpoint to get past this.",
    );
  if (published.size < head.size)
    return warn(
      `public/ is ${head.size - published.size} entries behind the log.`,
      "Look for room and permissions under public/, then start the node.",
    );
  const { size, minimumIndex = 0 } = head;
  if (minimumIndex > 0)
    return ok(`The log has ${size} entries, and public/ shows them but for answers before ${minimumIndex}, which are pruned.`);
  return ok(`The log has ${size} entries, and public/ shows them all.`);
}

function isAhead(published: Checkpoint, { size, root }: OwnHead): boolean {
  return published.size > size || (published.size === size && root !== undefined && !equalBytes(published.root, root));
}

function read(path: string): Checkpoint {
  return parseCheckpoint(parseNote(readFileSync(path, "utf8")).text);
}

/** Throws what reading a trust file throws. `status` is that of the running vault. */
export function checkWitnesses({ witnessesFile }: Home, node: NodeConfiguration, status: WitnessingStatus | undefined): Found {
  if (!existsSync(witnessesFile)) {
    const words = "No witnesses are named: nobody but the holder vouches for the log.";
    return node.environment === "production" ? warn(words, "Name some, as docs/OPERATING.md says under witnesses.") : ok(words);
  }
  const { witnesses } = parsePolicy(readFileSync(witnessesFile, "utf8"));
  if (status === undefined) return ok(`${witnesses.length} witnesses are named; they are asked when the node runs.`);
  const silent = status.witnesses.filter(({ result }) => result !== "cosigned").map(({ name, result }) => `${name} (${result})`);
  const words = silent.length === 0 ? "All witnesses cosign the log." : `Of the witnesses these do not cosign: ${silent.join(", ")}.`;
  if (status.state === "starting" || status.state === "stopped")
    return bad(
      `${words} The node does not answer without its quorum.`,
      "Ask the operators of these witnesses; frostglass status shows more.",
    );
  return silent.length === 0 && status.state === "witnessed" ? ok(words) : warn(words, "Ask the operators of these witnesses.");
}

const patience = 60;

/** The newest instant that others, or this log, have put their name to must not lie ahead of this machine's clock. Unix seconds. */
export function checkClock(home: Home, now: number, logged: readonly number[]): Found {
  const seen = Math.max(0, ...logged, ...cosignedAt(home));
  if (seen > now + patience)
    return bad(
      `This machine's clock is ${seen - now} s behind what witnesses or the log itself say.`,
      "Set the clock (NTP) before the node answers again.",
    );
  return ok(seen === 0 ? "There is nothing yet to hold the clock against." : "The clock is not behind what witnesses and the log say.");
}

function cosignedAt({ publicDir, witnessesFile }: Home): readonly number[] {
  const path = join(publicDir, "checkpoint");
  if (!existsSync(path) || !existsSync(witnessesFile)) return [];
  const keys = parsePolicy(readFileSync(witnessesFile, "utf8")).witnesses.map(({ key }) => key);
  return verifyCosignatures(parseNote(readFileSync(path, "utf8")), keys).map(({ time }) => time);
}
