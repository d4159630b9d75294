import { describe, expect, test } from "vitest";
import { subjectSchemes } from "../../src/model/schemes/index.js";
import { compilePattern, opaque } from "../../src/model/schemes/opaque.js";
import { checkSubject, formatSubject, parseSubject, subjectScheme } from "../../src/model/subject.js";
import { codeOf, errorOf } from "./codeOf.js";

// Identifiers that others published, and the kinds of mistake that a scheme has to find in them. A new scheme adds a row.
const vectors = [
  {
    scheme: "uscc",
    // The example of GB 32100-2015; codes in the test suites of public validators; codes that large companies print on their pages.
    good: [
      "91350100M000100Y43",
      "91310110666007217T",
      "91310115591693856A",
      "914403001922038216",
      "9144030071526726XG",
      "91330100716105852F",
      "91100000100003962T",
      "91440300192317458F",
      "91350503MA31DKY80A",
      "91350200MA31E12PXF",
      "91440101MA5CJQ4N59",
      "92371000MA3MXH0E3W",
    ],
    wrongCheck: [
      "91350100M000100Y44",
      "91350211M00013FA1N",
      "914403001922038217",
      "914403002922038216",
      "914403001922038229", // the outer check is right, the organisation code's own is not (by an independent calculation)
    ],
    malformed: [
      "91350100m000100y43",
      "91350100M000100Y4",
      "91350100M000100Y433",
      "９１350100M000100Y43",
      "91350100M000100Y4З",
      "91350100M000100Y43 ",
      "",
      "91350100I000100Y43",
      "91350100O000100Y43",
      "91350100S000100Y43",
      "91350100V000100Y43",
      "91350100Z000100Y43",
      "9135010AM000100Y43",
      "91350100-M000100Y43",
    ],
  },
  {
    scheme: "lei",
    // From the GLEIF index: GLEIF itself, and large companies and banks.
    good: [
      "506700GE1G29325QX363",
      "HWUPKR0MPOU8FGXBT394",
      "INR2EJN1ERAN0W5ZP974",
      "7LTWFZYICNSX8D621K86",
      "784F5XWPLTWKTBV3E584",
      "5493002ERZU2K9PZDL40",
      "54930053HGCFWVHYZX42",
      "8I5DZWZKVSZI1NUHU748",
      "5493002ERZU2K9007598",
      "5493002ERZU2K9001002",
    ],
    // The last three leave remainder 1 as well, but ISO/IEC 7064 never makes 01, 00 or 99.
    wrongCheck: [
      "506700GE1G29325QX364",
      "506700GE1G29325QX336",
      "605700GE1G29325QX363",
      "5493002ERZU2K9007501",
      "5493002ERZU2K9004300",
      "5493002ERZU2K9001099",
    ],
    malformed: [
      "506700ge1g29325qx363",
      "506700GE1G29325QX36",
      "506700GE1G29325QX3633",
      "506700GE1G29325QX3A3",
      "５06700GE1G29325QX363",
      "506700GE1G29325QX363\n",
      "",
    ],
  },
  {
    scheme: "opaque",
    good: ["E1", "E302", "a:b/c", "~", "x".repeat(64)],
    wrongCheck: [],
    malformed: ["", "E 1", "E1\n", "Ｅ1", "企业1", "x".repeat(65), "\u0000", "E1\u200b"],
  },
];

test("every scheme has vectors", () => {
  expect(vectors.map(({ scheme }) => scheme)).toEqual(subjectSchemes.map(({ name }) => name));
});

describe.each(vectors)("$scheme", ({ scheme, good, wrongCheck, malformed }) => {
  test.each(good)("takes %j as it is", (id) => {
    expect(parseSubject(`${scheme}:${id}`)).toEqual({ scheme, id });
    expect(formatSubject(checkSubject(scheme, id))).toBe(`${scheme}:${id}`);
  });

  test.each(malformed)("refuses the form of %j", (id) => {
    expect(codeOf(() => checkSubject(scheme, id))).toBe("subject-malformed");
  });

  if (wrongCheck.length > 0)
    test.each(wrongCheck)("finds the wrong check in %j", (id) => {
      expect(codeOf(() => checkSubject(scheme, id))).toBe("subject-check-digit");
    });

  test("never repeats an identifier in an error", () => {
    for (const id of [...malformed, ...wrongCheck].filter(({ length }) => length > 3)) {
      const { message, facts, next } = errorOf(() => checkSubject(scheme, id));
      expect(JSON.stringify([message, facts, next])).not.toContain(id);
    }
  });
});

// GB 11714: 10 is written X, 11 is written 0. Both stand at position 17 of these codes.
test("knows both special check characters of the organisation code", () => {
  expect("9144030071526726XG"[16]).toBe("X");
  expect("91350503MA31DKY80A"[16]).toBe("0");
});

// MOD 97-10 sees every exchange of a digit for a digit or a letter for a letter; a letter for a digit shifts the number and may slip through.
const sameKind = (a: string, b: string) => /[0-9]/.test(a) === /[0-9]/.test(b);

test("every changed character of a code is found", () => {
  const alphabets = { uscc: "0123456789ABCDEFGHJKLMNPQRTUWXY", lei: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" };
  for (const [scheme, id] of [
    ["uscc", "91350100M000100Y43"],
    ["lei", "506700GE1G29325QX363"],
  ] as const) {
    for (let i = 0; i < id.length; i++) {
      for (const other of alphabets[scheme]) {
        if (other === id[i] || (scheme === "lei" && !sameKind(other, id.charAt(i)))) continue;
        expect(codeOf(() => checkSubject(scheme, id.slice(0, i) + other + id.slice(i + 1)))).toMatch(/^subject-(?:check-digit|malformed)$/);
      }
    }
  }
});

test.each(["cnpj", "USCC", "", "__proto__", "constructor"])("knows no scheme %j", (name) => {
  expect(codeOf(() => subjectScheme(name))).toBe("subject-scheme-unknown");
});

test("a subject is a scheme, a colon and an identifier", () => {
  expect(codeOf(() => parseSubject("91350100M000100Y43"))).toBe("subject-malformed");
  expect(codeOf(() => parseSubject(":E1"))).toBe("subject-scheme-unknown");
  expect(parseSubject("opaque:a:b")).toEqual({ scheme: "opaque", id: "a:b" });
});

describe("a holder's pattern", () => {
  test("holds for the whole identifier", () => {
    const pattern = compilePattern("E[0-9]{1,4}|F1");
    expect(opaque.parse("E302", { pattern })).toBe("E302");
    expect(opaque.parse("F1", { pattern })).toBe("F1");
    for (const id of ["E30212", "xE1", "E1x", "F11", "e1"]) expect(codeOf(() => opaque.parse(id, { pattern }))).toBe("subject-malformed");
  });

  test("may bring its own anchors", () => {
    const pattern = compilePattern("^E[0-9]+$");
    expect(opaque.parse("E302", { pattern })).toBe("E302");
    expect(codeOf(() => opaque.parse("E302x", { pattern }))).toBe("subject-malformed");
  });

  test.each(["(a+)+", "(a|b){2,9}", "(a)\\1", "(?<x>a)\\k<x>", "a)(?:b", "[", "a".repeat(201)])("is refused when it is %j", (source) => {
    expect(codeOf(() => compilePattern(source))).toBe("subject-pattern-invalid");
  });
});
