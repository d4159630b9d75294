/** Memory that aggregates use over and over, so that an evaluation allocates nothing per record. Not for use by two evaluations at once. */
export class Scratch {
  private floats = new Float64Array(1024);
  private readonly stamps = new Int32Array(1 << 16);
  private generation = 0;

  /** At least `length` numbers of any content. Valid until the next call. */
  numbers(length: number): Float64Array {
    if (this.floats.length < length) this.floats = new Float64Array(2 ** Math.ceil(Math.log2(length)));
    return this.floats;
  }

  /** Keeps each of the first `count` values once, in any order at the front, and gives how many there are. */
  keepDistinct(values: Float64Array, count: number): number {
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      const value = values[i] as number;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    return most - least < this.stamps.length ? this.keepUnstamped(values, count, least) : keepSteps(values, count);
  }

  /** Puts each unit that the table has for a selected day once at the front of `numbers(count)`, and gives how many there are. Every day is in the table. */
  keepTabled(lane: Float64Array, selection: Int32Array, count: number, table: Int32Array, firstDay: number): number {
    const { stamps, floats } = this;
    const generation = this.nextGeneration();
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const unit = table[((lane[selection[i] as number] as number) - firstDay) | 0] as number;
      if (stamps[unit] === generation) continue;
      stamps[unit] = generation;
      floats[kept++] = unit;
    }
    return kept;
  }

  // A stamp of the present generation marks a value as seen, so nothing has to be cleared between uses.
  private nextGeneration(): number {
    if (++this.generation === 0x7fffffff) {
      this.stamps.fill(0);
      this.generation = 1;
    }
    return this.generation;
  }

  private keepUnstamped(values: Float64Array, count: number, least: number): number {
    const { stamps } = this;
    const generation = this.nextGeneration();
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const value = values[i] as number;
      if (stamps[value - least] === generation) continue;
      stamps[value - least] = generation;
      values[kept++] = value;
    }
    return kept;
  }
}

function keepSteps(values: Float64Array, count: number): number {
  values.subarray(0, count).sort();
  let kept = 0;
  for (let i = 0; i < count; i++) if (i === 0 || values[i] !== values[i - 1]) values[kept++] = values[i] as number;
  return kept;
}
