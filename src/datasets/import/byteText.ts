/**
 * Text whose every character stands for one byte of UTF-8. Cells go through the CSV parser in this form, since strings of one byte a
 * character are made and cut twice as fast; delimiters, quotes and digits look the same in it. Only cells that hold other characters are
 * decoded, one by one.
 */
export type ByteText = string;

/** The byte text of well-formed UTF-8 bytes. */
export function byteTextOf(bytes: Buffer): ByteText {
  return bytes.toString("latin1");
}

/** The text that a byte text stands for. */
export function decodeByteText(raw: ByteText): string {
  return isAscii(raw) ? raw : Buffer.from(raw, "latin1").toString("utf8");
}

/** The byte text that stands for a text. */
export function encodeByteText(text: string): ByteText {
  return isAscii(text) ? text : byteTextOf(Buffer.from(text, "utf8"));
}

/** The same characters in memory of their own: a cell may be a view into its block, and would keep the whole block in memory. */
export function detach(raw: ByteText): ByteText {
  return byteTextOf(Buffer.from(raw, "latin1"));
}

export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}
