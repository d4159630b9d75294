import type { DatasetSchema } from "../../datasets/schema.js";
import type { Computation } from "../computation.js";
import { askingsOf } from "./askings.js";
import { costOf } from "./cost.js";
import type { DatasetTouch, Leakage, RecordsAsked } from "./leakage.js";
import { reasonsTold } from "./reasonCodes.js";
import { toldOf } from "./told.js";
import { turningOf } from "./turning.js";

/** Analyses a computation, given the schemas that it was compiled with (by dataset name). Reads no record; never throws for a compiled computation. */
export function analyse(computation: Computation, schemas: ReadonlyMap<string, DatasetSchema>): Leakage {
  const { id, version, outcomes, millibits, manifest, bound } = computation;
  const choiceCounts = manifest.parameters.map(({ choices }) => choices.length);
  return {
    id,
    version,
    datasets: datasetTouches(computation, schemas),
    parameters: manifest.parameters.map(({ name, choices }) => ({ name: name.text, choices: choices.length, place: name.place })),
    outcomes,
    millibits,
    askings: askingsOf(bound, choiceCounts, millibits),
    told: toldOf(bound, choiceCounts, manifest.output.place),
    unused: bound.unused,
    reasons: reasonsTold(bound, manifest),
    turning: turningOf(bound, manifest, schemas),
    asked: recordsAsked(computation),
    cost: costOf(bound),
    output: manifest.output.place,
  };
}

function datasetTouches({ datasets }: Computation, schemas: ReadonlyMap<string, DatasetSchema>): readonly DatasetTouch[] {
  return datasets.map(({ alias, name, columns }) => {
    const all = schemas.get(name)?.columns.map((column) => column.name) ?? [];
    return {
      alias,
      dataset: name,
      touched: all.filter((_, index) => columns.includes(index)),
      untouched: all.filter((_, index) => !columns.includes(index)),
    };
  });
}

function recordsAsked({ bound, manifest }: Computation): readonly RecordsAsked[] {
  const found = new Map<string, RecordsAsked>();
  for (const [index, { fewerThan, selection }] of bound.tooFew.entries()) {
    const dataset = bound.datasets[bound.selections[selection]?.input ?? -1]?.name ?? "";
    const records = Math.min(...fewerThan.values);
    const place = manifest.tooFew[index]?.place ?? manifest.output.place;
    if (records > (found.get(dataset)?.records ?? -1)) found.set(dataset, { dataset, records, place });
  }
  return [...found.values()];
}
