import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Bilingual, parseManifest } from "../computations/manifest/manifest.js";
import { oneOf, suggest } from "../computations/syntax/nearest.js";
import { FrostglassError } from "../errors/error.js";

/** A ready computation: `library/computations/<id>/` holds its manifest and, beside it, what speaks for it. */
export interface LibraryComputation {
  readonly id: string;
  readonly title: Bilingual;
  /** The library's datasets that it reads. */
  readonly datasets: readonly string[];
  readonly text: string;
}

/** A file of a holder's home, by its path there: `datasets/vat-sales.yaml`. */
export interface HomeFile {
  readonly path: string;
  readonly text: string;
}

// library/ stands beside both src/ and dist/, so the same step back is right before and after the build.
const root = new URL("../../library/", import.meta.url);

/** The folder on this machine, for people who want to read on. */
export const libraryFolder = fileURLToPath(root);

/** Every computation of the library, by id. */
export function libraryComputations(): readonly LibraryComputation[] {
  return readdirSync(new URL("computations/", root))
    .sort()
    .map((id) => {
      const text = read(`computations/${id}/manifest.yaml`);
      const { title, inputs } = parseManifest(text);
      return { id, title, datasets: inputs.map(({ dataset }) => dataset.text), text };
    });
}

/** The computations with these ids, in that order. Throws `library-unknown`, naming what is meant or what there is. */
export function chooseComputations(ids: readonly string[]): readonly LibraryComputation[] {
  const all = libraryComputations();
  return ids.map((id) => {
    const found = all.find((each) => each.id === id);
    if (found !== undefined) return found;
    const known = all.map((each) => each.id);
    throw new FrostglassError("library-unknown", `The library has no computation ${id}. Expected ${suggest(id, known) ?? oneOf(known)}.`);
  });
}

/** What a home needs for these computations: schema and mapping of each dataset that they read, and their manifests. */
export function homeFilesFor(computations: readonly LibraryComputation[]): readonly HomeFile[] {
  const datasets = [...new Set(computations.flatMap((computation) => computation.datasets))];
  return [
    ...datasets.flatMap((dataset) => datasetFiles(dataset)),
    ...computations.map(({ id, text }) => ({ path: `computations/${id}.yaml`, text })),
  ];
}

/** Schema and mapping of a dataset of the library. */
export function datasetFiles(dataset: string): readonly HomeFile[] {
  return ["datasets", "mappings"].map((folder) => `${folder}/${dataset}.yaml`).map((path) => ({ path, text: read(path) }));
}

function read(path: string): string {
  return readFileSync(new URL(path, root), "utf8");
}
