/**
 * A small generator of repeatable numbers, for sample records only: never for a key, a salt or anything that must not be guessed. It is sfc32
 * (C. Doty-Humphrey, PractRand) on 32-bit integers, so every platform gives the same numbers.
 */
export class SampleRandom {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** Generators with different labels are unrelated; the same labels give the same numbers. */
  constructor(...labels: readonly (string | number)[]) {
    const text = labels.join("/");
    this.#a = hash(`${text} a`);
    this.#b = hash(`${text} b`);
    this.#c = hash(`${text} c`);
    for (let round = 0; round < 12; round++) this.#next();
  }

  /** A whole number from 0 to `count` - 1; `count` is at most a million, so that the bias of the remainder does not matter. */
  below(count: number): number {
    return this.#next() % count;
  }

  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number {
    return min + this.below(max - min + 1);
  }

  /** True `percent` times in a hundred. */
  chance(percent: number): boolean {
    return this.below(10_000) < percent * 100;
  }

  #next(): number {
    const sum = (this.#a + this.#b + this.#counter) >>> 0;
    this.#counter = (this.#counter + 1) >>> 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) >>> 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) >>> 0;
    return sum;
  }
}

/** FNV-1a over the UTF-16 units, with a last mixing (MurmurHash3) since FNV alone leaves like texts with like numbers. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
