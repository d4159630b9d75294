import { z } from "zod";
import { amountFormat, amountParser, safeBounds } from "./amount.js";
import type { NumberColumnType } from "./columnType.js";

/** A number with a fixed count of decimals, held as an integer: with scale 4, `0.17` is 1700. */
export const decimalType = {
  name: "decimal",
  kind: "number",
  settings: { scale: z.int().min(0).max(12) },
  format: amountFormat,
  bounds: safeBounds,
  byteParser: (column, format) => amountParser(column, format, column.scale ?? 0),
} as const satisfies NumberColumnType;
