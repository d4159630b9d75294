import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { FrostglassError } from "../../errors/error.js";
import type { Home } from "../home.js";
import { writeAtomically } from "./publisher.js";

/**
 * Keeps two checkpoints that prove a split view, and then throws `log-split-view`: a log that its own key has signed in two views cannot go on. The
 * files are durable when it throws.
 */
export function keepAlarm(home: Home, [ours, theirs]: readonly [string, string]): never {
  mkdirSync(home.alarmsDir, { recursive: true, mode: 0o700 });
  writeAtomically(join(home.alarmsDir, "split-view.ours.checkpoint"), ours);
  writeAtomically(join(home.alarmsDir, "split-view.theirs.checkpoint"), theirs);
  throw splitView();
}

/** Throws `log-split-view` while the home holds such a proof. */
export function refuseAlarms(home: Home): void {
  if (existsSync(home.alarmsDir) && readdirSync(home.alarmsDir).length > 0) throw splitView();
}

function splitView(): FrostglassError {
  return new FrostglassError("log-split-view", "The log's key has signed two views of the log; both checkpoints are in alarms/.");
}
