import { holdsText } from "./columnTypes/index.js";
import { checkRoom, columnsOf, type PageColumns } from "./pageColumns.js";
import type { DatasetSchema } from "./schema.js";

const firstRoom = 16;

/**
 * Gathers one subject's records, a row at a time.
 *
 * `append` does not check that values suit their columns: they come from the columns' own cell parsers, and `encodePage` checks them again.
 */
export class PageBuilder {
  readonly #lanes: Float64Array[];
  readonly #indexes: (Map<string, number> | undefined)[];
  #records = 0;
  #room = firstRoom;

  constructor(schema: DatasetSchema) {
    this.#lanes = schema.columns.map(() => new Float64Array(firstRoom));
    this.#indexes = schema.columns.map((column) => (holdsText(column) ? new Map() : undefined));
  }

  get records(): number {
    return this.#records;
  }

  /**
   * Adds one record. Both lists go by the column's position: `numbers` has the value of each number column (NaN when missing), `texts` that of
   * each text column (undefined when missing); other places are not read. The lists may be used again. Throws `page-full`.
   */
  append(numbers: ArrayLike<number>, texts: ArrayLike<string | undefined>): void {
    checkRoom(this.#records + 1);
    if (this.#records === this.#room) this.#grow();
    for (let i = 0; i < this.#lanes.length; i++) {
      const lane = this.#lanes[i] as Float64Array;
      const indexes = this.#indexes[i];
      lane[this.#records] = indexes === undefined ? (numbers[i] as number) : indexIn(indexes, texts[i]);
    }
    this.#records++;
  }

  /** The records so far. Valid until `clear`; later records are not in it. */
  build(): PageColumns {
    const lanes = this.#lanes.map((lane) => lane.subarray(0, this.#records));
    return columnsOf(
      this.#records,
      lanes,
      this.#indexes.map((indexes) => [...(indexes?.keys() ?? [])]),
    );
  }

  /** Starts another page in the same room. A page built before must no longer be used. */
  clear(): void {
    this.#records = 0;
    for (const indexes of this.#indexes) indexes?.clear();
  }

  #grow(): void {
    this.#room *= 2;
    for (const [i, lane] of this.#lanes.entries()) {
      const wider = new Float64Array(this.#room);
      wider.set(lane);
      this.#lanes[i] = wider;
    }
  }
}

function indexIn(indexes: Map<string, number>, text: string | undefined): number {
  if (text === undefined) return Number.NaN;
  const known = indexes.get(text);
  if (known !== undefined) return known;
  indexes.set(text, indexes.size);
  return indexes.size - 1;
}

/** The records of `a` and then those of `b`, both pages of this schema. Throws `page-full` when they are too many for one page. */
export function appendPages(schema: DatasetSchema, a: PageColumns, b: PageColumns): PageColumns {
  checkRoom(a.records + b.records);
  const joined = schema.columns.map((column, i) =>
    holdsText(column) ? joinTexts(a, b, i) : { lane: joinLanes(a.lane(i), b.lane(i)), dictionary: [] },
  );
  return columnsOf(
    a.records + b.records,
    joined.map((column) => column.lane),
    joined.map((column) => column.dictionary),
  );
}

function joinTexts(
  a: PageColumns,
  b: PageColumns,
  column: number,
): { readonly lane: Float64Array; readonly dictionary: readonly string[] } {
  const indexes = new Map(a.dictionary(column).map((text, index) => [text, index]));
  // b's dictionary is in the order of first use, so its new texts come in that order too.
  const moved = b.dictionary(column).map((text) => indexIn(indexes, text));
  const renumbered = b.lane(column).map((index) => moved[index] ?? Number.NaN);
  return { lane: joinLanes(a.lane(column), renumbered), dictionary: [...indexes.keys()] };
}

function joinLanes(a: Float64Array, b: Float64Array): Float64Array {
  const joined = new Float64Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
