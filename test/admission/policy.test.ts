import { expect, test } from "vitest";
import { parsePolicy } from "../../src/admission/policy.js";
import { FrostglassError } from "../../src/errors/error.js";

// The verifier key is the one published in the C2SP signed-note specification; the raw key is RFC 8037 A.2's.
const text = `frostglass: policy/1
reviewers:
  - { organisation: bureau.example, key: "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k" }
approval: { reviewers: 1, organisations: 1 }
consent_issuers:
  - { name: consent.example, key: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo }
purposes:
  loan-origination: { consent: required }
  supervision: { legal_basis: "Banking supervision act, article 34" }
disclosure: { period_days: 365, budget_bits: 16, ceiling_bits: 64 }
clock_skew_seconds: 60
`;

test("a policy is read whole", () => {
  const policy = parsePolicy(text);
  expect(policy.reviewers[0]).toMatchObject({ organisation: "bureau.example", key: { name: "example.com/foo" } });
  // RFC 8037 A.3 publishes this key's thumbprint.
  expect(policy.consentIssuers[0]?.kid).toBe("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
  expect(policy.disclosure).toEqual({ periodDays: 365, budget: 16_000, ceiling: 64_000 });
  expect(policy.purposes.get("supervision")).toEqual({ legalBasis: "Banking supervision act, article 34" });
});

test("the log is served for ever where the policy says nothing, and for as long as it says otherwise", () => {
  expect(parsePolicy(text)).toMatchObject({ epochDays: 400, logDays: undefined });
  expect(parsePolicy(`${text}retention: { log_days: 400 }\n`)).toMatchObject({ epochDays: 400, logDays: 400 });
  expect(parsePolicy(`${text}retention: { epoch_days: 7, log_days: 3660 }\n`)).toMatchObject({ epochDays: 7, logDays: 3660 });
});

test("limits on leakage hold where the policy says nothing, and each may be set", () => {
  const usual = { millibitsPerAnswer: 10_000, leastRecords: 3, oneRecordDatasets: [], cutoffChoices: 5, pinnedValues: 5 };
  expect(parsePolicy(text).leakage).toEqual(usual);
  const own = "leakage: { bits_per_answer: 8, one_record_datasets: [ratings] }\n";
  expect(parsePolicy(text + own).leakage).toEqual({ ...usual, millibitsPerAnswer: 8000, oneRecordDatasets: ["ratings"] });
});

const line = (number: number, replacement: string) =>
  text
    .split("\n")
    .map((old, i) => (i + 1 === number ? replacement : old))
    .join("\n");

test.each([
  ["another form", line(1, "frostglass: policy/2"), 1],
  ["an unknown member", `${text}more: 1\n`, 12],
  ["a duplicate member", `${text}clock_skew_seconds: 5\n`, 12],
  ["a fractional budget", line(10, "disclosure: { period_days: 365, budget_bits: 1.5, ceiling_bits: 64 }"), 10],
  ["a ceiling below the budget", line(10, "disclosure: { period_days: 365, budget_bits: 16, ceiling_bits: 8 }"), 10],
  ["no reviewer needed", line(4, "approval: { reviewers: 0, organisations: 1 }"), 4],
  ["a purpose with neither consent nor legal basis", line(8, "  loan-origination: {}"), 8],
  ["too much skew", line(11, "clock_skew_seconds: 3600"), 11],
  ["an unknown limit on leakage", `${text}leakage: { bits: 8 }\n`, 12],
  ["no choice at all", `${text}leakage: { cutoff_choices: 0 }\n`, 12],
  ["a log that is served for less than the year of its auditors", `${text}retention: { log_days: 399 }\n`, 12],
  [
    "one that is served for less than a period of budgets",
    `${line(10, "disclosure: { period_days: 500, budget_bits: 16, ceiling_bits: 64 }")}retention: { log_days: 499 }\n`,
    12,
  ],
  ["an anchor", line(4, "approval: &a { reviewers: 1, organisations: 1 }\nx: *a"), 4],
  ["text that is no YAML", "frostglass: [", 1],
])("%s is refused, with its line", (_, wrong, expectedLine) => {
  let thrown: unknown;
  try {
    parsePolicy(wrong);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(FrostglassError);
  expect(thrown).toMatchObject({ code: "policy-invalid" });
  expect((thrown as FrostglassError).facts.line).toBeTypeOf("number");
  if (expectedLine > 1) expect((thrown as FrostglassError).facts.line).toBe(expectedLine);
});

test.each([
  ["a reviewer key with a flipped character", text.replace("+AekyeRrm", "+AekyeRrn")],
  [
    "a consent key of small order",
    text.replace("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
  ],
])("%s is refused", (_, wrong) => {
  expect(() => parsePolicy(wrong)).toThrow(FrostglassError);
});
