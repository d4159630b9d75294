import fc from "fast-check";
import { expect, it } from "vitest";
import { newBytes, writtenBytes } from "../../src/bytes/newBytes.js";
import { decodeUtf8, encodeUtf8 } from "../../src/bytes/utf8.js";

it("gives arrays of zeros that never share a byte, whatever lengths come one after the other", () => {
  const lengths = fc.array(fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 16_000, max: 17_000 })), { maxLength: 60 });
  fc.assert(
    fc.property(lengths, (all) => {
      const arrays = all.map((length, i) => {
        const bytes = newBytes(length);
        expect(bytes.length).toBe(length);
        expect(bytes.every((byte) => byte === 0)).toBe(true);
        return bytes.fill((i % 255) + 1);
      });
      for (const [i, bytes] of arrays.entries()) expect(bytes.every((byte) => byte === (i % 255) + 1)).toBe(true);
    }),
  );
});

it("gives as many bytes as were written, and the next array none of them", () => {
  for (const most of [10, 1000, 30_000, 60_000]) {
    const written = writtenBytes(most, (room) => {
      expect(room.length).toBe(most);
      room.set([1, 2, 3]);
      return 3;
    });
    const next = newBytes(100).fill(9);
    expect([...written]).toEqual([1, 2, 3]);
    expect(next.every((byte) => byte === 9)).toBe(true);
  }
});

it("keeps the texts that were encoded earlier", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 2000 })), (texts) => {
      const encoded = texts.map(encodeUtf8);
      expect(encoded.map(decodeUtf8)).toEqual(texts);
    }),
    { numRuns: 50 },
  );
});
