import { FrostglassError } from "../errors/error.js";

/** Bits of disclosure with exactly three decimals, such as `1.585`, from integer millibits (1585). Throws `bits-invalid` below zero. */
export function formatBits(millibits: number): string {
  if (!Number.isSafeInteger(millibits) || millibits < 0) throw invalid();
  return `${Math.floor(millibits / 1000)}.${String(millibits % 1000).padStart(3, "0")}`;
}

/** The form of bits on the wire. */
export const bitsPattern = /^(?:0|[1-9][0-9]{0,11})\.[0-9]{3}$/;

/** Integer millibits from `1.585`. Throws `bits-invalid` for any other form. */
export function parseBits(text: string): number {
  if (!bitsPattern.test(text)) throw invalid();
  return Number(text.replace(".", ""));
}

function invalid(): FrostglassError {
  return new FrostglassError("bits-invalid", "Bits of disclosure are not negative and have exactly three decimals, such as `1.585`.");
}
