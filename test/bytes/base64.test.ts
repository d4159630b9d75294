import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatBase64, formatBase64Url, parseBase64, parseBase64Url } from "../../src/bytes/base64.js";
import { codeOf } from "../note/codeOf.js";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

describe("base64", () => {
  // RFC 4648 §10
  it.each([
    ["", ""],
    ["f", "Zg=="],
    ["fo", "Zm8="],
    ["foo", "Zm9v"],
    ["foob", "Zm9vYg=="],
    ["fooba", "Zm9vYmE="],
    ["foobar", "Zm9vYmFy"],
  ])("of %j is %j", (plain, coded) => {
    expect(formatBase64(Buffer.from(plain))).toBe(coded);
    expect(text(parseBase64(coded))).toBe(plain);
    expect(formatBase64Url(Buffer.from(plain))).toBe(coded.replaceAll("=", ""));
    expect(text(parseBase64Url(coded.replaceAll("=", "")))).toBe(plain);
  });

  it("uses the alphabets of RFC 4648 §4 and §5", () => {
    const all = Uint8Array.from({ length: 48 }, (_, i) => {
      const bits = Array.from({ length: 64 }, (__, value) => value.toString(2).padStart(6, "0")).join("");
      return Number.parseInt(bits.slice(8 * i, 8 * i + 8), 2);
    });
    expect(formatBase64(all)).toBe("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    expect(formatBase64Url(all)).toBe("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
  });

  it("agrees with Node's on any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(formatBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
        expect(formatBase64Url(bytes)).toBe(Buffer.from(bytes).toString("base64url"));
        expect([...parseBase64(formatBase64(bytes))]).toEqual([...bytes]);
        expect([...parseBase64Url(formatBase64Url(bytes))]).toEqual([...bytes]);
      }),
    );
  });

  it("has one text for each byte string: what it accepts, it would write the same", () => {
    const anyText = fc.array(fc.constantFrom(..."AZaz09+/-_=\n ")).map((characters) => characters.join(""));
    fc.assert(
      fc.property(anyText, (coded) => {
        for (const [parse, format] of [[parseBase64, formatBase64] as const, [parseBase64Url, formatBase64Url] as const]) {
          const code = codeOf(() => expect(format(parse(coded))).toBe(coded));
          expect([undefined, "base64-invalid"]).toContain(code);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["no padding", "Zg"],
    ["half the padding", "Zg="],
    ["too much padding", "Zm8=="],
    ["padding alone", "===="],
    ["padding with no need", "Zm9v===="],
    ["padding in the middle", "Zg==Zg=="],
    ["spare bits after two characters", "Zh=="],
    ["spare bits after three", "Zm9="],
    ["the other alphabet", "-_-_"],
    ["a space", "Zm 9v==="],
    ["a newline at the end", "Zm9v\n"],
    ["a newline inside", "Zm9v\nZm9v"],
    ["a length that cannot be", "Zm9vY"],
    ["a character past ASCII", "Zm9é"],
    ["a character that only looks like one", "Ｚm9v"],
  ])("is refused with %s", (_what, coded) => {
    expect(codeOf(() => parseBase64(coded))).toBe("base64-invalid");
  });

  it.each([
    ["padding", "Zg=="],
    ["spare bits", "Zh"],
    ["spare bits after three", "Zm9"],
    ["the other alphabet", "+/+/"],
    ["a length that cannot be", "Z"],
    ["a newline", "Zg\n"],
    ["a dot", "Zg.Zg"],
  ])("for URLs is refused with %s", (_what, coded) => {
    expect(codeOf(() => parseBase64Url(coded))).toBe("base64-invalid");
  });
});
