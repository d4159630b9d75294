import fc from "fast-check";
import { expect, test } from "vitest";
import { isJsonObject, parseStrictJson } from "../../src/wire/strictJson.js";
import { codeOf, errorOf } from "../model/codeOf.js";

test.each([
  "null",
  "true",
  "false",
  "0",
  "-1",
  "9007199254740991",
  "-9007199254740991",
  '""',
  '"a"',
  "[]",
  "{}",
  " [ 1 , 2 ] ",
  '\t{\r\n"a" : [ { } , [ ] ] }\n',
  '"\\u0041\\n\\t\\/\\\\\\"\\b\\f\\r"',
  '"微企业 😀"',
  '"\\ud83d\\ude00"',
  '{"":0}',
  '{"a":{"a":{"a":1}}}',
  '"\\u0000"',
  '"\u2028"',
  '"\u007f"',
])("reads %s as JSON.parse does", (text) => {
  expect(parseStrictJson(text)).toEqual(JSON.parse(text));
});

test.each([
  ["json-invalid", "nothing", ""],
  ["json-invalid", "white space alone", "  "],
  ["json-invalid", "trailing text", "{} x"],
  ["json-invalid", "two values", "1 2"],
  ["json-invalid", "a byte order mark", "\uFEFF{}"],
  ["json-invalid", "white space of another kind", "\u00A01"],
  ["json-invalid", "a comment", "{}/**/"],
  ["json-invalid", "a trailing comma in an array", "[1,]"],
  ["json-invalid", "a trailing comma in an object", '{"a":1,}'],
  ["json-invalid", "a leading comma", "[,1]"],
  ["json-invalid", "a missing comma", "[1 2]"],
  ["json-invalid", "a missing colon", '{"a" 1}'],
  ["json-invalid", "a missing value", '{"a":}'],
  ["json-invalid", "a missing member", '{"a":1 "b":2}'],
  ["json-invalid", "a bare name", "{a:1}"],
  ["json-invalid", "single quotes", "'a'"],
  ["json-invalid", "an open object", '{"a":1'],
  ["json-invalid", "an open array", "[1"],
  ["json-invalid", "an open string", '"a'],
  ["json-invalid", "an open string after an escape", '"a\\'],
  ["json-invalid", "an open string after an escaped quote", '"a\\"'],
  ["json-invalid", "the wrong bracket", "[1}"],
  ["json-invalid", "a control character", '"a\nb"'],
  ["json-invalid", "a control character after an escape", '"\\n\nb"'],
  ["json-invalid", "an unknown escape", '"\\x41"'],
  ["json-invalid", "a short unicode escape", '"\\u41"'],
  ["json-invalid", "a capital literal", "True"],
  ["json-invalid", "a cut literal", "tru"],
  ["json-invalid", "NaN", "NaN"],
  ["json-invalid", "Infinity", "Infinity"],
  ["json-invalid", "-Infinity", "-Infinity"],
  ["json-invalid", "undefined", "undefined"],
  ["json-invalid", "a leading zero", "01"],
  ["json-invalid", "a negative leading zero", "-01"],
  ["json-invalid", "a plus sign", "+1"],
  ["json-invalid", "a lone minus", "-"],
  ["json-invalid", "hexadecimal", "0x10"],
  ["json-invalid", "digits of another script", "１"],
  ["json-number-refused", "a fraction", "1.5"],
  ["json-number-refused", "a whole fraction", "1.0"],
  ["json-number-refused", "an exponent", "1e3"],
  ["json-number-refused", "a capital exponent", "1E3"],
  ["json-number-refused", "minus zero", "-0"],
  ["json-number-refused", "2^53", "9007199254740992"],
  ["json-number-refused", "-2^53", "-9007199254740992"],
  ["json-number-refused", "what rounds to a safe integer", "9007199254740990.6"],
  ["json-number-refused", "a number of 400 digits", "9".repeat(400)],
  ["json-member-duplicate", "a member twice", '{"a":1,"a":1}'],
  ["json-member-duplicate", "a member twice through an escape", '{"a":1,"\\u0061":2}'],
  ["json-member-duplicate", "a member twice, deep down", '[{"b":{"a":1,"c":2,"a":3}}]'],
  ["json-member-duplicate", "__proto__ twice", '{"__proto__":1,"__proto__":2}'],
  ["json-surrogate-refused", "half a pair, escaped", '"\\ud83d"'],
  ["json-surrogate-refused", "half a pair, raw", '"\ud83d"'],
  ["json-surrogate-refused", "the halves in the wrong order", '"\\ude00\\ud83d"'],
  ["json-surrogate-refused", "half a pair in a name", '{"\\udc00":1}'],
])("%s: %s", (code, _, text) => {
  expect(codeOf(() => parseStrictJson(text))).toBe(code);
});

test("counts the depth of objects and arrays together", () => {
  const nested = (depth: number) => `${'[{"a":'.repeat(depth / 2)}1${"}]".repeat(depth / 2)}`;
  expect(codeOf(() => parseStrictJson(nested(16)))).toBe("nothing thrown");
  expect(codeOf(() => parseStrictJson(nested(18)))).toBe("json-too-deep");
  expect(codeOf(() => parseStrictJson("[[1]]", { maxDepth: 1 }))).toBe("json-too-deep");
  expect(codeOf(() => parseStrictJson("[".repeat(100_000)))).toBe("json-too-deep");
  expect(parseStrictJson("[[1],[2],[3]]", { maxDepth: 2 })).toEqual([[1], [2], [3]]);
});

test("an object has no members but those that were sent", () => {
  const value = parseStrictJson('{"__proto__":{"admin":true},"a":1}');
  if (!isJsonObject(value)) throw new Error("expected an object");
  expect(Object.keys(value)).toEqual(["__proto__", "a"]);
  expect([value.admin, value.constructor, value.toString, value.hasOwnProperty]).toEqual([undefined, undefined, undefined, undefined]);
  expect(({} as Record<string, unknown>).admin).toBeUndefined();
});

test("says where, not what", () => {
  const { message, facts } = errorOf(() => parseStrictJson('{"secret":"s","secret":"t"}'));
  expect(JSON.stringify([message, facts])).not.toContain("secret");
  expect(facts.offset).toBe(22);
});

const integers = fc.maxSafeInteger().filter((number) => !Object.is(number, -0));
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(null, true, false),
    integers,
    fc.string({ unit: "grapheme" }),
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: "grapheme" }), tie("tree"), { maxKeys: 4 }),
  ),
}));

test("reads whatever was written with whole numbers and whole characters", () => {
  fc.assert(
    fc.property(tree, fc.constantFrom(0, 1, "\t"), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(JSON.stringify(parseStrictJson(text, { maxDepth: 64 }))).toBe(JSON.stringify(JSON.parse(text)));
    }),
    { numRuns: 300 },
  );
});

/** What JSON.parse makes of a text, or undefined when it refuses. */
function ordinary(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

const fragments = fc.constantFrom(
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  '"',
  '"a"',
  '"\\u0061"',
  '"\\',
  "\\",
  "0",
  "-",
  "1",
  "12",
  ".",
  "e",
  "+",
  "true",
  "null",
  " ",
  "\n",
  "\u0000",
  "\ud800",
  '"__proto__"',
  "a",
  "\u00e9",
);

test("never takes what JSON.parse refuses, and never reads it otherwise", () => {
  const texts = fc.oneof(
    fc.array(fragments, { maxLength: 12 }).map((parts) => parts.join("")),
    fc.json(),
    fc.string(),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const strict = codeOf(() => parseStrictJson(text));
      if (strict !== "nothing thrown") return;
      const value = parseStrictJson(text);
      expect(JSON.stringify(value)).toBe(JSON.stringify(ordinary(text)?.value));
    }),
    { numRuns: 3000 },
  );
});
