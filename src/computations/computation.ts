import type { PageColumns } from "../datasets/pageColumns.js";
import type { DatasetSchema } from "../datasets/schema.js";
import type { Digest } from "../model/digest.js";
import { countOutcomes, millibitsOf, type OutcomeCount } from "./analysis/outcomes.js";
import { bindManifest } from "./binding/bindManifest.js";
import type { BoundManifest } from "./binding/bound.js";
import { type Evaluated, Evaluation } from "./evaluation/evaluation.js";
import type { Bilingual, Manifest } from "./manifest/manifest.js";
import { type ParameterSpec, type Parameters, parameterSpecs } from "./parameters.js";

/** A manifest made ready to run over pages of the datasets it names. */
export interface Computation {
  readonly id: string;
  readonly version: string;
  /** SHA-256 of the manifest's exact text. */
  readonly digest: Digest;
  readonly title: Bilingual;
  readonly reveals: Bilingual;
  readonly purposes: readonly string[];
  readonly subjectScheme: string;
  /** First and last day (day numbers) on which it may be asked, where the manifest sets them. */
  readonly valid: { readonly from: number | undefined; readonly until: number | undefined };
  /** In the order in which `evaluate` takes their pages, with the columns that are read. */
  readonly datasets: readonly { readonly alias: string; readonly name: string; readonly columns: readonly number[] }[];
  readonly parameters: readonly ParameterSpec[];
  /** What each reason code means, where the manifest says. */
  readonly reasons: readonly { readonly code: string; readonly text: Bilingual }[];
  readonly outcomes: OutcomeCount;
  /** What one answer can tell at most, in thousandths of a bit: the charge for it. */
  readonly millibits: number;
  readonly manifest: Manifest;
  /** What the analyser looks at. */
  readonly bound: BoundManifest;
  /**
   * Runs over one subject's pages, in the order of `datasets`, undefined where it has none. `asOf` is the epoch's as-of day. Deterministic,
   * synchronous, and not to be entered twice at once.
   */
  evaluate(pages: readonly (PageColumns | undefined)[], parameters: Parameters, asOf: number): Evaluated;
}

/** Binds a manifest to the schemas of its datasets (by dataset name). Throws `ManifestError` (`manifest-invalid`) when it does not pass. */
export function compileManifest(manifest: Manifest, schemas: ReadonlyMap<string, DatasetSchema>): Computation {
  const bound = bindManifest(manifest, schemas);
  const evaluation = new Evaluation(bound);
  const { id, version, digest, title, reveals, purposes, valid } = manifest;
  return {
    ...{ id, version, digest, title, reveals, purposes, valid, manifest, bound },
    subjectScheme: manifest.subject.text,
    datasets: bound.datasets,
    parameters: parameterSpecs(manifest),
    reasons: manifest.reasons.map(({ code, text }) => ({ code: code.text, text })),
    ...countedOutcomes(manifest, bound),
    evaluate: (pages, parameters, asOf) => evaluation.evaluate(pages, parameters.choices, asOf),
  };
}

/** Counted once: the exact logarithm takes longer than an evaluation. */
function countedOutcomes({ parameters }: Manifest, bound: BoundManifest): Pick<Computation, "outcomes" | "millibits"> {
  const choiceCounts = parameters.map(({ choices }) => choices.length);
  const outcomes = countOutcomes(bound, choiceCounts);
  return { outcomes, millibits: millibitsOf(outcomes) };
}
