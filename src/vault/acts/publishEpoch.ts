import { z } from "zod";
import { FrostglassError } from "../../errors/error.js";
import { parseDay } from "../../model/calendar.js";
import type { Digest } from "../../model/digest.js";
import { Dataset } from "../dataset.js";
import { epochRoot } from "../epochRoot.js";
import { segmentPath } from "../home.js";
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
    const epochs = mode === "append" ? [...(state.datasets().get(dataset)?.epochs ?? []), number] : [number];
    checkSegments(state, dataset, epochs, root);
    const datasets = { ...current?.datasets, [dataset]: root };
    batch.segments = { dataset, epochs };
    batch.addGovernance({ entry: "epoch-published/1", at, number, asOf, root: epochRoot(datasets), datasets });
  },
);

/** Records under another schema cannot be added to. */
export function otherSchema(dataset: string): FrostglassError {
  return new FrostglassError("page-schema-mismatch", "The dataset's records were imported under another schema.", { dataset });
}

function checkSegments(state: VaultState, name: string, epochs: readonly number[], root: Digest): void {
  const schema = state.schemas.get(name);
  if (schema === undefined) throw new FrostglassError("schema-missing", "There is no schema of this name.", { dataset: name });
  const files = new Map(epochs.map((epoch) => [epoch, segmentPath(state.home, name, epoch)]));
  const dataset = new Dataset(schema, state.keyring.datasetKey(name), files);
  const found = dataset.root;
  dataset.close();
  if (found !== root)
    throw new FrostglassError("epoch-mismatch", "The prepared segment is not the one that was announced.", { dataset: name });
}
