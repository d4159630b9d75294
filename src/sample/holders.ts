import { datasetFiles, type HomeFile, homeFilesFor, libraryComputations } from "../library/library.js";
import { recordFiles, type SampleHolder } from "./recordFiles.js";

/** What a sample holder's home has of the library: its datasets, and every computation that reads no other. */
export function holderFiles(holder: SampleHolder): readonly HomeFile[] {
  const datasets = recordFiles.filter((file) => file.holder === holder).map(({ dataset }) => dataset);
  const computations = libraryComputations().filter((each) => each.datasets.every((dataset) => datasets.includes(dataset)));
  const files = [...datasets.flatMap(datasetFiles), ...homeFilesFor(computations)];
  return [...new Map(files.map((file) => [file.path, file])).values()];
}
