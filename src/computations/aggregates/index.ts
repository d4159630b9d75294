import type { Aggregate } from "./aggregate.js";
import { count } from "./count.js";
import { countDistinct } from "./countDistinct.js";
import { daysSinceFirst, daysSinceLatest } from "./daysSince.js";
import { max, min } from "./extremes.js";
import { longestGap, longestRun } from "./gapsAndRuns.js";
import { latest } from "./latest.js";
import { mean } from "./mean.js";
import { only } from "./only.js";
import { present } from "./present.js";
import { shareOfLargest } from "./shareOfLargest.js";
import { sum } from "./sum.js";

/** Every aggregate. To add one: write its file, add it here, and add it to the generator and the
 * naive reference beside the tests (`test/computations/generated.ts`, `naive.ts`), which hold it to the shared contract. */
export const aggregates: readonly Aggregate[] = [
  count,
  sum,
  min,
  max,
  mean,
  countDistinct,
  shareOfLargest,
  latest,
  only,
  daysSinceLatest,
  daysSinceFirst,
  longestGap,
  longestRun,
  present,
];
