import { checkRoom, columnsOf, type PageColumns } from "../../pageColumns.js";
import { numberWords, type Room, type RowForm, readNumber, textWords } from "./rowBytes.js";
import type { RowSink } from "./run.js";
import { TextTable } from "./textTable.js";

const firstRoom = 512;

/** Makes a subject's page of its rows. */
export class PageSink implements RowSink {
  readonly #form: RowForm;
  /** In the order of the form: first those of number columns, then those of text columns. */
  #lanes: Float64Array[];
  readonly #tables: readonly TextTable[];
  #room = firstRoom;
  #records = 0;

  constructor(form: RowForm) {
    this.#form = form;
    this.#lanes = [...form.numbers, ...form.texts].map(() => new Float64Array(firstRoom));
    this.#tables = form.texts.map(() => new TextTable());
  }

  begin(): void {}

  /** Throws `page-full`. */
  row(room: Room, offset: number): void {
    if (this.#records === this.#room) this.#grow();
    const record = this.#records++;
    const lanes = this.#lanes;
    const tables = this.#tables;
    const numbers = lanes.length - tables.length;
    const { words } = room;
    let word = (offset >> 2) + 2;
    for (let i = 0; i < numbers; i++) {
      (lanes[i] as Float64Array)[record] = readNumber(words, word);
      word += numberWords(words, word);
    }
    for (let i = 0; i < tables.length; i++) {
      const length = words[word] as number;
      (lanes[numbers + i] as Float64Array)[record] = length === 0 ? Number.NaN : (tables[i] as TextTable).indexOf(words, word + 1, length);
      word += textWords(length);
    }
  }

  #grow(): void {
    checkRoom(this.#records + 1);
    this.#room *= 2;
    this.#lanes = this.#lanes.map((lane) => {
      const wider = new Float64Array(this.#room);
      wider.set(lane);
      return wider;
    });
  }

  /** The rows since the last page. The page is valid until the next row. */
  takePage(): PageColumns {
    const records = this.#records;
    const lanes: Float64Array[] = [];
    const dictionaries: string[][] = [];
    for (const [i, position] of [...this.#form.numbers, ...this.#form.texts].entries())
      lanes[position] = (this.#lanes[i] as Float64Array).subarray(0, records);
    for (const [i, position] of this.#form.texts.entries()) dictionaries[position] = this.#tables[i]?.takeTexts() ?? [];
    this.#records = 0;
    return columnsOf(records, lanes, dictionaries);
  }
}
