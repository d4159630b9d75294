import { z } from "zod";
import { readPolicyChange, requireFollows } from "../../admission/policyChange.js";
import { encodeUtf8 } from "../../bytes/utf8.js";
import { digestOf } from "../../model/digest.js";
import { act } from "./act.js";

/**
 * Puts a policy in force: its text, or a signed note that holds it. Throws `policy-invalid`, `policy-other-holder`, `policy-not-newer`,
 * `policy-signatures-missing`, and the codes of notes.
 */
export const setPolicy = act(
  z.strictObject({ act: z.literal("set-policy"), text: z.string().max(1 << 20) }),
  ({ state, batch, at }, { text: given }) => {
    const change = readPolicyChange(given);
    requireFollows(change, state.policy, state.holder);
    const { digest } = change.policy;
    batch.documents.set(digest, encodeUtf8(change.text));
    if (change.note === undefined) {
      batch.addGovernance({ entry: "policy-set/1", at, policy: digest });
      return;
    }
    const note = encodeUtf8(change.note.full);
    batch.documents.set(digestOf(note), note);
    batch.addGovernance({ entry: "policy-set/1", at, policy: digest, note: digestOf(note) });
  },
);
