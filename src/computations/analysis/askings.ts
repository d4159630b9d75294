import type { Value } from "../aggregates/aggregate.js";
import type { BoundManifest } from "../binding/bound.js";
import { noRecord } from "../evaluation/evaluation.js";
import { bordersOf } from "./cells.js";
import { gridSteps, type Observed, observedCells, observedOf, testParameters, testsByTarget } from "./observed.js";
import { cardStates, millibitsOfCount, mostWork, outcomeKey } from "./outcomes.js";
import { linesIn, outcomeIn, stateCount, visitStates } from "./states.js";

/** What somebody learns at most who asks once under every choice of the parameters, of one subject in one epoch. */
export interface Askings {
  /** How many choices of the parameters there are. */
  readonly choices: bigint;
  /** What all of these answers tell together, in thousandths of a bit. */
  readonly millibits: bigint;
}

/** `millibits` is what one answer tells. */
export function askingsOf(bound: BoundManifest, choiceCounts: readonly number[], millibits: number): Askings {
  const choices = stateCount(choiceCounts);
  if (choices === 1n) return { choices, millibits: BigInt(millibits) };
  const counted = countedTogether(bound, choiceCounts);
  if (counted !== undefined) return { choices, millibits: BigInt(millibitsOfCount(counted)) };
  return { choices, millibits: boundedTogether(bound, choiceCounts, millibits) };
}

/** The least of three bounds that need no trying of states. */
export function boundedTogether(bound: BoundManifest, choiceCounts: readonly number[], millibits: number): bigint {
  const bounds = [valuesTogether(bound, choiceCounts, 1n), ...cardTogether(bound, choiceCounts)];
  return bounds.reduce((least, each) => (each < least ? each : least), stateCount(choiceCounts) * BigInt(millibits));
}

/** One value under each choice of the parameters that change it. */
interface Variants {
  readonly observed: Observed;
  readonly samples: readonly Value[];
  /** The position of its first variant among all variants. */
  readonly first: number;
  readonly count: number;
}

/** The number of different lists of answers, all states being tried; undefined when they are too many. */
function countedTogether(bound: BoundManifest, choiceCounts: readonly number[]): bigint | undefined {
  const variants = variantsOf(bound, choiceCounts);
  if (variants === undefined) return undefined;
  const sizes = variants.flatMap(({ samples, count }) => new Array<number>(count).fill(samples.length));
  const work = stateCount(sizes) * stateCount(choiceCounts) * BigInt(linesIn(bound));
  if (work > BigInt(mostWork)) return undefined;
  const observed = variants.map((each) => each.observed);
  const askings: { readonly choices: readonly number[]; readonly at: readonly number[] }[] = [];
  visitStates(choiceCounts, (now) => {
    const choices = [...now];
    askings.push({ choices, at: variants.map(({ observed: { depends }, first }) => first + variantOf(depends, choiceCounts, choices)) });
  });
  const seen = new Set([askings.map(() => outcomeKey(noRecord)).join("|")]);
  visitStates(sizes, (state) => {
    const answers = askings.map(({ choices, at }) => {
      const samples = variants.map((each, index) => each.samples[state[at[index] as number] as number]);
      return outcomeKey(outcomeIn(bound, observed, samples, choices));
    });
    seen.add(answers.join("|"));
  });
  return BigInt(seen.size);
}

function variantsOf(bound: BoundManifest, choiceCounts: readonly number[]): readonly Variants[] | undefined {
  const variants: Variants[] = [];
  let first = 0;
  for (const observed of relevant(bound)) {
    const samples = observedCells(bound, observed, undefined)?.map(({ sample }) => sample);
    const count = Number(variantCount(observed, choiceCounts));
    if (samples === undefined || first + count > mostWork) return undefined;
    variants.push({ observed, samples, first, count });
    first += count;
  }
  return variants;
}

/** A number of records that no parameter touches makes all answers no-record or none: that is one list, counted apart. */
function relevant(bound: BoundManifest): readonly Observed[] {
  return observedOf(bound).filter(
    ({ kind, tests, depends }) => kind !== "records" || depends.length > 0 || tests.some((test) => testParameters(test).length > 0),
  );
}

/** Under how many choices a value is another one. */
export function variantCount({ depends }: Pick<Observed, "depends">, choiceCounts: readonly number[]): bigint {
  return depends.reduce((all, parameter) => all * BigInt(choiceCounts[parameter] ?? 1), 1n);
}

function variantOf(depends: readonly number[], choiceCounts: readonly number[], choices: readonly number[]): number {
  return depends.reduce((at, parameter) => at * (choiceCounts[parameter] ?? 1) + (choices[parameter] ?? 0), 0);
}

/** As if it were told in which cell each value lies, under each of its variants, and `more` beside; or that there is no record. */
function valuesTogether(bound: BoundManifest, choiceCounts: readonly number[], more: bigint): bigint {
  const told = relevant(bound).map((each) => ({ cells: cellCount(bound, each), variants: variantCount(each, choiceCounts) }));
  const variants = told.reduce((sum, each) => sum + each.variants, 0n);
  if (variants <= 1000n) return BigInt(millibitsOfCount(told.reduce((all, each) => all * each.cells ** each.variants, more) + 1n));
  // One bit pays for no-record.
  return told.reduce((sum, each) => sum + each.variants * BigInt(millibitsOfCount(each.cells)), BigInt(millibitsOfCount(more)) + 1000n);
}

function cellCount(bound: BoundManifest, observed: Observed): bigint {
  const cells = observedCells(bound, observed, undefined)?.length;
  // Too many to list: a grid, and perhaps a missing value.
  return BigInt(cells ?? (bound.output.kind === "score" ? gridSteps(bound.output) + 2 : 1));
}

/** As `valuesTogether`, with score and reason codes in place of the features that the bins cut, where no parameter touches those. */
function cardTogether(bound: BoundManifest, choiceCounts: readonly number[]): readonly bigint[] {
  const { scorecard, output } = bound;
  if (scorecard === undefined) return [];
  const cut = observedOf({
    ...bound,
    linear: undefined,
    tooFew: [],
    output: { kind: "score", of: "score", min: 0, max: 1, step: 1, reasons: 0 },
  });
  if (cut.some(({ depends, tests }) => depends.length > 0 || tests.some((test) => testParameters(test).length > 0))) return [];
  const { lists, scores, pairs } = cardStates(bound);
  const borders = bordersOf(testsByTarget(bound).get("score") ?? [], { kind: "number", whole: scorecard.unit === 1 }, undefined).length;
  const cells = BigInt(output.kind === "score" && output.of === "score" ? gridSteps(output) + 1 : borders + 1);
  const told = (scores !== undefined && scores < cells ? scores : cells) * lists;
  return [valuesTogether({ ...bound, scorecard: undefined }, choiceCounts, pairs !== undefined && pairs < told ? pairs : told)];
}
