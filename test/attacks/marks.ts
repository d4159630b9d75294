import { formatBase64Url } from "../../src/bytes/base64.js";
import { formatHex } from "../../src/bytes/hex.js";
import type { MarkedRecords } from "./marked.js";

/** Every form in which a secret of these records could lie in a file or a reply: text, base64 at each offset, hexadecimal, numbers as bytes. */
export function marksOf(records: MarkedRecords, subjects: readonly string[]): readonly Buffer[] {
  const texts = new Set(subjects);
  const numbers = new Set<number>();
  for (const [subject, rows] of records) {
    texts.add(subject);
    for (const { buyer, total } of rows) {
      texts.add(buyer);
      numbers.add(total);
    }
  }
  return [...[...texts].flatMap(formsOfText), ...[...numbers].flatMap(formsOfNumber)];
}

export function formsOfText(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  return [bytes, Buffer.from(text, "utf16le"), Buffer.from(formatHex(bytes)), ...base64Forms(bytes)];
}

/** What stays of a text's base64 whatever stands before and after it. */
function base64Forms(bytes: Uint8Array): Buffer[] {
  return [0, 1, 2].map((before) => {
    const encoded = formatBase64Url(Buffer.concat([Buffer.alloc(before), bytes]));
    return Buffer.from(encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6)));
  });
}

function formsOfNumber(value: number): Buffer[] {
  const forms = Array.from({ length: 4 }, () => Buffer.alloc(8));
  forms[0]?.writeBigInt64LE(BigInt(value));
  forms[1]?.writeBigInt64BE(BigInt(value));
  forms[2]?.writeDoubleLE(value);
  forms[3]?.writeDoubleBE(value);
  // Lanes are packed to as few bytes as hold them: six for these.
  const packed = [forms[0]?.subarray(0, 6), forms[1]?.subarray(2)].flatMap((bytes) => (bytes === undefined ? [] : [bytes]));
  const decimal = String(value);
  return [...forms, ...packed, Buffer.from(decimal), Buffer.from(`${decimal.slice(0, -2)}.${decimal.slice(-2)}`)];
}
