/** 64 bits of a firm's pseudonym. They decide how counts that the firm is in are rounded, and leave the vault in no other way. */
export interface Token {
  readonly high: number;
  readonly low: number;
}

/** A set of firms: how many they are, and their tokens joined by exclusive or, so that one set has one token in whatever order it was counted. */
export interface Cell extends Token {
  readonly count: number;
}

const noFirm: Cell = { count: 0, high: 0, low: 0 };

/** The union of sets that have no firm in common. */
export function joined(cells: readonly Cell[]): Cell {
  return cells.reduce((a, b) => ({ count: a.count + b.count, high: a.high ^ b.high, low: a.low ^ b.low }), noFirm);
}

/** Many cells that firms are counted into. */
export class Cells {
  readonly #counts: Float64Array;
  readonly #high: Int32Array;
  readonly #low: Int32Array;

  constructor(length: number) {
    this.#counts = new Float64Array(length);
    this.#high = new Int32Array(length);
    this.#low = new Int32Array(length);
  }

  /** Counts a firm. Each firm may come into one cell once only. */
  add(index: number, { high, low }: Token): void {
    (this.#counts[index] as number)++;
    (this.#high[index] as number) ^= high;
    (this.#low[index] as number) ^= low;
  }

  /** Adds the firms of other cells, which must not be here yet, cell by cell. */
  take(others: Cells): void {
    for (let index = 0; index < this.#counts.length; index++) {
      const { count, high, low } = others.at(index);
      (this.#counts[index] as number) += count;
      (this.#high[index] as number) ^= high;
      (this.#low[index] as number) ^= low;
    }
  }

  at(index: number): Cell {
    return { count: this.#counts[index] ?? 0, high: this.#high[index] ?? 0, low: this.#low[index] ?? 0 };
  }

  all(): readonly Cell[] {
    return Array.from(this.#counts, (_, index) => this.at(index));
  }
}
