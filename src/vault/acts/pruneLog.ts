import { z } from "zod";
import { FrostglassError } from "../../errors/error.js";
import { act } from "./act.js";

/**
 * Lets the public log be pruned below `minimumIndex`. The files go when the checkpoint that holds the act is published; the store keeps every entry. Throws
 * `retention-endless`, `retention-not-over`, `prune-not-ahead`. Whoever asks has seen to it that an archive has what goes.
 */
export const pruneLog = act(
  z.strictObject({ act: z.literal("prune-log"), minimumIndex: z.int().min(1) }),
  ({ state, batch, at }, { minimumIndex }) => {
    const { prunableBelow, governance } = state;
    if (prunableBelow === undefined)
      throw new FrostglassError(
        "retention-endless",
        "A policy of the last thirty days has no retention for the log, so it is served for ever.",
      );
    if (minimumIndex > prunableBelow)
      throw new FrostglassError("retention-not-over", "The policy wants entries served for longer.", { minimumIndex, prunableBelow });
    const before = governance.pruned?.minimumIndex ?? 0;
    if (minimumIndex <= before) throw new FrostglassError("prune-not-ahead", "The log is pruned so far already.", { minimumIndex: before });
    batch.addGovernance({ entry: "log-pruned/1", at, minimumIndex });
  },
);
