import { z } from "zod";
import { FrostglassError } from "../../errors/error.js";
import type { Bounds, ByteParser, CellFormat, Column } from "./columnType.js";

/** What a mapping may say of how numbers are written. */
export const amountFormat = {
  decimal: z.enum([".", ","]).optional(),
  thousands: z.enum([",", ".", " ", "'"]).optional(),
  round: z.literal("half-up").optional(),
  symbols: z
    .array(z.string().regex(/^[^\s\d+\-.,']{1,8}$/u, "1 to 8 characters that are no part of a number"))
    .min(1)
    .max(8)
    .optional(),
};

/** Every safe integer. */
export function safeBounds(): Bounds {
  return { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };
}

/**
 * The parser for numbers that keep `decimals` decimals: `[+-] digits [mark digits]` becomes an integer scaled by 10^decimals. Digits may
 * stand in groups of three where the format names the mark between them. Zeros past the kept decimals are dropped; other digits there
 * are refused, or rounded half up (away from zero at the half) where the format says so. No exponent, no blanks, ASCII digits only. One of the
 * format's symbols may stand right before the number or right behind it, or one at each end.
 */
export function amountParser(column: Column, format: CellFormat | undefined, decimals: number): ByteParser {
  const mark = (format?.decimal ?? ".").charCodeAt(0);
  const thousands = format?.thousands?.charCodeAt(0) ?? -1;
  if (mark === thousands)
    throw new FrostglassError("cell-format-invalid", `Column ${column.name} has one mark for decimals and thousands.`, {
      column: column.name,
    });
  const rounds = format?.round === "half-up";
  const parse: ByteParser = (text, start, end) => parseAmount(text, start, end, mark, thousands, decimals, rounds);
  return format?.symbols === undefined ? parse : withoutSymbols(format.symbols, parse);
}

function withoutSymbols(symbols: readonly string[], parse: ByteParser): ByteParser {
  const encoder = new TextEncoder();
  // Longer ones first: 万元 is not 元 behind another number.
  const marks = symbols.map((symbol) => encoder.encode(symbol)).toSorted((a, b) => b.length - a.length);
  const standsAt = (text: Uint8Array, mark: Uint8Array, at: number) => mark.every((byte, i) => text[at + i] === byte);
  return (text, start, end) => {
    const before = marks.find((mark) => start + mark.length <= end && standsAt(text, mark, start))?.length ?? 0;
    const first = start + before;
    const behind = marks.find((mark) => first + mark.length <= end && standsAt(text, mark, end - mark.length))?.length ?? 0;
    return parse(text, first, end - behind);
  };
}

const minus = 45;
const plus = 43;

// One pass over the bytes: this runs for every number of an import.
function parseAmount(
  text: Uint8Array,
  start: number,
  end: number,
  mark: number,
  thousands: number,
  decimals: number,
  rounds: boolean,
): number {
  const sign = start === end ? 0 : text[start];
  const first = sign === minus || sign === plus ? start + 1 : start;
  let i = first;
  let groupStart = -1;
  let value = 0;
  let code = 0;
  for (; i < end; i++) {
    code = text[i] as number;
    const digit = code - 48;
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      if (value > Number.MAX_SAFE_INTEGER) return Number.NaN;
    } else if (code === thousands) {
      if (groupStart < 0 ? i === first || i > first + 3 : i !== groupStart + 3) return Number.NaN;
      groupStart = i + 1;
    } else break;
  }
  if (groupStart >= 0 && i !== groupStart + 3) return Number.NaN;
  if (i < end ? code !== mark || i + 1 === end : i === first) return Number.NaN;
  value = parseDecimals(text, i + 1, end, value, decimals, rounds);
  return sign === minus ? 0 - value : value;
}

function parseDecimals(text: Uint8Array, start: number, end: number, whole: number, decimals: number, rounds: boolean): number {
  let value = whole;
  let kept = 0;
  let up = false;
  for (let i = start; i < end; i++) {
    const digit = (text[i] as number) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    if (kept < decimals) value = value * 10 + digit;
    else if (digit !== 0 && !rounds) return Number.NaN;
    else if (kept === decimals) up = digit >= 5;
    kept++;
    if (value > Number.MAX_SAFE_INTEGER) return Number.NaN;
  }
  for (; kept < decimals && value !== 0; kept++) value *= 10;
  if (up) value += 1;
  return value <= Number.MAX_SAFE_INTEGER ? value : Number.NaN;
}
