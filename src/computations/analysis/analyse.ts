import type { DatasetSchema } from "../../datasets/schema.js";
import type { Computation } from "../computation.js";
import type { DatasetTouch, Leakage } from "./leakage.js";

/** Analyses a computation, given the schemas that it was compiled with (by dataset name). Reads no record; never throws for a compiled computation. */
export function analyse(computation: Computation, schemas: ReadonlyMap<string, DatasetSchema>): Leakage {
  const { id, version, outcomes, millibits, parameters } = computation;
  return {
    id,
    version,
    datasets: datasetTouches(computation, schemas),
    parameters: parameters.map(({ name, choices }) => ({ name, choices: choices.length })),
    outcomes,
    millibits,
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
