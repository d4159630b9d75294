import { FrostglassError } from "../errors/error.js";

const standardAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const urlAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Standard base64 with padding (RFC 4648 §4). */
export function formatBase64(bytes: Uint8Array): string {
  const text = encodeGroups(bytes, standardAlphabet);
  return text + "=".repeat((4 - (text.length % 4)) % 4);
}

/** Base64url without padding (RFC 4648 §5, RFC 7515 §2). */
export function formatBase64Url(bytes: Uint8Array): string {
  return encodeGroups(bytes, urlAlphabet);
}

/** Parses standard padded base64, canonical form only. Throws `base64-invalid`. */
export function parseBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0) throw invalid("its length is not a multiple of four");
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return decodeGroups(text.slice(0, text.length - padding), standardValues);
}

/** Parses unpadded base64url, canonical form only: no padding, no spare bits. Throws `base64-invalid`. */
export function parseBase64Url(text: string): Uint8Array {
  return decodeGroups(text, urlValues);
}

const standardValues = valueTable(standardAlphabet);
const urlValues = valueTable(urlAlphabet);

function valueTable(alphabet: string): Int8Array {
  const table = new Int8Array(128).fill(-1);
  for (let i = 0; i < 64; i++) table[alphabet.charCodeAt(i)] = i;
  return table;
}

function encodeGroups(bytes: Uint8Array, alphabet: string): string {
  let text = "";
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += alphabet[(held >> bits) & 63];
    }
  }
  return bits > 0 ? text + alphabet[(held << (6 - bits)) & 63] : text;
}

function decodeGroups(text: string, values: Int8Array): Uint8Array {
  if (text.length % 4 === 1) throw invalid("its length is impossible");
  const bytes = new Uint8Array((text.length * 3) >> 2);
  let held = 0;
  let bits = 0;
  let end = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const value = code < 128 ? (values[code] as number) : -1;
    if (value < 0) throw invalid("it has a character outside the alphabet");
    held = ((held << 6) | value) & 0x3fff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[end++] = (held >> bits) & 255;
    }
  }
  // RFC 4648 §3.5: spare bits must be zero, or one byte string would have several texts.
  if ((held & ((1 << bits) - 1)) !== 0) throw invalid("its spare bits are not zero");
  return bytes;
}

function invalid(why: string): FrostglassError {
  return new FrostglassError("base64-invalid", `The text is not canonical base64: ${why}.`);
}
