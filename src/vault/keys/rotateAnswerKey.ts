import { z } from "zod";
import { FrostglassError } from "../../errors/error.js";
import { parseStrictJson } from "../../wire/strictJson.js";
import { compromise, replaceAnswerKey } from "../acts/replaceAnswerKey.js";
import { type NodeStatus, statusOf } from "../nodeStatus.js";
import type { Vault } from "../vault.js";
import { type KeyProvider, publicName } from "./keyring.js";
import { oneAfterAnother } from "./oneAfterAnother.js";

/*
 * Changing the key that answers are signed with touches two things that no one transaction holds: the key file and the log. The order makes a crash
 * harmless, because the log alone decides and the file always holds the private part of what the log can say:
 *
 *   1. the file gets the new key beside the old one     (crash: the log knows the old one; the next start forgets the new one)
 *   2. one commit adds the new key and retires the old  (crash: the log knows the new one; the next start forgets the old one)
 *   3. the file forgets the old key
 */

const shape = z.strictObject({ compromised: compromise.optional() });

export type Rotation = z.input<typeof shape>;

/** Parses a request that came over the admin socket. Throws `admin-invalid`. */
export function parseRotation(text: string): Rotation {
  const parsed = shape.safeParse(parseStrictJson(text));
  if (parsed.success) return parsed.data;
  throw new FrostglassError("admin-invalid", "The request to change the answer key is not of the known form.");
}

/**
 * A way to change the answer key of an open vault, one change after another. When the promise resolves, the new key is in force, the log says so, and
 * the old private key is gone from the key file; answers before it stay verifiable. Rejects with `admin-invalid`, with `key-file-unwritten` (either
 * nothing changed, or the new key is in force and the next start forgets the old one), and with what `Vault.administer` throws.
 */
export function answerKeyRotation(vault: Vault, keys: KeyProvider): (rotation: Rotation) => Promise<NodeStatus> {
  const inTurn = oneAfterAnother();
  return (rotation) => inTurn(() => rotate(vault, keys, rotation));
}

async function rotate(vault: Vault, keys: KeyProvider, { compromised }: Rotation): Promise<NodeStatus> {
  const { state } = vault;
  const next = await keys.stageKey("answer", state.signers.answerKey.key);
  state.signers.offerAnswerKey(next);
  const command = { act: "replace-answer-key", key: publicName(next), ...(compromised === undefined ? {} : { compromised }) } as const;
  vault.administer((batch) => replaceAnswerKey.carryOut({ state, batch, at: state.now() }, command));
  await keys.keepKeys("answer", [state.signers.answerKey.key]);
  return statusOf(vault);
}
