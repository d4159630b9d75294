import type { TextColumnType } from "./columnType.js";

/** The longest code, in UTF-16 units. */
export const longestCode = 128;

/** Opaque text that may be grouped by or counted, never shown. Any well-formed text of 1 to 128 units without control characters. */
export const codeType = {
  name: "code",
  kind: "text",
  settings: {},
  format: {},
  plainLimit: longestCode,
  textParser: () => (cell) => (isCode(cell) ? cell : undefined),
} as const satisfies TextColumnType;

// With the u flag a surrogate that is one half of a pair is not matched.
const loneSurrogate = /\p{Surrogate}/u;
const controls = /\p{Cc}/u;

/** True when `text` may stand in a code column. */
export function isCode(text: string): boolean {
  const length = text.length;
  if (length === 0 || length > longestCode) return false;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x1f && unit < 0x7f) continue;
    // C0, DEL and C1 controls; then lone surrogates, which UTF-8 cannot carry.
    if (unit < 0xa0) return false;
    if (unit >= 0xd800 && unit <= 0xdfff) return !loneSurrogate.test(text) && !controls.test(text);
  }
  return true;
}
