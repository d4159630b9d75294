import { type Rational, rational } from "../../model/rational.js";

/** Good and bad firms of one group; groups stand in ascending order of score. */
export interface GoodAndBad {
  readonly good: number;
  readonly bad: number;
}

export interface Separation {
  /** Kolmogorov and Smirnov: the widest gap between the cumulative shares of good and bad firms, 0 to 1. */
  readonly ks: Rational;
  /** Area under the ROC curve: the chance that a good firm scores higher than a bad one, a tie counting one half. */
  readonly auc: Rational;
  /** 2 × AUC − 1. Below zero when a higher score means more bad firms. */
  readonly gini: Rational;
}

/** Exact over the groups given. Undefined when there is no good or no bad firm. */
export function separationOf(groups: readonly GoodAndBad[]): Separation | undefined {
  const good = BigInt(sum(groups, "good"));
  const bad = BigInt(sum(groups, "bad"));
  if (good === 0n || bad === 0n) return undefined;
  const pairs = good * bad;
  const twice = twiceOrdered(groups, good);
  return { ks: rational(widestGap(groups, good, bad), pairs), auc: rational(twice, 2n * pairs), gini: rational(twice - pairs, pairs) };
}

/** Twice the number of pairs in which the good firm scores higher, a tie counting one half. */
function twiceOrdered(groups: readonly GoodAndBad[], good: bigint): bigint {
  let [above, twice] = [good, 0n];
  for (const group of groups) {
    above -= BigInt(group.good);
    twice += BigInt(group.bad) * (2n * above + BigInt(group.good));
  }
  return twice;
}

/** The widest gap, times the number of pairs. */
function widestGap(groups: readonly GoodAndBad[], good: bigint, bad: bigint): bigint {
  let [gap, widest] = [0n, 0n];
  for (const group of groups) {
    gap += BigInt(group.bad) * good - BigInt(group.good) * bad;
    const size = gap < 0n ? -gap : gap;
    if (size > widest) widest = size;
  }
  return widest;
}

/** Whether the share of bad firms falls from each group to the next, rises, or does neither. */
export function directionOf(groups: readonly GoodAndBad[]): "falls" | "rises" | "neither" {
  const steps = groups.slice(1).map((next, index) => compareOdds(groups[index] as GoodAndBad, next));
  if (steps.every((step) => step >= 0)) return "falls";
  return steps.every((step) => step <= 0) ? "rises" : "neither";
}

/** Positive when the second group has fewer bad firms for each good one. */
function compareOdds(a: GoodAndBad, b: GoodAndBad): number {
  return a.bad * b.good - b.bad * a.good;
}

/**
 * Weight of evidence of each line, ln((good / all good) / (bad / all bad)), and their information value. Logarithms, so floating point: these are
 * figures of a report and decide nothing. Every count has to be above zero.
 */
export function evidenceOf(lines: readonly GoodAndBad[]): { readonly weights: readonly number[]; readonly value: number } {
  const [good, bad] = [sum(lines, "good"), sum(lines, "bad")];
  const weights = lines.map((line) => Math.log(line.good / good / (line.bad / bad)));
  const value = lines.reduce((all, line, index) => all + (line.good / good - line.bad / bad) * (weights[index] as number), 0);
  return { weights, value };
}

/** Population stability index, Σ (p − q) ln(p / q), of two counts of the same lines; floating point, as above. Every count has to be above zero. */
export function stabilityOf(lines: readonly { readonly current: number; readonly earlier: number }[]): number {
  const counts = lines.map(({ current, earlier }) => ({ good: current, bad: earlier }));
  return evidenceOf(counts).value;
}

function sum(groups: readonly GoodAndBad[], member: keyof GoodAndBad): number {
  return groups.reduce((all, group) => all + group[member], 0);
}
