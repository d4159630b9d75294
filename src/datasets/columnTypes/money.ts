import { z } from "zod";
import { FrostglassError } from "../../errors/error.js";
import { amountFormat, amountParser, safeBounds } from "./amount.js";
import type { Column, NumberColumnType } from "./columnType.js";
import { isCurrency, minorDigits } from "./currencies.js";

/** Units of a cell as powers of ten over the currency's major unit. 万 (wan) is ten thousand, 亿 (yi) a hundred million. */
const unitPowers: Readonly<Record<string, number>> = { major: 0, thousand: 3, wan: 4, million: 6, yi: 8 };

/** Money in one currency, held in its minor unit (fen, cents): `12.50` in CNY is 1250. */
export const moneyType = {
  name: "money",
  kind: "number",
  settings: { currency: z.string().refine(isCurrency, "an ISO 4217 code, such as CNY") },
  format: { ...amountFormat, unit: z.enum(["major", "minor", "thousand", "wan", "million", "yi", "yuan", "fen"]).optional() },
  bounds: safeBounds,
  byteParser: (column, format) => amountParser(column, format, decimalsKept(column, format?.unit ?? "major")),
} as const satisfies NumberColumnType;

/** How many decimals of a cell still make whole minor units. */
function decimalsKept(column: Column, unit: string): number {
  const digits = minorDigits(column.currency ?? "");
  if (unit === "minor") return 0;
  if ((unit === "yuan" || unit === "fen") && column.currency !== "CNY")
    throw new FrostglassError("cell-format-invalid", `Column ${column.name} is not in CNY: its unit is major or minor.`, {
      column: column.name,
    });
  if (unit === "fen") return 0;
  return digits + (unitPowers[unit === "yuan" ? "major" : unit] ?? 0);
}
