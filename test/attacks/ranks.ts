/*
 * How well two sorts of subjects can be told apart by one measured number: the area under the ROC curve, that is the share of pairs in which the first is
 * larger, ties half (Mann and Whitney). 0.5 is no difference at all; an adversary that must guess which of two is which is right in that share of
 * cases. Ranks, so that a machine that stalls for a moment counts as one large value and not as a mean.
 */

export function areaUnderCurve(a: readonly number[], b: readonly number[]): number {
  const all = [...a.map((value) => ({ value, first: true })), ...b.map((value) => ({ value, first: false }))];
  all.sort((x, y) => x.value - y.value);
  let ranks = 0;
  for (let from = 0; from < all.length; ) {
    let to = from;
    while (to < all.length && all[to]?.value === all[from]?.value) to += 1;
    for (let i = from; i < to; i++) if (all[i]?.first) ranks += (from + to + 1) / 2;
    from = to;
  }
  return (ranks - (a.length * (a.length + 1)) / 2) / (a.length * b.length);
}

export interface Estimate {
  readonly area: number;
  /** The middle 95 % of bootstrap samples. */
  readonly low: number;
  readonly high: number;
}

/**
 * The area with a percentile bootstrap interval. What was measured one after the other is drawn together, in blocks: whatever slowed the machine for a
 * while slowed both.
 */
export function estimateArea(a: readonly number[], b: readonly number[], samples = 200, blocks = 100): Estimate {
  const length = Math.min(a.length, b.length);
  const size = Math.ceil(length / blocks);
  const random = generator(20_261_126);
  const areas = Array.from({ length: samples }, () => {
    const drawn = Array.from({ length: blocks }, () => Math.floor(random() * blocks) * size);
    const of = (values: readonly number[]) => drawn.flatMap((from) => values.slice(from, Math.min(from + size, length)));
    return areaUnderCurve(of(a), of(b));
  }).sort((x, y) => x - y);
  const at = (share: number) => areas[Math.floor(share * (samples - 1))] ?? 0.5;
  return { area: areaUnderCurve(a, b), low: at(0.025), high: at(0.975) };
}

/** The same numbers in each run: mulberry32. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
