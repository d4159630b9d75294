import { FrostglassError } from "../errors/error.js";

const digitPairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Lower-case hexadecimal, two characters a byte. */
export function formatHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += digitPairs[byte];
  return text;
}

/** Parses lower-case hexadecimal of even length. Throws `hex-invalid`. */
export function parseHex(text: string): Uint8Array {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new FrostglassError("hex-invalid", "The text is not lower-case hexadecimal of even length.");
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
