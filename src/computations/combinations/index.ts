import type { Combination } from "./combination.js";
import { difference } from "./difference.js";
import { ratio } from "./ratio.js";

/** Every combination that stands as `keyword: [a, b]`. To add one: write its file and add it here. */
export const combinations: readonly Combination[] = [ratio, difference];
