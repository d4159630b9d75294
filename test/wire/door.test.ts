import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatReply, formatRequest, LineSplitter, parseReply, parseRequest } from "../../src/wire/door.js";
import { codeOf } from "../model/codeOf.js";

const bytesOf = (text: string) => new TextEncoder().encode(text);

describe("lines", () => {
  test("have the form of the protocol", () => {
    expect(formatRequest({ id: 17, verb: "query", body: "eyJ.eyJ.AAA" })).toBe("17 query eyJ.eyJ.AAA\n");
    expect(formatReply({ id: 17, status: 200, body: '{"a": 1}' })).toBe('17 200 {"a": 1}\n');
    expect(parseRequest("17 query eyJ.eyJ.AAA")).toEqual({ id: 17, verb: "query", body: "eyJ.eyJ.AAA" });
    expect(parseReply('17 200 {"a": 1}')).toEqual({ id: 17, status: 200, body: '{"a": 1}' });
    expect(parseRequest("0 list-keys ")).toEqual({ id: 0, verb: "list-keys", body: "" });
  });

  test("come back as they were written, whatever the body", () => {
    const body = fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\n"));
    fc.assert(
      fc.property(fc.maxSafeNat(), body, (id, text) => {
        expect(parseRequest(formatRequest({ id, verb: "query", body: text }).slice(0, -1))).toEqual({ id, verb: "query", body: text });
        expect(parseReply(formatReply({ id, status: 403, body: text }).slice(0, -1))).toEqual({ id, status: 403, body: text });
      }),
    );
  });

  test.each([
    "",
    " ",
    "17",
    "17 query",
    "query 17 x",
    "017 query x",
    "+17 query x",
    "-1 query x",
    "-0 query x",
    "1.5 query x",
    "1e3 query x",
    "0x11 query x",
    "９ query x",
    "9007199254740992 query x",
    " 17 query x",
    "17  query x",
    "17 Query x",
    "17 query! x",
    "17 1query x",
    "17 -a x",
    `17 ${"a".repeat(33)} x`,
  ])("request %j is refused", (line) => {
    expect(codeOf(() => parseRequest(line))).toBe("door-line-malformed");
  });

  test.each(["", "17", "17 200", "17 20 x", "17 2000 x", "17 199 x", "17 600 x", "17 ok x", "017 200 x", "17 +20 x", "17  200 x"])(
    "reply %j is refused",
    (line) => {
      expect(codeOf(() => parseReply(line))).toBe("door-line-malformed");
    },
  );

  test("cannot be written with a line feed in the body, nor with a wrong number, verb or status", () => {
    expect(codeOf(() => formatRequest({ id: 1, verb: "query", body: "a\n2 query b" }))).toBe("door-line-malformed");
    expect(codeOf(() => formatRequest({ id: 1, verb: "query x", body: "" }))).toBe("door-line-malformed");
    expect(codeOf(() => formatRequest({ id: -1, verb: "query", body: "" }))).toBe("door-line-malformed");
    expect(codeOf(() => formatRequest({ id: 0.5, verb: "query", body: "" }))).toBe("door-line-malformed");
    expect(codeOf(() => formatReply({ id: 1, status: 99, body: "" }))).toBe("door-line-malformed");
    expect(codeOf(() => formatReply({ id: 1, status: 200, body: "a\n1 200 b" }))).toBe("door-line-malformed");
  });
});

describe("LineSplitter", () => {
  test("gives the lines of a chunk, and keeps the rest", () => {
    const splitter = new LineSplitter(100);
    expect(splitter.push(bytesOf("a\nb\n"))).toEqual(["a", "b"]);
    expect(splitter.push(bytesOf("c"))).toEqual([]);
    expect(splitter.push(bytesOf(""))).toEqual([]);
    expect(splitter.push(bytesOf("d\ne"))).toEqual(["cd"]);
    expect(splitter.push(bytesOf("\n\n"))).toEqual(["e", ""]);
  });

  test("gives the same lines wherever the stream is cut, even inside a character", () => {
    const anyLine = fc.string({ unit: "grapheme", maxLength: 12 }).filter((line) => !line.includes("\n"));
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 8 }), fc.array(fc.nat(12), { maxLength: 30 }), (lines, sizes) => {
        const stream = bytesOf(lines.map((line) => `${line}\n`).join(""));
        const splitter = new LineSplitter(1000);
        const found: string[] = [];
        let at = 0;
        for (const size of [...sizes, stream.length]) {
          found.push(...splitter.push(stream.subarray(at, at + size)));
          at += size;
        }
        expect(found).toEqual(lines);
      }),
    );
  });

  test("does not mind that the caller uses the chunk again", () => {
    const splitter = new LineSplitter(100);
    const chunk = bytesOf("one\ntw");
    expect(splitter.push(chunk)).toEqual(["one"]);
    chunk.fill(0x78);
    expect(splitter.push(bytesOf("o\n"))).toEqual(["two"]);
  });

  test.each([
    ["in one chunk", ["aaaaa\n"]],
    ["behind a good line", ["a\naaaaa\nb\n"]],
    ["not finished yet", ["aaaaa"]],
    ["over many chunks", ["aa", "aa", "a"]],
    ["with its end in the next chunk", ["aaa", "aa\n"]],
    ["counted in bytes", ["ééé\n"]],
  ])("refuses a line that is too long: %s", (_, chunks) => {
    const splitter = new LineSplitter(4);
    expect(codeOf(() => chunks.map((chunk) => splitter.push(bytesOf(chunk))))).toBe("door-line-too-long");
  });

  test("takes a line of exactly the greatest length, wherever it is cut", () => {
    expect(new LineSplitter(4).push(bytesOf("aaaa\nbbbb\n"))).toEqual(["aaaa", "bbbb"]);
    const splitter = new LineSplitter(4);
    expect([..."aaaa\n"].flatMap((letter) => splitter.push(bytesOf(letter)))).toEqual(["aaaa"]);
  });

  test("refuses what is not UTF-8", () => {
    expect(codeOf(() => new LineSplitter(100).push(Uint8Array.of(0x61, 0xff, 0x0a)))).toBe("utf8-invalid");
    expect(codeOf(() => new LineSplitter(100).push(Uint8Array.of(0xe4, 0xbd, 0x0a)))).toBe("utf8-invalid");
  });
});
