import { readdirSync, readFileSync } from "node:fs";
import { type DatasetSchema, parseSchema } from "../../src/datasets/schema.js";
import { libraryFolder } from "../../src/library/library.js";

/** What lies in the library's folder, read as files: the tests here do not believe `src/library` about it. */
export const textOf = (path: string): string => readFileSync(`${libraryFolder}/${path}`, "utf8");
export const namesIn = (folder: string): readonly string[] => readdirSync(`${libraryFolder}/${folder}`).sort();

export const datasets: readonly string[] = namesIn("datasets").map((file) => file.replace(/\.yaml$/, ""));
export const computations: readonly string[] = namesIn("computations");

export const schemas: ReadonlyMap<string, DatasetSchema> = new Map(
  datasets.map((name) => [name, parseSchema(textOf(`datasets/${name}.yaml`))]),
);

export const manifestOf = (id: string): string => textOf(`computations/${id}/manifest.yaml`);
