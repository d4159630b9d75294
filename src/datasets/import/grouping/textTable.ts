const firstSlots = 64;
const firstBytes = 512;

/**
 * The distinct texts of one column of one page, found by their bytes: most texts of a page are repeats or never come again, and making a string of
 * each of them just to look it up would take longer than all else.
 */
export class TextTable {
  /** Open addressing: the index of a text plus one, or 0. At most half full. */
  #slots = new Int32Array(firstSlots);
  #hashes = new Int32Array(firstSlots / 2);
  /** Where each text begins in `#bytes`; one more for the end of the last. */
  #starts = new Int32Array(firstSlots / 2 + 1);
  #bytes = Buffer.alloc(firstBytes);
  #count = 0;
  #isAscii = true;

  /** The index of the text whose UTF-8 is `bytes` from `start` on; texts are numbered in the order of their first use. */
  indexOf(bytes: Buffer, start: number, length: number): number {
    const hash = hashOf(bytes, start, length);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let entry = this.#slots[slot] as number; entry !== 0; entry = this.#slots[slot] as number) {
      if (this.#hashes[entry - 1] === hash && this.#holds(entry - 1, bytes, start, length)) return entry - 1;
      slot = (slot + 1) & mask;
    }
    return this.#add(slot, hash, bytes, start, length);
  }

  #holds(index: number, bytes: Buffer, start: number, length: number): boolean {
    const own = this.#starts[index] as number;
    if ((this.#starts[index + 1] as number) - own !== length) return false;
    for (let i = 0; i < length; i++) if (this.#bytes[own + i] !== bytes[start + i]) return false;
    return true;
  }

  #add(slot: number, hash: number, bytes: Buffer, start: number, length: number): number {
    const index = this.#count++;
    const own = this.#starts[index] as number;
    if (own + length > this.#bytes.length) this.#bytes = wider(this.#bytes, Buffer.alloc(2 * this.#bytes.length + length));
    for (let i = 0; i < length; i++) {
      const byte = bytes[start + i] as number;
      this.#bytes[own + i] = byte;
      if (byte > 0x7f) this.#isAscii = false;
    }
    this.#starts[index + 1] = own + length;
    this.#hashes[index] = hash;
    this.#slots[slot] = index + 1;
    if (2 * this.#count === this.#slots.length) this.#grow();
    return index;
  }

  #grow(): void {
    const size = 2 * this.#slots.length;
    this.#hashes = wider(this.#hashes, new Int32Array(size / 2));
    this.#starts = wider(this.#starts, new Int32Array(size / 2 + 1));
    this.#slots = new Int32Array(size);
    for (let index = 0; index < this.#count; index++) {
      let slot = (this.#hashes[index] as number) & (size - 1);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (size - 1);
      this.#slots[slot] = index + 1;
    }
  }

  /** All texts, by index. */
  texts(): string[] {
    if (!this.#isAscii) return this.#slice((start, end) => this.#bytes.toString("utf8", start, end));
    // One string for all, then parts of it: a call into the engine for each would take longer.
    const all = this.#bytes.toString("latin1", 0, this.#starts[this.#count]);
    return this.#slice((start, end) => all.slice(start, end));
  }

  #slice(slice: (start: number, end: number) => string): string[] {
    const texts: string[] = [];
    for (let i = 0; i < this.#count; i++) texts.push(slice(this.#starts[i] as number, this.#starts[i + 1] as number));
    return texts;
  }

  clear(): void {
    this.#slots.fill(0);
    this.#count = 0;
    this.#isAscii = true;
  }
}

/** FNV-1a, 32 bits. A holder's own files are no place for chosen collisions, and they would only cost time. */
function hashOf(bytes: Buffer, start: number, length: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = start; i < start + length; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return hash ^ (hash >>> 15);
}

function wider<T extends Int32Array | Buffer>(from: T, to: T): T {
  to.set(from);
  return to;
}
