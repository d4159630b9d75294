import { z } from "zod";
import type { NumberColumnType } from "./columnType.js";
import { wordParser } from "./words.js";

const words = z.array(z.string().min(1).max(64)).min(1).max(32);

/** Yes or no: 1 or 0. The words are `true` and `false` unless the mapping lists others. */
export const booleanType = {
  name: "boolean",
  kind: "number",
  settings: {},
  format: { yes: words.optional(), no: words.optional() },
  bounds: () => ({ min: 0, max: 1 }),
  byteParser(column, format) {
    const yes = (format?.yes ?? ["true"]).map((word) => [word, 1] as const);
    const no = (format?.no ?? ["false"]).map((word) => [word, 0] as const);
    return wordParser(column, [...yes, ...no]);
  },
} as const satisfies NumberColumnType;
