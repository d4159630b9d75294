import { FrostglassError } from "../errors/error.js";
import { newBytes } from "./newBytes.js";
import { decodeUtf8, encodeUtf8 } from "./utf8.js";

const standardAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const urlAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const standardCodes = encodeUtf8(standardAlphabet);
const urlCodes = encodeUtf8(urlAlphabet);
const standardValues = valueTable(standardCodes);
const urlValues = valueTable(urlCodes);

/** Standard base64 with padding (RFC 4648 §4). */
export function formatBase64(bytes: Uint8Array): string {
  const text = encodeGroups(bytes, standardCodes);
  return text + "=".repeat((4 - (text.length % 4)) % 4);
}

/** Base64url without padding (RFC 4648 §5, RFC 7515 §2). */
export function formatBase64Url(bytes: Uint8Array): string {
  return encodeGroups(bytes, urlCodes);
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

/** The value of each byte of text, 255 for one outside the alphabet: its high bits show up when four values are joined by or. */
function valueTable(codes: Uint8Array): Uint8Array {
  const table = new Uint8Array(256).fill(255);
  for (const [value, code] of codes.entries()) table[code] = value;
  return table;
}

const encoder = new TextEncoder();
const scratchBytes = new Uint8Array(16_384);

/** Room for the character codes of one call; what it holds at first is what an earlier call left there. */
function scratch(length: number): Uint8Array {
  return length <= scratchBytes.length ? scratchBytes.subarray(0, length) : new Uint8Array(length);
}

// Both directions go through an array of character codes and convert it to text in one step: character by character, a string costs ten times more.
function encodeGroups(bytes: Uint8Array, codes: Uint8Array): string {
  const text = scratch(Math.ceil((bytes.length * 4) / 3));
  const whole = bytes.length - (bytes.length % 3);
  let end = 0;
  for (let i = 0; i < whole; i += 3) {
    const group = ((bytes[i] as number) << 16) | ((bytes[i + 1] as number) << 8) | (bytes[i + 2] as number);
    text[end++] = codes[group >> 18] as number;
    text[end++] = codes[(group >> 12) & 63] as number;
    text[end++] = codes[(group >> 6) & 63] as number;
    text[end++] = codes[group & 63] as number;
  }
  if (whole < bytes.length) {
    const group = ((bytes[whole] as number) << 16) | ((bytes[whole + 1] ?? 0) << 8);
    for (let shift = 18; end < text.length; shift -= 6) text[end++] = codes[(group >> shift) & 63] as number;
  }
  return decodeUtf8(text);
}

function decodeGroups(text: string, values: Uint8Array): Uint8Array {
  if (text.length % 4 === 1) throw invalid("its length is impossible");
  const codes = scratch(text.length);
  // A character beyond ASCII becomes bytes beyond 0x7F, which are in no alphabet, and more of them than there is room for.
  if (encoder.encodeInto(text, codes).read !== text.length) throw invalid("it has a character outside the alphabet");
  const bytes = newBytes((text.length * 3) >> 2);
  const whole = text.length - (text.length % 4);
  let end = 0;
  let seen = 0;
  for (let i = 0; i < whole; i += 4) {
    const a = values[codes[i] as number] as number;
    const b = values[codes[i + 1] as number] as number;
    const c = values[codes[i + 2] as number] as number;
    const d = values[codes[i + 3] as number] as number;
    seen |= a | b | c | d;
    bytes[end++] = (a << 2) | (b >> 4);
    bytes[end++] = (b << 4) | (c >> 2);
    bytes[end++] = (c << 6) | d;
  }
  let held = 0;
  for (let i = whole; i < text.length; i++) {
    const value = values[codes[i] as number] as number;
    seen |= value;
    held = (held << 6) | value;
  }
  if (seen > 63) throw invalid("it has a character outside the alphabet");
  decodeRest(held, text.length - whole, bytes, end);
  return bytes;
}

/** The last two or three characters. RFC 4648 §3.5: spare bits must be zero, or one byte string would have several texts. */
function decodeRest(held: number, characters: number, bytes: Uint8Array, end: number): void {
  if (characters === 0) return;
  const spare = characters === 2 ? 4 : 2;
  if ((held & ((1 << spare) - 1)) !== 0) throw invalid("its spare bits are not zero");
  const value = held >> spare;
  if (characters === 2) bytes[end] = value;
  else {
    bytes[end] = value >> 8;
    bytes[end + 1] = value & 255;
  }
}

function invalid(why: string): FrostglassError {
  return new FrostglassError("base64-invalid", `The text is not canonical base64: ${why}.`);
}
