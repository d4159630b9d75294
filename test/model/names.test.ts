import { expect, test } from "vitest";
import { bandPattern, parseIdentifier, parsePartyName, parsePurpose, parseVersion, reasonCodePattern } from "../../src/model/names.js";
import { codeOf } from "./codeOf.js";

test.each(["tax.example", "bank.example/retail", "a.b", "xn--fiqs8s.example", "bank-1.co.example/a/b_c.d"])(
  "takes %s as a party",
  (name) => {
    expect(parsePartyName(name)).toBe(name);
  },
);

test.each([
  "",
  "tax",
  "Tax.example",
  "https://tax.example",
  "tax.example/",
  "tax.example//a",
  "tax..example",
  ".tax.example",
  "tax.example.",
  "-tax.example",
  "tax-.example",
  "tax.example:443",
  "tax example",
  "tax.example\n",
  "tax.example?x",
  "tax+a.example",
  "ｔax.example",
  `${"a".repeat(64)}.example`,
  "tax.example/..",
  "tax.example/../b",
  `tax.example/${"a/".repeat(100)}a`,
])("refuses %j as a party", (name) => {
  expect(codeOf(() => parsePartyName(name))).toBe("party-name-invalid");
});

test.each(["", "A", "1a", "-a", "_a", "a b", "a.b", "a\n", "é", "a".repeat(65), "__proto__"])(
  "refuses %j as an identifier and a purpose",
  (name) => {
    expect(codeOf(() => parseIdentifier(name))).toBe("identifier-invalid");
    expect(codeOf(() => parsePurpose(name))).toBe("purpose-invalid");
  },
);

test("takes identifiers, purposes and versions", () => {
  expect(parseIdentifier("vat-sales_2")).toBe("vat-sales_2");
  expect(parsePurpose("loan-origination")).toBe("loan-origination");
  expect(parseVersion("10.0.3")).toBe("10.0.3");
});

test.each(["", "1", "1.0", "1.0.0.0", "01.0.0", "1.0.0-beta", "v1.0.0", "1.0.0\n", "1.0.-1", "1234567.0.0"])(
  "refuses %j as a version",
  (version) => {
    expect(codeOf(() => parseVersion(version))).toBe("version-invalid");
  },
);

test("knows bands and reason codes", () => {
  for (const band of ["A", "A+", "低风险", "very good", "x".repeat(64)]) expect(bandPattern.test(band)).toBe(true);
  for (const band of ["", " A", "A ", "A\nB", "A\u200bB", "A\u2028B", "x".repeat(65)]) expect(bandPattern.test(band)).toBe(false);
  for (const code of ["R12", "turnover_low", "7"]) expect(reasonCodePattern.test(code)).toBe(true);
  for (const code of ["", "R 12", "-R", "R\n", "原因", "R".repeat(33)]) expect(reasonCodePattern.test(code)).toBe(false);
});
