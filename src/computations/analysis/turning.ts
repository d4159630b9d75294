import type { DatasetSchema } from "../../datasets/schema.js";
import { partsOf } from "../../model/rational.js";
import type { BoundManifest, Step } from "../binding/bound.js";
import type { Manifest } from "../manifest/manifest.js";
import type { Place } from "../syntax/problems.js";
import { bordersOf } from "./cells.js";
import { narrowFilter, narrowIn } from "./narrow.js";
import { featuresByStep, type Observed, observedCells, observedOf } from "./observed.js";

/**
 * How one record more or less can turn an outcome. The claim: while a subject has fewer records than `records` in all datasets together, the one
 * that comes or goes included, no single one of them changes the outcome, whatever is in it.
 */
export interface Turning {
  /** 1: a subject's only record can decide. Never less than a `no_record` asks for: below that every outcome is the same. */
  readonly records: number;
  /** What can be turned, the fewest records first. */
  readonly through: readonly TurnedThrough[];
}

export interface TurnedThrough {
  /** A feature, `linear`, a `no_record`, or that a subject is on file at all. */
  readonly kind: "feature" | "linear" | "no-record" | "on-file";
  readonly name: string;
  readonly records: number;
  /** A filter that by its form picks single records. */
  readonly narrow: Place | undefined;
}

export function turningOf(bound: BoundManifest, manifest: Manifest, schemas: ReadonlyMap<string, DatasetSchema>): Turning {
  const features = featuresByStep(bound);
  const through = observedOf(bound).flatMap((observed): readonly TurnedThrough[] => {
    const records = fewestRecords(bound, observed);
    if (records === undefined) return [];
    const { kind, index } = observed;
    if (kind === "feature") return [{ kind, name: features.get(index)?.name ?? "", records, narrow: narrowFilter(bound, schemas, index) }];
    if (kind === "linear") return [{ kind, name: "linear", records, narrow: narrowTerm(bound, schemas) }];
    const selection = bound.tooFew[index]?.selection ?? -1;
    return [{ kind: "no-record", name: manifest.tooFew[index]?.of.text ?? "", records, narrow: narrowIn(bound, schemas, selection) }];
  });
  // Without a no_record that asks for any, the very first record makes the difference to nothing on file.
  const asked = Math.max(0, ...bound.tooFew.map(({ fewerThan }) => Math.min(...fewerThan.values)));
  const all: readonly TurnedThrough[] = asked > 0 ? through : [...through, { kind: "on-file", name: "", records: 1, narrow: undefined }];
  const sorted = all.toSorted((a, b) => a.records - b.records);
  return { records: Math.max(sorted[0]?.records ?? 1, asked), through: sorted };
}

/** With fewer records than this, one more or less leaves the value in its cell. Undefined: there is one cell only. */
function fewestRecords(bound: BoundManifest, observed: Observed): number | undefined {
  const { kind, index, type, tests, mayBeMissing } = observed;
  if (kind === "linear") return (observedCells(bound, observed, undefined)?.length ?? 2) > 1 && weighsNumbers(bound) ? 1 : undefined;
  const borders = type.kind === "number" ? bordersOf(tests, type, undefined) : [];
  const cells = type.kind === "number" ? borders.length + 1 : (observedCells(bound, observed, undefined)?.length ?? 2);
  if (cells + (mayBeMissing ? 1 : 0) <= 1) return undefined;
  if (mayBeMissing || type.kind !== "number" || (kind === "feature" && !movesByOne(bound, bound.steps[index]))) return 1;
  // A count is at least as far from zero as the farther side of the border, and never farther than there are records.
  const farther = borders
    .map(({ at }) => partsOf(at))
    .map(([num, den]) => Number(num / den))
    .map((first) => (first >= 1 ? first : 1 - first));
  return Math.max(1, Math.min(...farther));
}

/** Indicators among the terms are looked through, to values that are turned on their own account. */
function weighsNumbers({ linear, steps }: BoundManifest): boolean {
  return linear?.terms.some(({ of }) => steps[of]?.kind !== "indicator") ?? false;
}

/** Whether a value is zero without records, and never farther from zero than there are records. */
function movesByOne({ steps }: BoundManifest, step: Step | undefined): boolean {
  if (step?.kind === "aggregate") return step.aggregate.withinCount;
  if (step?.kind !== "combination" || step.combination.keyword !== "difference") return false;
  return step.operands.map((operand) => steps[operand]).every((each) => each?.kind === "aggregate" && each.aggregate.withinCount);
}

function narrowTerm(bound: BoundManifest, schemas: ReadonlyMap<string, DatasetSchema>): Place | undefined {
  return bound.linear?.terms.map(({ of }) => narrowFilter(bound, schemas, of)).find((place) => place !== undefined);
}
