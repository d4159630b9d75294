import { divide, floor, multiply, type Rational, rational } from "../../model/rational.js";
import { type Cell, Cells, type Token } from "./cells.js";

const mostBuckets = 4096;
const fewestRanges = 20;

/** Firms by class whose score is `from` or more and less than the next range begins at. */
export interface ScoreRange {
  readonly from: Rational;
  readonly cells: readonly Cell[];
}

/**
 * Counts firms by score and class in bounded memory: in steps of `step`, or, where that makes too many, of ten times that, and so on. The result
 * does not depend on the order of the firms.
 */
export class ScoreRanges {
  readonly #classes: number;
  #step: Rational;
  #buckets = new Map<bigint, Cells>();

  constructor(step: Rational, classes: number) {
    this.#step = step;
    this.#classes = classes;
  }

  add(score: Rational, kind: number, token: Token): void {
    const bucket = floor(divide(score, this.#step));
    let cells = this.#buckets.get(bucket);
    if (cells === undefined) {
      cells = new Cells(this.#classes);
      this.#buckets.set(bucket, cells);
    }
    cells.add(kind, token);
    while (this.#buckets.size > mostBuckets) this.#coarsen();
  }

  #coarsen(): void {
    const wider = new Map<bigint, Cells>();
    for (const [bucket, cells] of this.#buckets) {
      const number = floorDivide(bucket, 10n);
      const known = wider.get(number);
      if (known === undefined) wider.set(number, cells);
      else known.take(cells);
    }
    this.#buckets = wider;
    this.#step = multiply(this.#step, rational(10n));
  }

  /**
   * Ranges of equal width, 1, 2, 5, 10, 20 … steps: the widest of which at least twenty have a firm, so that a few scores far out do not throw all
   * others together; single steps where there are fewer. Ascending, only those that have a firm.
   */
  ranges(): readonly ScoreRange[] {
    let best = this.#rangesOf(1n);
    for (let power = 1n; ; power *= 10n) {
      for (const factor of [2n, 5n, 10n]) {
        const wider = this.#rangesOf(factor * power);
        if (wider.length < fewestRanges) return best;
        best = wider;
      }
    }
  }

  #rangesOf(width: bigint): readonly ScoreRange[] {
    const joinedBuckets = new Map<bigint, Cells>();
    for (const [bucket, cells] of this.#buckets) {
      const number = floorDivide(bucket, width);
      const known = joinedBuckets.get(number) ?? new Cells(this.#classes);
      known.take(cells);
      joinedBuckets.set(number, known);
    }
    const wide = multiply(this.#step, rational(width));
    return [...joinedBuckets]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([number, cells]) => ({ from: multiply(wide, rational(number)), cells: cells.all() }));
  }
}

function floorDivide(a: bigint, b: bigint): bigint {
  return floor(rational(a, b));
}
