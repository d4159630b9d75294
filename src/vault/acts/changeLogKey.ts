import { z } from "zod";
import type { RoleKey } from "../../admission/governance.js";
import { FrostglassError } from "../../errors/error.js";
import type { VaultState } from "../state.js";
import { act } from "./act.js";

/*
 * A log that changes its key is signed with both for a while, so that whoever relies on it has time to learn the new one. These are no commands of their
 * own: `logKeyRotation` sees to the key file.
 */

/** Begins the overlap with a key whose private part the vault was offered. Throws `log-key-overlap` while another is under way. */
export const addLogKey = act(z.strictObject({ act: z.literal("add-log-key"), key: z.string() }), ({ state, batch, at }, { key }) => {
  requireKeys(state, 1, "The log is signed with two keys already.");
  batch.addGovernance({ entry: "key-added/1", at, role: "log", key });
});

/** Ends the overlap: the older key signs no more. Throws `log-key-overlap` where none was begun. */
export const retireLogKey = act(z.strictObject({ act: z.literal("retire-log-key") }), ({ state, batch, at }) => {
  const [older] = requireKeys(state, 2, "The log is signed with one key.");
  if (older !== undefined) batch.addGovernance({ entry: "key-retired/1", at, role: "log", key: older.key });
});

function requireKeys({ governance }: VaultState, count: number, otherwise: string): readonly RoleKey[] {
  const inForce = governance.keys.filter(({ role, retired }) => role === "log" && retired === undefined);
  if (inForce.length !== count) throw new FrostglassError("log-key-overlap", otherwise);
  return inForce;
}
