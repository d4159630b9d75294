/**
 * Parses a tree size or an entry's index: ASCII decimal, no sign, no leading zero, at most 2^53 − 1. Gives undefined for anything else, so
 * that every format refuses it under its own code.
 */
export function parseDecimal(text: string): number | undefined {
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
