import { holdsText } from "../../columnTypes/index.js";
import { checkRoom, type PageColumns } from "../../pageColumns.js";
import type { DatasetSchema } from "../../schema.js";
import type { Room, RowForm } from "./rowBytes.js";
import type { RowSink } from "./run.js";
import { TextTable } from "./textTable.js";

const firstRoom = 512;

/** Makes a subject's page of its rows. */
export class PageSink implements RowSink {
  readonly #form: RowForm;
  #lanes: Float64Array[];
  /** By the column's position; undefined for a number column. */
  readonly #tables: readonly (TextTable | undefined)[];
  #records = 0;

  constructor(schema: DatasetSchema, form: RowForm) {
    this.#form = form;
    this.#lanes = schema.columns.map(() => new Float64Array(firstRoom));
    this.#tables = schema.columns.map((column) => (holdsText(column) ? new TextTable() : undefined));
  }

  begin(): void {}

  /** Throws `page-full`. */
  row(room: Room, offset: number): void {
    const record = this.#records;
    if (record === this.#lanes[0]?.length) this.#grow();
    const { numbers, texts } = this.#form;
    let double = (offset >> 3) + 1;
    for (let i = 0; i < numbers.length; i++) (this.#lanes[numbers[i] as number] as Float64Array)[record] = room.doubles[double++] as number;
    let start = double << 3;
    for (let i = 0; i < texts.length; i++) {
      const position = texts[i] as number;
      const length = (room.bytes[start] as number) + ((room.bytes[start + 1] as number) << 8);
      const table = this.#tables[position] as TextTable;
      (this.#lanes[position] as Float64Array)[record] = length === 0 ? Number.NaN : table.indexOf(room.bytes, start + 2, length);
      start += 2 + length;
    }
    this.#records++;
  }

  #grow(): void {
    checkRoom(this.#records + 1);
    this.#lanes = this.#lanes.map((lane) => {
      const wider = new Float64Array(2 * lane.length);
      wider.set(lane);
      return wider;
    });
  }

  drain(): undefined {}

  /** The rows since the last page. The page is valid until the next row. */
  takePage(): PageColumns {
    const records = this.#records;
    const lanes = this.#lanes.map((lane) => lane.subarray(0, records));
    const dictionaries = this.#tables.map((table) => table?.texts() ?? []);
    for (const table of this.#tables) table?.clear();
    this.#records = 0;
    const none = new Float64Array(0);
    return { records, lane: (column) => lanes[column] ?? none, dictionary: (column) => dictionaries[column] ?? [] };
  }
}
