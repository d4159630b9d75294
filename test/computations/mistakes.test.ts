import { describe, expect, test } from "vitest";
import { checkManifest } from "../../src/computations/binding/bindManifest.js";
import { parseManifest } from "../../src/computations/manifest/manifest.js";
import { formatProblem, ManifestError, type ManifestProblem } from "../../src/computations/syntax/problems.js";
import { schemas } from "./schemas.js";

/** A manifest that passes, without a warning. Each row below makes one mistake in it. */
const sound = `frostglass: computation/1
id: sales-check
version: 1.0.0
title: { en: Sales check, zh: 销售 }
reveals: { en: Whether sales go on }
purposes: [loan-origination]
subject: opaque
valid: { from: 2024-01-01, until: 2026-12-31 }
inputs: { sales: vat-sales, rating: bank-rating }
parameters:
  cutoff: { choices: [540, 560], default: 540 }
  window: { choices: [12 months, 24 months] }
features:
  months: { count_distinct: sales.date, by: month, where: { status: valid, date: { last: $window } } }
  net: { sum: sales.net, where: { net: { above: 0 }, lines: [1, 2] } }
  share: { share_of_largest: sales.net, by: sales.party }
  void: { ratio: [ { count: sales, where: { status: void } }, { count: sales } ] }
  grade: { latest: rating.grade, by: rating.date }
  growth: { trend: { sum: sales.net }, from: { date: { year: 2018 } }, to: { date: { year: 2019 } } }
  good: { indicator: { share: { below: 50%, missing: no } } }
  paid: { only: sales.paid }
scorecard:
  base: 300
  characteristics:
    months: [ { at_least: 18, points: 60 }, { at_least: 12, points: 30, reason: R1 }, { otherwise: 0, reason: R2 } ]
    net: [ { at_least: 100000, points: 40 }, { otherwise: 0 } ]
    void: [ { below: 5%, points: 20 }, { otherwise: 0 }, { missing: 0 } ]
    grade: [ { in: [A, B], points: 20 }, { is: C, points: 5 }, { otherwise: 0 }, { missing: no_record } ]
linear:
  intercept: -1.386
  terms: { growth: { weight: 0.5, missing: 0 }, good: { weight: 2 } }
output: { decision: { all: [ { score: { at_least: $cutoff } }, { any: [ { linear: { above: 0 } }, { paid: { is: true, missing: no, reason: R3 } } ] } ] }, reasons: 3 }
reasons:
  R1: { en: Few months }
  R2: { en: Very few months }
  R3: { en: Not paid }
no_record: { fewer_than: 12, of: sales }
examples:
  - name: nothing on file
    as_of: 2020-02-29
    parameters: { window: 12 months }
    records: { sales: [] }
    outcome: no_record
`;

/** Every problem of a text, found by reading it or by holding it against the schemas. */
function problemsOf(text: string): readonly ManifestProblem[] {
  try {
    return checkManifest(parseManifest(text), schemas);
  } catch (thrown) {
    if (thrown instanceof ManifestError && thrown.code === "manifest-invalid") return thrown.problems;
    throw thrown;
  }
}

function replaced(find: string, by: string): string {
  expect(sound.split(find).length, `"${find}" stands once`).toBe(2);
  return sound.replace(find, () => by);
}

test("the sound manifest has no problem", () => {
  expect(problemsOf(sound).map(formatProblem)).toEqual([]);
});

/** Text to replace, its replacement, the line and column of the mistake, its message, and what was expected instead. */
type Row = readonly [find: string, by: string, at: string, message: string, expected: string];

const mistakes: readonly Row[] = [
  // the text
  ["id: sales-check", "id:\tsales-check", "2:4", "A tab is not allowed.", "spaces"],
  ["id: sales-check", "id: &a sales-check", "2:5", "An anchor is not allowed.", "the value written out"],
  ["id: sales-check", "id: *a", "2:5", "An alias is not allowed.", "the value written out"],
  ["id: sales-check", "id: !!str sales-check", "2:5", "A tag is not allowed.", "a plain value"],
  ["id: sales-check", "id: sales-check\nid: other", "3:1", "This key stands twice in one map.", "a key of its own"],
  ["id: sales-check", "id: sales\u202e-check", "2:10", "The invisible or control character U+202E is not allowed.", "visible text"],
  ["id: sales-check", "id: sales\u0007", "2:10", "The invisible or control character U+0007 is not allowed.", "visible text"],
  ["id: sales-check", "id: 'sales", "44:1", "This is not well-formed YAML (missing char).", "plain YAML 1.2"],
  ["id: sales-check", "? id\n: sales-check", "2:1", "An explicit key is not allowed.", "a plain key"],
  ["id: sales-check", "<<: { id: sales-check }", "2:1", "A merge key is not allowed.", "a key of its own"],
  [
    "frostglass: computation/1\n",
    "%YAML 1.2\n---\nfrostglass: computation/1\n",
    "1:1",
    "A directive is not allowed.",
    "a manifest that begins with its keys",
  ],
  ["    outcome: no_record\n", "    outcome: no_record\n---\na: b\n", "44:1", "A second document begins here.", "one document"],
  ["    outcome: no_record\n", "    outcome: no_record", "43:22", "The last line is not ended.", "a line break at the end"],
  ["{ sales: [] }", `{ sales: ${"[".repeat(40)}${"]".repeat(40)} }`, "42:54", "The nesting is too deep.", "at most 32 levels"],
  // the header
  ["computation/1", "computation/2", "1:13", 'This is "computation/2".', '"computation/1" (did you mean this?)'],
  ["id: sales-check", "id: Sales Check", "2:5", 'This is "Sales Check".', "a name of a-z, 0-9, _ and - that starts with a letter"],
  ["id: sales-check\n", "", "1:1", '"id" is missing from the manifest.', 'the key "id": the name of the computation'],
  ["version: 1.0.0", "version: 1.0", "3:10", 'This is "1.0".', "a version such as 1.0.0"],
  ["version: 1.0.0", "verison: 1.0.0", "3:1", '"verison" is not a key of the manifest.', '"version" (did you mean this?)'],
  ["{ en: Whether sales go on }", "{ zh: 是否持续销售 }", "5:10", '"en" is missing from a text for people.', 'the key "en": in English'],
  ["[loan-origination]", "[]", "6:11", "This is a list of 0.", "a list of 1 to 32"],
  ["[loan-origination]", "loan-origination", "6:11", 'This is "loan-origination".', "a list of 1 to 32"],
  ["subject: opaque", "subject: opaqe", "7:10", 'There is no subject scheme "opaqe".', '"opaque" (did you mean this?)'],
  ["subject: opaque", "subject: uscc", "7:10", "The subjects of vat-sales are of the scheme opaque.", "one scheme for all inputs"],
  ["2026-12-31", "2026-02-30", "8:35", 'This is "2026-02-30".', "a day such as 2019-12-31"],
  ["2026-12-31", "2023-12-31", "8:8", "The last day is before the first.", "from before until"],
  [
    "rating: bank-rating }",
    "rating: bank-ratings }",
    "9:37",
    'There is no dataset "bank-ratings" here.',
    '"bank-rating" (did you mean this?)',
  ],
  ["rating: bank-rating }", "rating: vat-sales }", "9:37", 'The dataset "vat-sales" is an input twice.', "each dataset once"],
  ["rating: bank-rating }", "rating: bank-rating, more: vat-purchases }", "9:50", 'The input "more" is never read.', "no unread input"],
  // parameters
  ["default: 540", "default: 550", "11:43", '"550" is not a choice.', 'one of "540", "560"'],
  ["choices: [540, 560]", "choices: [540, 540]", "11:28", 'The choice "540" stands twice.', "each choice once"],
  ["choices: [540, 560]", "choices: 540", "11:22", 'This is "540".', "a list of 1 to 64"],
  [
    "choices: [540, 560]",
    "choices: [540, high]",
    "11:28",
    '"high" does not fit where $cutoff stands.',
    "a number such as 18 or 0.25, or a percentage such as 25%",
  ],
  [
    "choices: [12 months, 24 months]",
    "choices: [12 months, 24]",
    "12:34",
    '"24" does not fit where $window stands.',
    "a length such as 24 months, 90 days, 2 years or 12 full months",
  ],
  ["at_least: $cutoff", "at_least: $cutof", "32:51", 'There is no parameter "cutof".', '"$cutoff" (did you mean this?)'],
  ["at_least: $cutoff", "at_least: 540", "11:3", 'The parameter "cutoff" is never used.', "$cutoff somewhere"],
  ["fewer_than: 12", "fewer_than: $window", "12:23", '"12 months" does not fit where $window stands.', "a whole number from 0 to 1000000"],
  // features
  [
    "count_distinct: sales.date",
    "count_distint: sales.date",
    "14:13",
    "This does not say which feature it is.",
    '"count_distinct" (did you mean this?)',
  ],
  ["count_distinct: sales.date", "count_distinct: sale.date", "14:29", 'There is no input "sale".', '"sales" (did you mean this?)'],
  [
    "count_distinct: sales.date",
    "count_distinct: sales.dates",
    "14:29",
    'The dataset vat-sales has no column "dates".',
    '"date" (did you mean this?)',
  ],
  [
    "count_distinct: sales.date",
    "count_distinct: sales.net",
    "14:44",
    "Only a date can be counted by month.",
    "value, or a column of type date",
  ],
  ["by: month", "by: week", "14:45", 'This is "week".', 'one of "value", "day", "month", "year"'],
  ["by: month, ", "by: month, of: sales, ", "14:52", '"of" is not a key of count_distinct.', 'one of "count_distinct", "where", "by"'],
  [
    "{ sum: sales.net, where: { net",
    "{ sum: sales.status, where: { net",
    "15:15",
    "sum does not work on status, which is of type enum.",
    "a column of type money, integer, decimal",
  ],
  [
    "{ sum: sales.net, where: { net",
    "{ sum: sales, where: { net",
    "15:15",
    "sum needs a column.",
    "a column of type money, integer, decimal",
  ],
  [
    "{ sum: sales.net, where: { net",
    "{ sum: sales.net, count: sales, where: { net",
    "15:26",
    '"count" and "sum" cannot stand together.',
    "one of them",
  ],
  [
    "{ sum: sales.net, where: { net",
    "{ sum: sales.a.b, where: { net",
    "15:15",
    'This is "sales.a.b".',
    "an input, or an input and a column such as sales.date",
  ],
  [
    ", by: sales.party }",
    " }",
    "16:10",
    '"by" is missing from share_of_largest.',
    'the key "by": the column whose equal values make a group',
  ],
  ["by: sales.party", "by: sales.net", "16:45", "The column net is of type money.", "a column of type code, enum, boolean"],
  ["by: sales.party", "by: rating.grade", "16:45", '"rating.grade" is not a column of sales.', "a column such as sales.number"],
  [", { count: sales } ] }", " ] }", "17:18", "This is a list of 1.", "a list of 2"],
  [
    ", { count: sales } ] }",
    ", { only: sales.status } ] }",
    "17:9",
    "ratio cannot join a whole number and one of valid, void, red.",
    "two numbers, two amounts in one currency, or an amount over a number",
  ],
  [", { count: sales } ] }", ", good ] }", "17:63", 'The feature "good" stands after this place.', "a feature that stands before"],
  [", { count: sales } ] }", ", nett ] }", "17:63", 'There is no feature "nett".', '"net" (did you mean this?)'],
  [
    "{ latest: rating.grade, by",
    "{ latest: rating.date, by",
    "18:20",
    "latest does not work on date, which is of type date.",
    "a column of type money, integer, decimal, enum, boolean, code",
  ],
  [
    "trend: { sum: sales.net }",
    "trend: { latest: sales.status, by: sales.date }",
    "19:11",
    "trend cannot join one of valid, void, red and one of valid, void, red.",
    "an aggregate that gives a number",
  ],
  [", to: { date: { year: 2019 } } }", " }", "19:11", '"to" is missing from trend.', 'the key "to": the filters of the second window'],
  [
    "{ below: 50%, missing: no }",
    "{ below: 50% }",
    "20:31",
    "The value of share can be missing.",
    "missing: yes, missing: no or missing: no_record",
  ],
  [
    "{ below: 50%, missing: no }",
    "{ below: 50%, missing: no, reason: R1 }",
    "20:66",
    "An indicator gives no reason code.",
    "the reason at the bin or rule that uses the indicator",
  ],
  [
    "{ below: 50%, missing: no }",
    "{ below: 50%, missing: no_record }",
    "20:31",
    "An indicator is always 1 or 0.",
    "missing: yes or missing: no",
  ],
  ["  good: {", "  score: {", "20:3", '"score" is a word of the language.', "another name"],
  // filters
  ["status: valid", "status: vaild", "14:69", '"vaild" does not fit here.', '"valid" (did you mean this?)'],
  [
    "status: valid",
    "state: valid",
    "14:61",
    'The dataset vat-sales has no column "state".',
    'one of "number", "date", "due", "party", "net", "status", "lines", "rate", "paid"',
  ],
  [
    "status: valid",
    "status: { above: 1 }",
    "14:69",
    "This filter does not fit the column status, which is of type enum.",
    "a value, a list of values, is, in, not",
  ],
  ["status: valid", "status: {}", "14:69", "This filter has no condition.", "a condition such as above, in, last, or missing: no"],
  [
    "status: valid",
    "status: { missing: only, is: valid }",
    "14:69",
    "missing: only leaves no record for the other conditions.",
    "missing: only, alone",
  ],
  ["status: valid", "status: { missing: yes }", "14:69", "This filter lets every record pass.", "a condition, or missing: only"],
  ["{ net: { above: 0 }", "{ net: { abov: 0 }", "15:42", '"abov" is not a key of a filter.', '"above" (did you mean this?)'],
  [
    "{ net: { above: 0 }",
    "{ net: { above: ten }",
    "15:49",
    'This is "ten".',
    "a number such as 18 or 0.25, or a percentage such as 25%, or $name of a parameter",
  ],
  [
    "{ net: { above: 0 }",
    "{ net: { above: 0, at_least: 1 }",
    "15:40",
    "An interval has two ends on one side.",
    "one of above, at_least and between; one of below, at_most and between",
  ],
  ["{ net: { above: 0 }", "{ net: { between: [2, 1] }", "15:40", "No value lies between these ends.", "the lower end first"],
  ["{ net: { above: 0 }", "{ net: { between: [1] }", "15:51", "This is a list of 1.", "a list of 2"],
  [
    "{ net: { above: 0 }",
    "{ net: { last: 2 months }",
    "15:40",
    "This filter does not fit the column net, which is of type money.",
    "above, at_least, below, at_most, between, is, in, not",
  ],
  ["{ net: { above: 0 }", "{ net: 0.001", "15:40", '"0.001" does not fit here.', "a value that the column net can hold"],
  ["lines: [1, 2]", "lines: [1, 2.5]", "15:65", '"2.5" does not fit here.', "a value that the column lines can hold"],
  [
    "date: { last: $window }",
    "date: { last: 24 monts, before: 2020-01-01, after: $window }",
    "14:90",
    'This is "24 monts".',
    "a length such as 24 months, 90 days, 2 years or 12 full months, or $name of a parameter",
  ],
  [
    "date: { last: $window }",
    "date: { before: 2020-13-01 }, net: { at_least: $window }",
    "14:92",
    'This is "2020-13-01".',
    "a day such as 2019-12-31, or $name of a parameter",
  ],
  [
    "date: { last: $window }",
    "date: { until: 12 months ago, before: 2020-01-01 }, lines: $window",
    "14:82",
    "until stands without last.",
    "last: and a length",
  ],
  [
    "date: { last: $window }",
    "date: { last: $window, until: 30 days ago }",
    "12:23",
    '"12 months" does not fit where $window stands.',
    "a length in the same unit as until",
  ],
  ["{ year: 2018 }", "{ year: 18 }", "19:62", 'This is "18".', "a year such as 2019, or this or last, or $name of a parameter"],
  [
    "{ year: 2018 }",
    "{ month: 2018-13 }",
    "19:63",
    'This is "2018-13".',
    "a month such as 2019-07, or this or last, or $name of a parameter",
  ],
  [
    "where: { status: void }",
    "where: { status: void, date: { between: [2019-01-01, soon] } }",
    "17:89",
    '"soon" does not fit here.',
    "a day such as 2019-12-31",
  ],
  // bins
  [
    "{ at_least: 18, points: 60 }",
    "{ at_least: 18 }",
    "25:15",
    '"points" is missing from a line.',
    'the key "points": the points for such a value',
  ],
  [
    "{ at_least: 18, points: 60 }",
    "{ points: 60 }",
    "25:15",
    "There is no condition here.",
    "an interval (above, at_least, below, at_most, between), is, or in",
  ],
  [
    "{ at_least: 18, points: 60 }",
    "{ at_least: 18, is: 3, points: 60 }",
    "25:15",
    "Two conditions stand where one is wanted.",
    "an interval (above, at_least, below, at_most, between), is, or in",
  ],
  [
    "{ at_least: 18, points: 60 }",
    "{ at_least: 18, points: 0.1234567 }",
    "25:39",
    'This is "0.1234567".',
    "points from -1000000 to 1000000, with at most 6 decimals",
  ],
  [
    "{ at_least: 18, points: 60 }",
    "{ at_least: 18, points: 1000001 }",
    "25:39",
    'This is "1000001".',
    "points from -1000000 to 1000000, with at most 6 decimals",
  ],
  [
    "{ at_least: 18, points: 60 }",
    "{ at_least: 18, points: 1000000.000001 }",
    "25:39",
    'This is "1000000.000001".',
    "points from -1000000 to 1000000, with at most 6 decimals",
  ],
  [
    "{ at_least: 18, points: 60 }",
    "{ at_least: 18, points: 6e1 }",
    "25:39",
    'This is "6e1".',
    "points from -1000000 to 1000000, with at most 6 decimals",
  ],
  [
    "{ at_least: 18, points: 60 }",
    "{ at_least: 18, points: 5% }",
    "25:39",
    'This is "5%".',
    "points from -1000000 to 1000000, with at most 6 decimals",
  ],
  [
    "{ at_least: 18, points: 60 }",
    "{ at_least: 18, points: -0 }",
    "25:39",
    'This is "-0".',
    "points from -1000000 to 1000000, with at most 6 decimals",
  ],
  [
    "{ at_least: 18, points: 60 }",
    "{ at_least: 18, points: 007 }",
    "25:39",
    'This is "007".',
    "points from -1000000 to 1000000, with at most 6 decimals",
  ],
  [
    "{ at_least: 18, points: 60 }",
    "{ at_least: 18, points: $cutoff }",
    "25:39",
    'This is "$cutoff".',
    "points from -1000000 to 1000000, with at most 6 decimals",
  ],
  [
    "{ at_least: 18, points: 60 }",
    "{ at_least: 18, below: 3, points: 60 }",
    "25:15",
    "No value lies between these ends.",
    "the lower end first",
  ],
  [
    "{ at_least: 12, points: 30, reason: R1 }",
    "{ at_least: 19, points: 30, reason: R1 }",
    "25:45",
    "No value is left for this line: it is never reached.",
    "the narrower line first",
  ],
  [
    "{ at_least: 12, points: 30, reason: R1 }",
    "{ at_least: 12, points: 30, reason: 'R 1' }",
    "25:81",
    'This is "R 1".',
    "a reason code such as R12",
  ],
  [
    "{ at_least: 12, points: 30, reason: R1 }",
    "{ at_least: 12, points: 30, reason: R9 }",
    "25:81",
    'The reason code "R9" has no text in reasons.',
    'one of "R1", "R2", "R3"',
  ],
  [
    ", { otherwise: 0, reason: R2 } ]",
    ", { is: 3, points: 0, reason: R2 } ]",
    "25:5",
    "Some values of months have no line.",
    "an otherwise line",
  ],
  [
    "{ at_least: 18, points: 60 }, ",
    "{ otherwise: 1 }, { at_least: 18, points: 60 }, ",
    "25:33",
    "This line stands after otherwise and is never reached.",
    "otherwise last",
  ],
  [
    ", { otherwise: 0 }, { missing: 0 } ]",
    ", { otherwise: 0 } ]",
    "27:5",
    "The value of void can be missing.",
    "a missing line, with points, a band or no_record",
  ],
  ["at_least: 100000", "at_least: 25%", "26:24", '"25%" does not fit here.', "an amount in CNY, such as 100000 or 0.01"],
  ["{ is: C, points: 5 }", "{ is: E, points: 5 }", "28:48", '"E" does not fit here.', 'one of "A", "B", "C", "D"'],
  ["{ is: C, points: 5 }", "{ above: 1, points: 5 }", "28:42", "The value is one of A, B, C, D, which has no order.", "is or in"],
  ["    net: [ {", "    nett: [ {", "26:5", 'There is no feature "nett".', '"net" (did you mean this?)'],
  // linear, rules, output
  [
    "{ weight: 0.5, missing: 0 }",
    "{ weight: 0.5 }",
    "31:20",
    "The value of growth can be missing.",
    "missing: and a number, or missing: no_record",
  ],
  [
    "{ weight: 0.5, missing: 0 }",
    "{ weight: 1e-3, missing: 0 }",
    "31:30",
    'This is "1e-3".',
    "a number such as 18 or 0.25, or a percentage such as 25%",
  ],
  [
    "good: { weight: 2 }",
    "good: { weight: 2 }, grade: { weight: 1, missing: 0 }",
    "31:70",
    "The value of grade is one of A, B, C, D.",
    "a number; make an indicator of it",
  ],
  [
    "{ is: true, missing: no, reason: R3 }",
    "{ is: true, reason: R3 }",
    "32:107",
    "The value of paid can be missing.",
    "missing: yes, missing: no or missing: no_record",
  ],
  [
    "{ is: true, missing: no, reason: R3 }",
    "{ is: yes, missing: no, reason: R3 }",
    "32:113",
    '"yes" does not fit here.',
    'one of "true", "false"',
  ],
  [
    "{ is: true, missing: no, reason: R3 }",
    "{ is: true, missing: maybe, reason: R3 }",
    "32:128",
    'This is "maybe".',
    'one of "yes", "no", "no_record"',
  ],
  [
    "{ linear: { above: 0 } }",
    "{ liner: { above: 0 } }",
    "32:75",
    'There is no feature "liner".',
    'one of "months", "net", "share", "void", "grade", "growth", "good", "paid"',
  ],
  ["{ linear: { above: 0 } }", "{ linear: { above: 0 }, score: { above: 0 } }", "32:73", "This is a map of 2.", "a map of 1 entry"],
  ["reasons: 3 }", "reasons: 5 }", "32:165", 'This is "5".', "a whole number from 0 to 4"],
  [
    "scorecard:\n  base: 300",
    "scorecard:\n  base: high",
    "23:9",
    'This is "high".',
    "points from -1000000 to 1000000, with at most 6 decimals",
  ],
  [
    "  base: 300",
    "  base: 300\n  reasons: { rank: points_belwo }",
    "24:20",
    'This is "points_belwo".',
    '"points_below" (did you mean this?)',
  ],
  [
    "  base: 300",
    "  base: 300\n  reasons: { baseline: { grede: 4 } }",
    "24:26",
    'There is no characteristic "grede".',
    '"grade" (did you mean this?)',
  ],
  [
    "  base: 300",
    "  base: 300\n  reasons: { baseline: most }",
    "24:24",
    'This is "most".',
    "points from -1000000 to 1000000, with at most 6 decimals",
  ],
  ["  base: 300", "  base: 300\n  reasons: { repeated: twice }", "24:24", 'This is "twice".', 'one of "most", "sum"'],
  [
    "no_record: { fewer_than: 12, of: sales }",
    "no_record: { fewer_than: -1, of: sales }",
    "37:26",
    'This is "-1".',
    "a whole number from 0 to 1000000, or $name of a parameter",
  ],
  [
    "no_record: { fewer_than: 12, of: sales }",
    "no_record: { fewer_than: 12, of: sale }",
    "37:34",
    'There is no input "sale".',
    '"sales" (did you mean this?)',
  ],
  // examples
  ["as_of: 2020-02-29", "as_of: 2019-02-29", "40:12", 'This is "2019-02-29".', "a day such as 2019-12-31"],
  ["outcome: no_record", "outcome: { decision: maybe }", "43:26", 'This is "maybe".', 'one of "yes", "no"'],
  ["    records: { sales: [] }\n", "", "39:5", '"records" is missing from an example.', 'the key "records": the records of each input'],
];

test.each(mistakes)("%j → %j", (find, by, at, message, expected) => {
  const found = problemsOf(replaced(find, by)).filter((problem) => problem.severity === "mistake");
  const here = found.filter((problem) => `${problem.line}:${problem.column}` === at);
  expect(here.map((problem) => [problem.message, problem.expected])).toContainEqual([message, expected]);
});

const warnings: readonly Row[] = [
  [
    "{ at_least: 18, points: 60 }",
    "{ at_least: 18, points: 60, reason: R1 }",
    "25:51",
    'The reason "R1" is never given here: the bin loses no points.',
    "no reason here",
  ],
  [
    "{ otherwise: 0 } ]\n    void",
    "{ otherwise: 0 }, { missing: 0 } ]\n    void",
    "26:64",
    "The value of net is never missing.",
    "no missing here",
  ],
  ["good: { weight: 2 }", "good: { weight: 2, missing: 0 }", "31:55", "The value of good is never missing.", "no missing here"],
  [
    "{ otherwise: 0 }, { missing: no_record }",
    "{ is: D, points: 0 }, { otherwise: 1 }, { missing: no_record }",
    "28:86",
    "The lines before leave nothing for otherwise.",
    "no otherwise",
  ],
  [
    "  paid: { only: sales.paid }",
    "  paid: { only: sales.paid }\n  more: { count: sales }",
    "22:3",
    'The feature "more" is never used.',
    "a use, or no such feature",
  ],
  [
    "  R3: { en: Not paid }",
    "  R3: { en: Not paid }\n  R4: { en: Never }",
    "37:3",
    'The reason code "R4" is never given.',
    "a bin or rule that gives it",
  ],
  [
    "{ latest: rating.grade, by: rating.date }",
    "{ latest: rating.grade, by: rating.date, where: { grade: { not: D, missing: yes } } }",
    "18:67",
    "The column grade is never missing.",
    "no missing here",
  ],
];

test.each(warnings)("%j → %j passes with a warning", (find, by, at, message, expected) => {
  const [problem, ...others] = problemsOf(replaced(find, by));
  expect(others).toEqual([]);
  expect([problem?.severity, `${problem?.line}:${problem?.column}`, problem?.message, problem?.expected]).toEqual([
    "warning",
    at,
    message,
    expected,
  ]);
});

test("a feature that only an unused one uses is unused too", () => {
  const more = "  more: { count: sales }\n  most: { indicator: { more: { above: 1 } } }\n  ratio: { ratio: [ net, months ] }";
  const found = problemsOf(replaced("  paid: { only: sales.paid }", `  paid: { only: sales.paid }\n${more}`));
  expect(found.map(({ message }) => message)).toEqual(["more", "most", "ratio"].map((name) => `The feature "${name}" is never used.`));
});

describe("reporting", () => {
  test("all mistakes come at once, in the order of the text", () => {
    const text = sound.replace("version: 1.0.0", "version: one").replace("by: month", "by: week").replace("base: 300", "base: 3e2");
    expect(problemsOf(text).map((problem) => problem.path)).toEqual(["version", "features.months.by", "scorecard.base"]);
  });

  test("the error names the first mistake and how many more there are", () => {
    const text = sound.replace("version: 1.0.0", "version: one").replace("by: month", "by: week");
    expect(() => parseManifest(text)).toThrow('line 3, column 10, version: This is "one". Expected a version such as 1.0.0. (and 1 more)');
  });
});

describe("hostile texts are refused quickly", () => {
  const hostile: readonly (readonly [string, string])[] = [
    ["10 MB of text", `id: ${"a".repeat(10_000_000)}\n`],
    ["deep lists", `a: ${"[".repeat(200_000)}\n`],
    ["deep maps", `${"{a: ".repeat(60_000)}\n`],
    ["deep lists between quoted brackets", `a: ${'["]", '.repeat(30_000)}\n`],
    ["deep block lists", `${"- ".repeat(60_000)}\n`],
    ["deep block maps", Array.from({ length: 600 }, (_, depth) => `${" ".repeat(depth)}a:\n`).join("")],
    ["nested keys", `${"a: ".repeat(20_000)}\n`],
    ["an alias bomb", "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n"],
    ["many explicit keys", `${"? ".repeat(20_000)}\n`],
    ["nothing", "\n"],
    ["one word", "frostglass\n"],
    ["a key of the prototype", "__proto__: { x: 1 }\n"],
  ];

  test.each(hostile)("%s", (_name, text) => {
    expect(() => parseManifest(text)).toThrow(ManifestError);
  });
});
