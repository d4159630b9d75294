import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { FrostglassError } from "../../../errors/error.js";
import { parsePartyName } from "../../../model/names.js";
import { takeLock } from "../../../store/lock.js";
import { type Home, readNode } from "../../home.js";
import { writeAtomically } from "../publisher.js";

/*
 * A log that cannot be refilled can never sign again without forking. Its home is kept, since requesters hold answers of it, and marked with a file:
 *
 *   frostglass-retired/1
 *   successor power.example/2
 */

/**
 * Marks the home's log as retired: no vault opens it from then on. `successor` is the name of the log that goes on in its place, which names this one's
 * head in its first entry (`NewHome.succeeds`). Durable when it returns. Throws `home-in-use`, `party-name-invalid`, `log-retired`, and
 * `successor-same-name` for the log's own name.
 */
export function retireLog(home: Home, successor: string): void {
  parsePartyName(successor);
  const { holder } = readNode(home);
  if (successor === holder) throw successorSameName();
  mkdirSync(dirname(home.vaultLock), { recursive: true, mode: 0o700 });
  const lock = takeLock(home.vaultLock, "the retirement");
  try {
    refuseRetired(home);
    writeAtomically(home.retiredFile, `frostglass-retired/1\nsuccessor ${successor}\n`);
  } finally {
    lock.release();
  }
}

/** Throws `log-retired` where the log of a home was retired, whatever the file says. */
export function refuseRetired({ retiredFile }: Home): void {
  if (!existsSync(retiredFile)) return;
  const successor = /^successor (\S+)$/m.exec(readFileSync(retiredFile, "utf8"))?.[1] ?? "unknown";
  throw new FrostglassError("log-retired", "The log of this home was retired.", { successor });
}

/** One name for two logs would be a fork to every witness and auditor. */
export function successorSameName(): FrostglassError {
  return new FrostglassError("successor-same-name", "A log and its successor cannot have one name.");
}
