const firstSlots = 64;
const firstWords = 256;

/**
 * The distinct texts of one column of one page, found by their bytes, four at a time: making a string of every text of every row just to look it
 * up would take longer than all else.
 */
export class TextTable {
  /** Open addressing: the index of a text plus one, or 0. At most half full. */
  #slots = new Int32Array(firstSlots);
  #hashes = new Int32Array(firstSlots / 2);
  /** Where each text begins in `#words`, and its length in bytes. */
  #starts = new Int32Array(firstSlots / 2);
  #lengths = new Int32Array(firstSlots / 2);
  #words = new Int32Array(firstWords);
  #count = 0;
  #end = 0;
  /** All words joined by OR: no bit of 0x80808080 is set while every text is ASCII. */
  #union = 0;

  /**
   * The index of the text that `length` bytes, from the word `start` on, are the UTF-8 of; the last word is filled up with zeros. Texts are numbered
   * in the order of their first use.
   */
  indexOf(words: Int32Array, start: number, length: number): number {
    const size = (length + 3) >> 2;
    const hash = hashOf(words, start, size, length);
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (let entry = slots[slot] as number; entry !== 0; entry = slots[slot] as number) {
      if (this.#hashes[entry - 1] === hash && this.#holds(entry - 1, words, start, length)) return entry - 1;
      slot = (slot + 1) & mask;
    }
    return this.#add(slot, hash, words, start, length);
  }

  #holds(index: number, words: Int32Array, start: number, length: number): boolean {
    if (this.#lengths[index] !== length) return false;
    const own = this.#starts[index] as number;
    for (let i = 0; i < (length + 3) >> 2; i++) if (this.#words[own + i] !== words[start + i]) return false;
    return true;
  }

  #add(slot: number, hash: number, words: Int32Array, start: number, length: number): number {
    const size = (length + 3) >> 2;
    const index = this.#count++;
    if (this.#end + size > this.#words.length) this.#words = wider(this.#words, new Int32Array(2 * this.#words.length + size));
    this.#starts[index] = this.#end;
    this.#lengths[index] = length;
    this.#hashes[index] = hash;
    this.#slots[slot] = index + 1;
    for (let i = 0; i < size; i++) {
      const word = words[start + i] as number;
      this.#words[this.#end++] = word;
      this.#union |= word;
    }
    if (2 * this.#count === this.#slots.length) this.#grow();
    return index;
  }

  #grow(): void {
    const size = 2 * this.#slots.length;
    this.#hashes = wider(this.#hashes, new Int32Array(size / 2));
    this.#starts = wider(this.#starts, new Int32Array(size / 2));
    this.#lengths = wider(this.#lengths, new Int32Array(size / 2));
    this.#slots = new Int32Array(size);
    for (let index = 0; index < this.#count; index++) {
      let slot = (this.#hashes[index] as number) & (size - 1);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (size - 1);
      this.#slots[slot] = index + 1;
    }
  }

  /** All texts by index; the table is empty then. */
  takeTexts(): string[] {
    const bytes = Buffer.from(this.#words.buffer, 0, 4 * this.#end);
    // One string for all, then parts of it: a call into the engine for each would take longer.
    const all = (this.#union & 0x80808080) === 0 ? bytes.toString("latin1") : undefined;
    const texts: string[] = [];
    for (let i = 0; i < this.#count; i++) {
      const start = 4 * (this.#starts[i] as number);
      const end = start + (this.#lengths[i] as number);
      texts.push(all === undefined ? bytes.toString("utf8", start, end) : all.slice(start, end));
    }
    this.#clear();
    return texts;
  }

  #clear(): void {
    this.#slots.fill(0);
    this.#count = 0;
    this.#end = 0;
    this.#union = 0;
  }
}

/** A mixing of words after MurmurHash3. A holder's own files are no place for chosen collisions, and they would only cost time. */
function hashOf(words: Int32Array, start: number, size: number, length: number): number {
  let hash = length;
  for (let i = start; i < start + size; i++) {
    hash = Math.imul(hash ^ (words[i] as number), 0xcc9e2d51);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

function wider<T extends Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
