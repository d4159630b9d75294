import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareBytes, concat, equalBytes } from "../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { decodeUtf8, encodeUtf8 } from "../../src/bytes/utf8.js";
import { codeOf } from "../note/codeOf.js";

describe("hexadecimal", () => {
  it("is that of Node, in lower case", () => {
    // RFC 4648 §10, in the lower case that our formats use
    expect(formatHex(Buffer.from("foobar"))).toBe("666f6f626172");
    expect(formatHex(new Uint8Array(0))).toBe("");
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(formatHex(bytes)).toBe(Buffer.from(bytes).toString("hex"));
        expect([...parseHex(formatHex(bytes))]).toEqual([...bytes]);
      }),
    );
  });

  it.each(["6", "66F6", "0x66", "6g", " 66", "66\n", "66 6f", "６６"])("is refused as %j", (text) => {
    expect(codeOf(() => parseHex(text))).toBe("hex-invalid");
  });
});

describe("UTF-8", () => {
  it("is that of RFC 3629 §7", () => {
    const examples = [
      ["A\u2262\u0391.", "41e289a2ce912e"],
      ["\ud55c\uad6d\uc5b4", "ed959ceab5adec96b4"],
      ["\ufeff\u{233b4}", "efbbbff0a38eb4"], // a byte order mark stays
    ] as const;
    for (const [text, bytes] of examples) {
      expect(formatHex(encodeUtf8(text))).toBe(bytes);
      expect(decodeUtf8(parseHex(bytes))).toBe(text);
    }
  });

  it.each([
    ["a continuation alone", "80"],
    ["a character cut short", "e289"],
    ["a character cut by another", "e28941"],
    ["an overlong newline", "c08a"],
    ["an overlong slash", "e080af"],
    ["a surrogate", "eda081"],
    ["past U+10FFFF", "f4908080"],
    ["0xff", "ff"],
  ])("is refused with %s", (_what, bytes) => {
    expect(codeOf(() => decodeUtf8(parseHex(bytes)))).toBe("utf8-invalid");
  });
});

describe("byte strings", () => {
  it("join to a new one", () => {
    const part = Uint8Array.of(1, 2);
    const joined = concat(part, new Uint8Array(0), Uint8Array.of(3));
    part.fill(9);
    expect([...joined]).toEqual([1, 2, 3]);
    expect(concat()).toHaveLength(0);
  });

  it("are equal and ordered as Node's are", () => {
    const bytes = fc.array(fc.constantFrom(0, 1, 127, 128, 255), { maxLength: 4 }).map((values) => Uint8Array.from(values));
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0);
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b));
      }),
      { numRuns: 300 },
    );
  });
});
