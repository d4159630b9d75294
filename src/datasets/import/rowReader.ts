import { type Column, holdsText } from "../columnTypes/index.js";
import type { DatasetSchema } from "../schema.js";
import {
  cleanCell,
  KnownCell,
  type NumberReader,
  numberReader,
  type TextReader,
  TextValue,
  textReader,
  unfitNumber,
  unfitReason,
} from "./cells.js";
import type { BlockRows } from "./csvBlock.js";
import type { Columns } from "./header.js";
import type { Mapping } from "./mapping.js";
import type { KnownSubject, SubjectFinder } from "./subjects.js";

interface Lane<Reader> {
  readonly column: Column;
  /** The column's position in the schema, and where its cells stand in the file. */
  readonly position: number;
  readonly place: number;
  readonly read: Reader;
}

/** The positions of an integer column and of the two dates that it counts between. */
interface Count {
  readonly position: number;
  readonly from: number;
  readonly to: number;
}

/** Reads the rows of one file, one at a time, into the same lists: what they hold is that of the last row that `read` accepted. */
export class RowReader {
  /** By the position of the schema's column. The texts lie in the row's block: take them before the next is split. */
  readonly numbers: Float64Array;
  readonly texts: readonly TextValue[];
  readonly #mapping: Mapping;
  readonly #columns: Columns;
  readonly #subjects: SubjectFinder;
  readonly #numberLanes: Lane<NumberReader>[] = [];
  readonly #textLanes: Lane<TextReader>[] = [];
  readonly #counts: readonly Count[];
  readonly #subjectCell = new KnownCell();
  #subject: KnownSubject | string = "subject-missing";
  #rejection = { column: "", reason: "" };

  /** Throws `cell-format-invalid`. */
  constructor(schema: DatasetSchema, mapping: Mapping, columns: Columns, subjects: SubjectFinder) {
    this.#mapping = mapping;
    this.#columns = columns;
    this.#subjects = subjects;
    this.numbers = new Float64Array(schema.columns.length).fill(Number.NaN);
    this.texts = schema.columns.map(() => new TextValue());
    for (const [position, column] of schema.columns.entries()) this.#addLane(column, position, columns.places[position] ?? -1);
    const positionOf = (name: string) => schema.columns.findIndex((column) => column.name === name);
    const counts = [...mapping.daysBetween].map(([name, { from, to }]) => [name, from, to].map(positionOf));
    this.#counts = counts.map(([position = -1, from = -1, to = -1]) => ({ position, from, to }));
  }

  #addLane(column: Column, position: number, place: number): void {
    if (place < 0) return;
    const format = this.#mapping.columns.get(column.name)?.format ?? {};
    if (holdsText(column)) this.#textLanes.push({ column, position, place, read: textReader(column, format, this.#mapping) });
    else this.#numberLanes.push({ column, position, place, read: numberReader(column, format, this.#mapping) });
  }

  /** The subject of a row of a block, or undefined where the row is rejected; `rejection` then says why. */
  read({ text, bounds }: BlockRows, row: number): KnownSubject | undefined {
    const first = 2 * this.#columns.width * row;
    if ((bounds[first] as number) < 0) return this.#reject("", "row-ragged");
    const subjectBound = first + 2 * this.#columns.subject;
    const subject = this.#findSubject(text, bounds[subjectBound] as number, bounds[subjectBound + 1] as number);
    if (typeof subject === "string") return this.#reject("subject", subject);
    for (let i = 0; i < this.#numberLanes.length; i++) {
      const lane = this.#numberLanes[i] as Lane<NumberReader>;
      const bound = first + 2 * lane.place;
      const value = lane.read(text, bounds[bound] as number, bounds[bound + 1] as number);
      if (value === unfitNumber) return this.#rejectCell(lane, text, bounds[bound] as number, bounds[bound + 1] as number);
      this.numbers[lane.position] = value;
    }
    // Day numbers are whole and small, so their difference is exact; where a date is missing it is NaN, which stands for missing.
    for (const { position, from, to } of this.#counts) {
      this.numbers[position] = (this.numbers[to] as number) - (this.numbers[from] as number);
    }
    for (let i = 0; i < this.#textLanes.length; i++) {
      const lane = this.#textLanes[i] as Lane<TextReader>;
      const bound = first + 2 * lane.place;
      const isTaken = lane.read(text, bounds[bound] as number, bounds[bound + 1] as number, this.texts[lane.position] as TextValue);
      if (!isTaken) return this.#rejectCell(lane, text, bounds[bound] as number, bounds[bound + 1] as number);
    }
    return subject;
  }

  /** Why the last row was rejected. */
  get rejection(): { readonly column: string; readonly reason: string } {
    return this.#rejection;
  }

  /** Most files have the rows of a subject together. */
  #findSubject(text: Buffer, start: number, end: number): KnownSubject | string {
    if (this.#subjectCell.is(text, start, end)) return this.#subject;
    this.#subject = this.#subjects.find(text, start, end);
    this.#subjectCell.keep(text, start, end);
    return this.#subject;
  }

  #rejectCell({ column }: Lane<unknown>, text: Buffer, start: number, end: number): undefined {
    return this.#reject(column.name, unfitReason(column, cleanCell(text, start, end, this.#mapping.trim), this.#mapping));
  }

  #reject(column: string, reason: string): undefined {
    this.#rejection = { column, reason };
    return undefined;
  }
}
