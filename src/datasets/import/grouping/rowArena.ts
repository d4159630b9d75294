import { compareBytes } from "../../../bytes/bytes.js";
import type { TextValue } from "../cells.js";
import type { KnownSubject } from "../subjects.js";
import { Room, type RowForm, rowLength, writeRow } from "./rowBytes.js";
import type { RowSink, RunCursor } from "./run.js";

/** What sorting needs beside the rows and the pseudonyms: an offset a row, and a place in the order, a count and a key a subject. */
const sortBytesPerRow = 4;
const sortBytesPerSubject = 16;

let runs = 0;

/**
 * Rows gathered in memory, up to a number of bytes that is taken once: rows from the front, pseudonyms from the back.
 */
export class RowArena {
  readonly #form: RowForm;
  readonly #room: Room;
  #pseudonymLength = 0;
  #run = ++runs;
  #end = 0;
  #rows = 0;
  #subjects = 0;

  constructor(form: RowForm, length: number) {
    this.#form = form;
    this.#room = new Room(length);
  }

  get rows(): number {
    return this.#rows;
  }

  /** Adds a row, or returns false when there is no room for it. Both lists go by the position of the schema's column. */
  add(subject: KnownSubject, numbers: Float64Array, texts: readonly TextValue[]): boolean {
    const length = rowLength(this.#form, numbers, texts);
    if (!this.#hasRoom(length, subject.pseudonym.length)) return false;
    if (subject.run !== this.#run) this.#register(subject);
    writeRow(this.#room, this.#end, this.#form, subject.index, length, numbers, texts);
    this.#end += length;
    this.#rows++;
    return true;
  }

  #hasRoom(rowLength: number, pseudonymLength: number): boolean {
    const subjectBytes = (this.#subjects + 1) * (pseudonymLength + sortBytesPerSubject);
    return this.#end + rowLength + (this.#rows + 1) * sortBytesPerRow + subjectBytes <= this.#room.length;
  }

  #register(subject: KnownSubject): void {
    if (this.#subjects === 0) this.#pseudonymLength = subject.pseudonym.length;
    if (subject.pseudonym.length !== this.#pseudonymLength) throw new RangeError("All pseudonyms of an import have the same length.");
    subject.run = this.#run;
    subject.index = this.#subjects++;
    const start = this.#room.length - this.#subjects * this.#pseudonymLength;
    for (let i = 0; i < this.#pseudonymLength; i++) this.#room.bytes[start + i] = subject.pseudonym.charCodeAt(i);
  }

  #pseudonym(index: number): Uint8Array {
    const start = this.#room.length - (index + 1) * this.#pseudonymLength;
    return this.#room.bytes.subarray(start, start + this.#pseudonymLength);
  }

  /** The rows in order of pseudonym. They stay where they are: add nothing before the cursor is at its end, then `clear`. */
  sorted(): RunCursor {
    const order = this.#subjectOrder();
    const starts = this.#rowStarts(order);
    const offsets = new Uint32Array(this.#rows);
    const next = starts.slice();
    const { words } = this.#room;
    for (let offset = 0; offset < this.#end; offset += words[(offset >> 2) + 1] as number) {
      const subject = words[offset >> 2] as number;
      const place = next[subject] as number;
      offsets[place] = offset;
      next[subject] = place + 1;
    }
    return new ArenaCursor(this.#room, (index) => this.#pseudonym(index), order, starts, offsets);
  }

  /** Subjects by pseudonym, and by index where a subject was forgotten and registered again: so its rows keep their order. */
  #subjectOrder(): Uint32Array {
    const keys = Float64Array.from({ length: this.#subjects }, (_none, i) => leadingNumber(this.#pseudonym(i)));
    const order = Uint32Array.from({ length: this.#subjects }, (_none, i) => i);
    return order.sort((a, b) => (keys[a] as number) - (keys[b] as number) || compareBytes(this.#pseudonym(a), this.#pseudonym(b)) || a - b);
  }

  /** By subject: the place of its first row among all rows in order; and at the end, their number. */
  #rowStarts(order: Uint32Array): Uint32Array {
    const { words } = this.#room;
    const starts = new Uint32Array(this.#subjects + 1);
    for (let offset = 0; offset < this.#end; offset += words[(offset >> 2) + 1] as number)
      starts[words[offset >> 2] as number] = (starts[words[offset >> 2] as number] as number) + 1;
    let place = 0;
    for (let i = 0; i < order.length; i++) {
      const count = starts[order[i] as number] as number;
      starts[order[i] as number] = place;
      place += count;
    }
    starts[this.#subjects] = place;
    return starts;
  }

  clear(): void {
    this.#run = ++runs;
    this.#end = 0;
    this.#rows = 0;
    this.#subjects = 0;
  }
}

/** The first six bytes as a number, which compares faster. */
function leadingNumber(pseudonym: Uint8Array): number {
  let value = 0;
  for (let i = 0; i < 6; i++) value = value * 256 + (pseudonym[i] as number);
  return value;
}

class ArenaCursor implements RunCursor {
  readonly #room: Room;
  readonly #pseudonymOf: (index: number) => Uint8Array;
  readonly #order: Uint32Array;
  readonly #starts: Uint32Array;
  readonly #offsets: Uint32Array;
  #subject = 0;
  #row = 0;

  constructor(room: Room, pseudonymOf: (index: number) => Uint8Array, order: Uint32Array, starts: Uint32Array, offsets: Uint32Array) {
    this.#room = room;
    this.#pseudonymOf = pseudonymOf;
    this.#order = order;
    this.#starts = starts;
    this.#offsets = offsets;
  }

  get pseudonym(): Uint8Array | undefined {
    const index = this.#order[this.#subject];
    return index === undefined ? undefined : this.#pseudonymOf(index);
  }

  #subjectEnd(): number {
    const next = this.#order[this.#subject + 1];
    return next === undefined ? this.#offsets.length : (this.#starts[next] as number);
  }

  deliver(sink: RowSink): void {
    const end = this.#subjectEnd();
    for (let i = this.#row; i < end; i++) sink.row(this.#room, this.#offsets[i] as number);
  }

  advance(): void {
    this.#row = this.#subjectEnd();
    this.#subject++;
  }
}
