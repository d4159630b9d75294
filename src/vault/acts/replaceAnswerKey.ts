import { z } from "zod";
import { FrostglassError } from "../../errors/error.js";
import { act } from "./act.js";

const instant = z.int().min(0);

/** Who may have the old key besides the holder: from which instant on (Unix seconds), and from which size of the log; the present one unless it is said. */
export const compromise = z.strictObject({ since: instant, size: z.int().min(0).optional() });

/**
 * Puts an answer key in force whose private part the vault was offered, and retires the one before in the same commit. It is no command of its own:
 * `answerKeyRotation` makes the key first. Throws `admin-invalid` when the old key was given up from a size or an instant on that has not come yet.
 */
export const replaceAnswerKey = act(
  z.strictObject({ act: z.literal("replace-answer-key"), key: z.string(), compromised: compromise.optional() }),
  ({ state, batch, at }, { key, compromised }) => {
    const old = { role: "answer", key: state.signers.answerKey.key } as const;
    const { since = 0, size = batch.nextPosition } = compromised ?? {};
    if (since > at || size > batch.nextPosition)
      throw new FrostglassError("admin-invalid", "A key is given up from a size and an instant on that have come already.");
    batch.addGovernance({ entry: "key-added/1", at, role: "answer", key });
    batch.addGovernance({ entry: "key-retired/1", at, ...old });
    if (compromised !== undefined) batch.addGovernance({ entry: "key-compromised/1", at, ...old, size, since });
  },
);
