import { z } from "zod";
import { FrostglassError } from "../../errors/error.js";
import { parseStrictJson } from "../../wire/strictJson.js";
import { addLogKey, retireLogKey } from "../acts/changeLogKey.js";
import { type NodeStatus, statusOf } from "../nodeStatus.js";
import type { Vault } from "../vault.js";
import { type KeyProvider, publicName } from "./keyring.js";
import { oneAfterAnother } from "./oneAfterAnother.js";

/*
 * Changing the key of the log takes two acts with time between them. As with the answer key the key file has whatever the log can name: the new key is in
 * the file before the log names it, and the old one leaves the file after the log has retired it. The next start finishes what a crash left.
 */

const shape = z.strictObject({ act: z.enum(["begin", "finish"]) });

export type LogRotation = z.infer<typeof shape>;

/** Parses a request that came over the admin socket. Throws `admin-invalid`. */
export function parseLogRotation(text: string): LogRotation {
  const parsed = shape.safeParse(parseStrictJson(text));
  if (parsed.success) return parsed.data;
  throw new FrostglassError("admin-invalid", "The request to change the log's key is not of the known form.");
}

/**
 * A way to change the key of an open vault's log, one act after another. `begin`: a new key is in the log, and checkpoints are signed with both from that
 * commit on. `finish`: the older one is retired, and its private part gone from the key file. Rejects with `log-key-overlap` where that is not the next act,
 * with `key-file-unwritten`, and with what `Vault.administer` throws.
 */
export function logKeyRotation(vault: Vault, keys: KeyProvider): (rotation: LogRotation) => Promise<NodeStatus> {
  const inTurn = oneAfterAnother();
  return ({ act }) => inTurn(() => (act === "begin" ? begin(vault, keys) : finish(vault, keys)));
}

async function begin(vault: Vault, keys: KeyProvider): Promise<NodeStatus> {
  const { state } = vault;
  const [current, ...others] = state.signers.ofLog.map(publicName);
  if (current === undefined || others.length > 0) throw new FrostglassError("log-key-overlap", "The log is signed with two keys already.");
  const next = await keys.stageKey("log", current);
  state.signers.offerLogKey(next);
  vault.administer((batch) => addLogKey.carryOut({ state, batch, at: state.now() }, { act: "add-log-key", key: publicName(next) }));
  return statusOf(vault);
}

async function finish(vault: Vault, keys: KeyProvider): Promise<NodeStatus> {
  const { state } = vault;
  vault.administer((batch) => retireLogKey.carryOut({ state, batch, at: state.now() }, { act: "retire-log-key" }));
  await keys.keepKeys("log", state.signers.ofLog.map(publicName));
  return statusOf(vault);
}
