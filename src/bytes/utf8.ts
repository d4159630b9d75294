import { FrostglassError } from "../errors/error.js";
import { writtenBytes } from "./newBytes.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The UTF-8 bytes of a text. */
export function encodeUtf8(text: string): Uint8Array {
  return writtenBytes(3 * text.length, (room) => encoder.encodeInto(text, room).written);
}

/** Decodes UTF-8 strictly: an ill-formed sequence throws `utf8-invalid`; a byte order mark is kept as a character. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new FrostglassError("utf8-invalid", "The bytes are not well-formed UTF-8.", {}, { cause });
  }
}
