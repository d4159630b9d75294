import { amountFormat, amountParser, safeBounds } from "./amount.js";
import type { NumberColumnType } from "./columnType.js";

/** A whole number between −(2^53−1) and 2^53−1. Decimals are accepted only when they are zeros. */
export const integerType = {
  name: "integer",
  kind: "number",
  settings: {},
  format: { decimal: amountFormat.decimal, thousands: amountFormat.thousands, symbols: amountFormat.symbols },
  bounds: safeBounds,
  byteParser: (column, format) => amountParser(column, format, 0),
} as const satisfies NumberColumnType;
