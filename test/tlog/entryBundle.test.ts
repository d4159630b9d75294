import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeEntryBundle, encodeEntryBundle } from "../../src/tlog/entryBundle.js";
import { codeOf } from "../note/codeOf.js";
import { hex, unhex } from "./referenceTree.js";

describe("an entry bundle", () => {
  it("has a big-endian length before each entry", () => {
    // C2SP tlog-tiles, Log entries; by hand
    expect(hex(encodeEntryBundle([unhex("aabb"), unhex(""), new Uint8Array(258).fill(1)]))).toBe(`0002aabb00000102${"01".repeat(258)}`);
    expect(decodeEntryBundle(unhex("0002aabb0000000101"), 3).map(hex)).toEqual(["aabb", "", "01"]);
    expect(decodeEntryBundle(new Uint8Array(0), 0)).toEqual([]);
  });

  it("round-trips any entries", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 20 }), (entries) => {
        expect(decodeEntryBundle(encodeEntryBundle(entries), entries.length).map(hex)).toEqual(entries.map(hex));
      }),
    );
  });

  it("holds an entry of 65535 bytes and no longer one", () => {
    expect(decodeEntryBundle(encodeEntryBundle([new Uint8Array(65_535)]), 1)[0]).toHaveLength(65_535);
    expect(codeOf(() => encodeEntryBundle([new Uint8Array(65_536)]))).toBe("entry-too-long");
  });

  it.each([
    ["one entry fewer", "0001aa", 2],
    ["one entry more", "0001aa0001bb", 1],
    ["half a length", "0001aa00", 1],
    ["half a length alone", "00", 0],
    ["an entry cut short", "0001aa0002bb", 2],
    ["a byte after the last entry", "0001aaff", 1],
    ["nothing", "", 1],
  ])("is refused with %s", (_what, text, width) => {
    expect(codeOf(() => decodeEntryBundle(unhex(text), width))).toBe("entry-bundle-malformed");
  });
});
