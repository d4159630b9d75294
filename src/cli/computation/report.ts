import type { Computation } from "../../computations/computation.js";
import { runExamples } from "../../computations/examples.js";
import type { DatasetSchema } from "../../datasets/schema.js";
import { formatBits } from "../../wire/bits.js";
import type { Style } from "../terminal.js";

/** What `computation check` found, for people and as JSON. */
export interface CheckReport {
  /** True when every example comes out as the manifest says. */
  readonly holds: boolean;
  readonly json: unknown;
  lines(style: Style): string[];
}

export function checkReport(computation: Computation, schemas: ReadonlyMap<string, DatasetSchema>): CheckReport {
  const examples = runExamples(computation, schemas);
  const holds = examples.every(({ differences }) => differences.length === 0);
  const bits = formatBits(computation.millibits);
  const reads = computation.datasets.map(({ name, columns }) => {
    const schema = schemas.get(name);
    return { dataset: name, columns: columns.map((column) => schema?.columns[column]?.name ?? "") };
  });
  const { id, version, digest, title, reveals, purposes, parameters } = computation;
  return {
    holds,
    json: { id, version, digest, title, reveals, purposes, reads, parameters, bitsPerAnswer: bits, examples, holds },
    lines: (style) => [
      `${style.bold(`${id} ${version}`)}   ${title.en}${title.zh === undefined ? "" : `   ${title.zh}`}`,
      `  reveals   ${reveals.en}`,
      ...(reveals.zh === undefined ? [] : [`            ${reveals.zh}`]),
      ...reads.map(({ dataset, columns }) => `  reads     ${dataset}: ${columns.join(", ")}`),
      ...parameters.map(({ name, choices }) => `  asks for  ${name}: one of ${choices.join(", ")}`),
      `  lets out  at most ${bits} bits an answer`,
      `  digest    ${style.dim(digest)}`,
      ...examples.flatMap(({ name, differences }) => exampleLines(style, name, differences)),
      holds
        ? `${style.good("holds")}  ${examples.length} examples`
        : `${style.bad("fails")}  an example does not come out as the manifest says`,
    ],
  };
}

function exampleLines(style: Style, name: string, differences: readonly string[]): string[] {
  if (differences.length === 0) return [`  ${style.good("✓")} ${name}`];
  return [`  ${style.bad("✗")} ${name}`, ...differences.map((difference) => `      ${difference}`)];
}
