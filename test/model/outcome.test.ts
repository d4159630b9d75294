import { expect, test } from "vitest";
import { isRefusalCode, refusalCodes, refusalSentences } from "../../src/model/outcome.js";

test("the list of refusals is closed", () => {
  expect(refusalCodes).toHaveLength(26);
  expect(isRefusalCode("budget-spent")).toBe(true);
  for (const other of ["", "budget", "BUDGET-SPENT", "constructor", "__proto__", "toString"]) expect(isRefusalCode(other)).toBe(false);
});

test("every refusal says what stood in the way and what to do", () => {
  for (const code of refusalCodes) {
    expect(refusalSentences(code).detail).toMatch(/^[A-Z][^:]+\.$/);
    expect(refusalSentences(code).next).toMatch(/^[A-Z][^:]+\.$/);
  }
});
