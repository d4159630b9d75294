import { z } from "zod";
import { FrostglassError } from "../../errors/error.js";
import { parseDay } from "../../model/calendar.js";
import type { Digest } from "../../model/digest.js";
import type { SegmentChange } from "../../store/store.js";
import { type Dataset, otherSchema } from "../records/dataset.js";
import { epochRoot } from "../records/epochRoot.js";
import { segmentsInForce, segmentsToDrop } from "../records/history.js";
import type { VaultState } from "../state.js";
import { act } from "./act.js";
import { digestText } from "./digestText.js";

/**
 * Publishes a prepared segment as the next epoch, after holding it against the root that its maker stated. Throws `epoch-conflict`, `epoch-backwards`,
 * `page-schema-mismatch`, `schema-missing`, `epoch-mismatch`.
 */
export const publishEpoch = act(
  z.strictObject({
    act: z.literal("publish-epoch"),
    dataset: z.string(),
    number: z.int().min(1),
    asOf: z.string(),
    root: digestText,
    mode: z.enum(["append", "replace"]),
  }),
  ({ state, batch, at }, { dataset, number, asOf, root, mode }) => {
    const current = state.governance.epoch;
    if (number !== (current?.number ?? 0) + 1)
      throw new FrostglassError("epoch-conflict", "Another epoch was published meanwhile.", { number });
    if (current !== undefined && parseDay(asOf) < parseDay(current.asOf)) {
      throw new FrostglassError("epoch-backwards", "The as-of date lies before that of the current epoch.", {
        asOf,
        current: current.asOf,
      });
    }
    if (mode === "append" && state.unreadable.has(dataset)) throw otherSchema(dataset);
    state.offerDataset(openPrepared(state, { dataset, epoch: number, mode }, root));
    const datasets = { ...current?.datasets, [dataset]: root };
    batch.segments.push({ dataset, epoch: number, mode });
    batch.droppedSegments.push(...segmentsToDrop(state, at));
    batch.addGovernance({ entry: "epoch-published/1", at, number, asOf, root: epochRoot(datasets), datasets });
  },
);

/** The dataset as the new epoch will have it. Throws `epoch-mismatch` where that is not what was announced. */
function openPrepared(state: VaultState, { dataset: name, epoch, mode }: SegmentChange, root: Digest): Dataset {
  const before = mode === "append" ? segmentsInForce(state.store.segments(), name) : [];
  const dataset = state.openDataset(name, [...before, epoch]);
  if (dataset.root === root) return dataset;
  dataset.close();
  throw new FrostglassError("epoch-mismatch", "The prepared segment is not the one that was announced.", { dataset: name });
}
