import { expect, test } from "vitest";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { signAnswer } from "../../src/wire/answer.js";
import { formatEvidenceExtra, parseEvidenceExtra } from "../../src/wire/evidenceExtra.js";
import { codeOf } from "../model/codeOf.js";
import { answer, key } from "./samples.js";

const jws = signAnswer(answer, key);
const hash = (fill: number) => new Uint8Array(32).fill(fill);
const extra = {
  answer: jws,
  entries: [
    { index: 3, entry: encodeUtf8('{"entry":"policy-set/1"}'), proof: [hash(1), hash(2)] },
    { index: 17, entry: Uint8Array.of(0), proof: [] },
  ],
};
const text = new TextDecoder().decode(formatEvidenceExtra(extra));
const lines = text.split("\n");

test("has the form of the protocol and comes back as it was written", () => {
  const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString("base64");
  expect(lines).toEqual([
    "frostglass-evidence/1",
    jws,
    `entry 3 ${base64('{"entry":"policy-set/1"}')} ${base64(hash(1))} ${base64(hash(2))}`,
    "entry 17 AA==",
    "",
  ]);
  expect(parseEvidenceExtra(encodeUtf8(text))).toEqual(extra);
});

test("the entries are sorted when written", () => {
  expect(new TextDecoder().decode(formatEvidenceExtra({ ...extra, entries: extra.entries.toReversed() }))).toBe(text);
});

test("an answer may stand alone", () => {
  expect(parseEvidenceExtra(formatEvidenceExtra({ answer: jws, entries: [] }))).toEqual({ answer: jws, entries: [] });
});

const entry = (index: number | string, rest = "AA==") => `entry ${index} ${rest}`;
const extraOf = (...more: string[]) => `${["frostglass-evidence/1", jws, ...more].join("\n")}\n`;
const someHash = Buffer.from(hash(7)).toString("base64");

test.each([
  ["nothing", ""],
  ["another version", text.replace("evidence/1", "evidence/2")],
  ["the first line alone", "frostglass-evidence/1\n"],
  ["no answer", "frostglass-evidence/1\n\n"],
  ["an answer of two parts", "frostglass-evidence/1\na.b\n"],
  ["an answer that is too long", `frostglass-evidence/1\na.b.${"c".repeat(16_384)}\n`],
  ["no line feed at the end", text.slice(0, -1)],
  ["a blank line at the end", `${text}\n`],
  ["a blank line inside", text.replace("\nentry 17", "\n\nentry 17")],
  ["carriage returns", text.replaceAll("\n", "\r\n")],
  ["a byte order mark", `\uFEFF${text}`],
  ["another word", extraOf("leaf 3 AA==")],
  ["no index", extraOf("entry AA==")],
  ["a leading zero", extraOf(entry("03"))],
  ["a negative index", extraOf(entry(-3))],
  ["an index beyond 2^53-1", extraOf(entry("9007199254740992"))],
  ["no bytes", extraOf("entry 3")],
  ["empty bytes", extraOf("entry 3 ")],
  ["base64url", extraOf(entry(3, "_w=="))],
  ["base64 without padding", extraOf(entry(3, "AA"))],
  ["spare bits", extraOf(entry(3, "AB=="))],
  ["two spaces", extraOf("entry 3  AA==")],
  ["a space at the end", extraOf(`${entry(3)} `)],
  ["a short hash", extraOf(`${entry(3)} AAAA`)],
  ["64 hashes", extraOf(`${entry(3)}${` ${someHash}`.repeat(64)}`)],
  ["200 hashes", extraOf(`${entry(3)}${` ${someHash}`.repeat(200)}`)],
  ["an index twice", extraOf(entry(3), entry(3))],
  ["entries out of order", extraOf(entry(3), entry(2))],
  ["17 entries", extraOf(...Array.from({ length: 17 }, (_, i) => entry(i)))],
  ["an entry of 65,536 bytes", extraOf(entry(3, Buffer.alloc(65_536).toString("base64")))],
])("refuses %s", (_, changed) => {
  expect(codeOf(() => parseEvidenceExtra(encodeUtf8(changed)))).toBe("evidence-extra-invalid");
});

test("refuses bytes that are not UTF-8", () => {
  expect(codeOf(() => parseEvidenceExtra(Uint8Array.of(0xff)))).toBe("evidence-extra-invalid");
});

test("takes as much as it may have", () => {
  const full = extraOf(...Array.from({ length: 16 }, (_, i) => `${entry(i)}${` ${someHash}`.repeat(63)}`));
  expect(parseEvidenceExtra(encodeUtf8(full)).entries.map(({ proof }) => proof.length)).toEqual(Array(16).fill(63));
  const longest = extraOf(entry(Number.MAX_SAFE_INTEGER, Buffer.alloc(65_535).toString("base64")));
  expect(parseEvidenceExtra(encodeUtf8(longest)).entries[0]?.entry).toHaveLength(65_535);
});

test.each([
  ["a broken answer", { ...extra, answer: "a.b" }],
  ["an answer with a line feed", { ...extra, answer: `${jws}\nentry 1 AA==` }],
  ["a hash of 31 bytes", { ...extra, entries: [{ index: 1, entry: hash(1), proof: [new Uint8Array(31)] }] }],
  ["an index that is not whole", { ...extra, entries: [{ index: 1.5, entry: hash(1), proof: [] }] }],
  ["an entry twice", { ...extra, entries: [...extra.entries, ...extra.entries] }],
])("will not write %s", (_, wrong) => {
  expect(codeOf(() => formatEvidenceExtra(wrong))).toBe("evidence-extra-invalid");
});
