import { expect, test } from "vitest";
import { digestBytes, digestOf, formatDigest, parseDigest } from "../../src/model/digest.js";
import { codeOf } from "./codeOf.js";

// FIPS 180-4, the NIST example for "abc".
const abc = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

test("names SHA-256 of the bytes", () => {
  expect(digestOf(new TextEncoder().encode("abc"))).toBe(abc);
  expect(formatDigest(digestBytes(parseDigest(abc)))).toBe(abc);
});

test.each([
  ["upper case", abc.toUpperCase().replace("SHA256", "sha256")],
  ["no prefix", abc.slice(7)],
  ["other algorithm", abc.replace("sha256", "sha512")],
  ["one digit short", abc.slice(0, -1)],
  ["one digit more", `${abc}0`],
  ["line feed at the end", `${abc}\n`],
  ["space in front", ` ${abc}`],
  ["no text", ""],
])("refuses a digest with %s", (_, text) => {
  expect(codeOf(() => parseDigest(text))).toBe("digest-invalid");
});

test("refuses bytes of another length", () => {
  expect(codeOf(() => formatDigest(new Uint8Array(31)))).toBe("digest-invalid");
});
