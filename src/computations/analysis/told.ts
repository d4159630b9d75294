import { compareRational, divide, magnitude, multiply, type Rational, rational, signOf, subtract } from "../../model/rational.js";
import type { BoundManifest, BoundTest } from "../binding/bound.js";
import type { Setting } from "../binding/setting.js";
import type { FeatureType } from "../featureType.js";
import type { Place } from "../syntax/problems.js";
import { variantCount } from "./askings.js";
import { type Border, bordersOf, type Cell } from "./cells.js";
import { featuresByStep, gridSteps, type Observed, observedCells, observedOf, testParameters } from "./observed.js";

/** What all askings together can tell of one feature (or of the linear predictor): in which of these cells its value lies, and never more. */
export interface Told {
  /** The feature's name in the manifest, or `linear`. */
  readonly name: string;
  readonly type: FeatureType;
  /** How many askings tell all of it: one for every choice of the parameters that bear on it. */
  readonly askings: bigint;
  /** How many different values it has, since filters hang on parameters: the cells hold for each of them. */
  readonly variants: bigint;
  /** How many cells there are. */
  readonly count: bigint;
  /** The cells, unless they are too many to list. */
  readonly cells: readonly Cell[] | undefined;
  /** Cells that pin a number or code down: they hold one value, or their ends lie within one percent of each other. */
  readonly pinned: number;
  /** Borders that parameters place. */
  readonly moved: number;
  /** Where it is first looked at. */
  readonly place: Place;
}

/** By feature, in the order in which the outcome looks at them. Values that only the linear predictor weighs are told through it. */
export function toldOf(bound: BoundManifest, choiceCounts: readonly number[], outputPlace: Place): readonly Told[] {
  const features = featuresByStep(bound);
  return observedOf(bound).flatMap((observed) => {
    if (observed.kind === "records") return [];
    const { kind, index, tests, depends, type } = observed;
    const cells = observedCells(bound, observed, undefined);
    const parameters = new Set([...depends, ...tests.flatMap(testParameters)]);
    return [
      {
        name: kind === "linear" ? "linear" : (features.get(index)?.name ?? ""),
        type,
        askings: variantCount({ depends: [...parameters] }, choiceCounts),
        variants: variantCount(observed, choiceCounts),
        count: BigInt(cells?.length ?? (bound.output.kind === "score" ? gridSteps(bound.output) + 1 : 1)),
        cells,
        pinned: (cells ?? []).filter((cell) => isPinned(pinnable(bound, observed, cell), type)).length,
        moved: movedBorders(tests, type),
        place: tests[0]?.place ?? outputPlace,
      },
    ];
  });
}

/** A linear predictor of one feature tells that feature, so its cells are measured in the feature's own numbers; one of several tells none. */
function pinnable({ linear, steps }: BoundManifest, { kind }: Observed, cell: Cell): Cell | undefined {
  if (kind !== "linear" || linear === undefined || cell.kind !== "interval") return cell;
  const [term, second] = linear.terms;
  if (term === undefined || second !== undefined || steps[term.of]?.kind === "indicator" || signOf(term.weight) === 0) return undefined;
  const own = (border: Border | undefined) => border && { ...border, at: divide(subtract(border.at, linear.intercept), term.weight) };
  return { ...cell, low: own(cell.low), high: own(cell.high) };
}

function isPinned(cell: Cell | undefined, type: FeatureType): boolean {
  if (cell === undefined || cell.kind === "missing" || cell.kind === "other") return false;
  // The members of a closed list are classes, not values of one record.
  if (cell.kind === "texts") return type.kind === "code" && cell.texts.length === 1;
  const truth = type.kind === "number" && type.most === 1;
  const { low, high } = withLeast(cell, type);
  if (truth || low === undefined || high === undefined) return false;
  if (type.kind === "number" && type.whole && compareRational(subtract(high.at, low.at), rational(1)) <= 0) return true;
  return compareRational(multiply(magnitude(subtract(high.at, low.at)), rational(100)), larger(magnitude(low.at), magnitude(high.at))) <= 0;
}

/** A cell of a type that has a least value begins there. */
function withLeast({ low, high }: Cell & { kind: "interval" }, type: FeatureType): { low: Border | undefined; high: Border | undefined } {
  const least = type.kind === "number" ? type.least : undefined;
  return { low: low ?? (least === undefined ? undefined : { at: rational(least), after: false }), high };
}

function larger(a: Rational, b: Rational): Rational {
  return compareRational(a, b) < 0 ? b : a;
}

function movedBorders(tests: readonly BoundTest[], type: FeatureType): number {
  const moved = tests.map(onlyMoved);
  if (type.kind === "number") return bordersOf(moved, type, undefined).length;
  return new Set(moved.flatMap(({ texts = [] }) => texts.flatMap(({ values }) => values))).size;
}

/** What parameters have a say in. */
function onlyMoved({ lower, upper, numbers, texts, place }: BoundTest): BoundTest {
  const moves = ({ parameter, values }: Setting<unknown>): boolean => parameter >= 0 && values.length > 1;
  return {
    lower: lower && moves(lower.at) ? lower : undefined,
    upper: upper && moves(upper.at) ? upper : undefined,
    numbers: numbers?.filter(moves),
    texts: texts?.filter(moves),
    place,
  };
}
