import { describe, expect, test } from "vitest";
import { readPmml } from "../../../src/computations/exchange/pmml/readPmml.js";
import { pmmlRefusals, publishedScorecard } from "./fixtures.js";

const sound = publishedScorecard("4.4");

function changed(find: string | RegExp, by: string): string {
  const text = sound.replace(find, by);
  if (text === sound) throw new Error(`the sound document has no ${String(find)}`);
  return text;
}

test("the sound document passes", () => {
  expect(pmmlRefusals(sound)).toEqual([]);
});

const declared = '<?xml version="1.0" encoding="UTF-8"?>\n';
const advice = "no values computed within the model: a feature of the manifest computes them";

/** What is changed in the sound document, and the refusal at its line and column. */
const refused: readonly (readonly [what: string, text: string, refusal: string])[] = [
  // XML
  ["nothing", "", "1:1 This is not well-formed XML: document must contain a root element. (well-formed XML 1.0)"],
  [
    "a DOCTYPE",
    changed(declared, `${declared}<!DOCTYPE PMML>\n`),
    "2:15 A DOCTYPE is not allowed. (a document without a DOCTYPE and without entities of its own)",
  ],
  [
    "an external entity",
    changed(declared, `${declared}<!DOCTYPE PMML [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n`).replace("marketing", "&x;"),
    "2:57 A DOCTYPE is not allowed. (a document without a DOCTYPE and without entities of its own)",
  ],
  [
    "a billion laughs",
    changed(
      declared,
      `${declared}<!DOCTYPE lolz [<!ENTITY a "ha">${Array.from({ length: 9 }, (_, i) => `<!ENTITY ${"bcdefghij"[i]} "${`&${"abcdefghi"[i]};`.repeat(10)}">`).join("")}]>\n`,
    ).replace("marketing", "&j;"),
    "A DOCTYPE is not allowed.",
  ],
  ["an undeclared entity", changed("marketing", "&marketing;"), "This is not well-formed XML: undefined entity."],
  ["a processing instruction", changed("<Output>", "<?php evil() ?><Output>"), "A processing instruction is not allowed. (elements only)"],
  ["another encoding", changed("UTF-8", "UTF-7"), "1:38 The document is not in UTF-8. (the document saved as UTF-8)"],
  ["XML 1.1", changed('<?xml version="1.0"', '<?xml version="1.1"'), 'This is not XML 1.0. (version="1.0")'],
  ["an element left open", changed("</Output>", ""), "This is not well-formed XML: unexpected close tag."],
  ["the end cut off", sound.slice(0, 2000), "This is not well-formed XML"],
  [
    "an attribute twice",
    changed('baselineScore="19"', 'baselineScore="19" baselineScore="0"'),
    "24:99 This is not well-formed XML: duplicate attribute: baselineScore.",
  ],
  ["a second root", `${sound}<PMML/>`, "This is not well-formed XML: documents may contain only one root."],
  [
    "ten megabytes",
    changed("<Output>", `<!--${" ".repeat(10_000_000)}--><Output>`),
    "1:1 The document is too long. (at most 1048576 characters)",
  ],
  [
    "deep nesting",
    changed("<Output>", `${"<a>".repeat(100_000)}${"</a>".repeat(100_000)}<Output>`),
    "17:95 The elements are nested too deeply. (at most 32 levels)",
  ],
  ["many elements", changed("<Output>", `${"<a/>".repeat(60_000)}<Output>`), "The document has too many elements. (at most 50000)"],
  [
    "many attributes",
    changed("<Output>", `<Output ${Array.from({ length: 40 }, (_, i) => `a${i}=""`).join(" ")}>`),
    "The element has too many attributes. (at most 32)",
  ],
  ["a long attribute", changed("marketing", "m".repeat(5000)), "The attribute is too long. (at most 4096 characters)"],
  // the language and its version
  ["another document", "<html/>", '1:1 The document is "html", not PMML. (a PMML element)'],
  ["no version", changed(' version="4.4"', ""), '2:1 This is PMML of no version. (one of "4.1", "4.2", "4.3", "4.4")'],
  ["version 4.0", changed('version="4.4"', 'version="4.0"'), '2:7 This is version "4.0". (one of "4.1", "4.2", "4.3", "4.4")'],
  ["version 4.41", changed('version="4.4"', 'version="4.41"'), '2:7 This is version "4.41".'],
  ["version 5.0", changed('version="4.4"', 'version="5.0"'), '2:7 This is version "5.0".'],
  ["no namespace", changed(/ xmlns="[^"]*"/, ""), '2:1 The namespace is missing. (xmlns="http://www.dmg.org/PMML-4_4" for version 4.4)'],
  ["another namespace", changed("PMML-4_4", "PMML-4_1"), '2:1 The namespace is "http://www.dmg.org/PMML-4_1".'],
  [
    "an element of another language",
    changed("<Output>", '<x:Extra xmlns:x="urn:x"/><Output>'),
    '17:5 "Extra" is an element of another language. (elements of PMML)',
  ],
  [
    "an attribute of another language",
    changed("<Output>", '<Output xmlns:x="urn:x" x:a="1">'),
    "17:29 The attribute x:a is of another language. (attributes of PMML)",
  ],
  [
    "an unknown element",
    changed("<Output>", "<Outpt/><Output>"),
    '17:5 "Outpt" has no place in Scorecard. ("Output" (did you mean this?))',
  ],
  ["text between elements", changed("<Output>", "pointsAbove<Output>"), "10:3 Scorecard holds text between its elements. (elements only)"],
  ["text in an element", changed("<Output>", "<Output><!-- -->0<![CDATA[ ]]>"), "17:5 Output holds text between its elements."],
  [
    "words that turn around",
    changed('"pointsBelow"', '"points\u202ewoleB"'),
    'reasonCodeAlgorithm="points\\u{202e}woleB" cannot be carried over.',
  ],
  [
    "an unknown attribute",
    changed('initialScore="0"', 'initialScor="0"'),
    'Scorecard has no attribute "initialScor" that can be carried over. ("initialScore" (did you mean this?))',
  ],
  [
    "an extension",
    changed("<Output>", '<Extension name="weight" value="2"/><Output>'),
    "17:5 Extension cannot be carried over. (no Extension: its meaning is that of one tool only)",
  ],
  // models that are more than a scorecard of bins
  ["no scorecard", changed(/<Scorecard [\s\S]*<\/Scorecard>/, ""), "2:1 PMML has no Scorecard. (one Scorecard)"],
  ["two scorecards", changed("</Scorecard>", "</Scorecard><Scorecard/>"), "44:15 There is a second Scorecard. (one)"],
  ["a tree", changed("</Scorecard>", "</Scorecard><TreeModel/>"), "44:15 TreeModel cannot be carried over. (one Scorecard)"],
  [
    "targets",
    changed("<Characteristics>", "<Targets/><Characteristics>"),
    "23:5 Targets cannot be carried over. (no Targets: they change the score after the points are added)",
  ],
  [
    "local transformations",
    changed("<Output>", "<LocalTransformations/><Output>"),
    `17:5 LocalTransformations cannot be carried over. (${advice})`,
  ],
  [
    "a transformation dictionary",
    changed("  <Scorecard", '  <TransformationDictionary><DerivedField name="x"/></TransformationDictionary>\n  <Scorecard'),
    "10:3 TransformationDictionary cannot be carried over. (no values computed within the document: a feature of the manifest computes them)",
  ],
  [
    "a complex partial score",
    changed(
      '<Attribute partialScore="26">',
      '<Attribute partialScore="26"><ComplexPartialScore><FieldRef field="income"/></ComplexPartialScore>',
    ),
    "39:38 ComplexPartialScore cannot be carried over. (a partialScore: points that are computed from the value have no place in a scorecard of bins)",
  ],
  [
    "a decision as output",
    changed('feature="predictedValue"', 'feature="decision"'),
    '18:33 feature="decision" cannot be carried over. (one of "predictedValue", "reasonCode")',
  ],
  ["a classification", changed('"regression"', '"classification"'), 'functionName="classification" cannot be carried over. ("regression")'],
  [
    "a model that is not to be scored",
    changed("initialScore", 'isScorable="false" initialScore'),
    'isScorable="false" cannot be carried over.',
  ],
  // reasons
  [
    "an unknown algorithm",
    changed('"pointsBelow"', '"pointsWithin"'),
    'reasonCodeAlgorithm="pointsWithin" cannot be carried over. (one of "pointsAbove", "pointsBelow")',
  ],
  [
    "no baseline",
    changed(' baselineScore="18"', ""),
    "30:7 Neither this Characteristic nor the Scorecard has a baselineScore. (a baselineScore)",
  ],
  [
    "no reason code",
    changed(' reasonCode="RC2"', ""),
    '31:9 Neither this Attribute nor its Characteristic has a reason code. (a reasonCode, or useReasonCodes="false")',
  ],
  [
    "a reason that is a sentence",
    changed('reasonCode="RC2"', 'reasonCode="Too young"'),
    '30:39 "Too young" is no reason code that can be carried over.',
  ],
  ["ranks with a gap", changed('rank="2"', 'rank="5"'), "17:5 The ranks of the reason codes leave some out. (rank 1, 2, … each once)"],
  [
    "five reason codes",
    changed(
      "</Output>",
      '<OutputField name="4" feature="reasonCode" rank="4"/><OutputField name="5" feature="reasonCode" rank="5"/></Output>',
    ),
    "17:5 The model gives 5 reason codes. (at most 4)",
  ],
  // numbers
  ["points that are no number", changed('partialScore="26"', 'partialScore="many"'), 'partialScore="many" cannot be carried over exactly.'],
  ["endless points", changed('partialScore="26"', 'partialScore="INF"'), 'partialScore="INF" cannot be carried over exactly.'],
  [
    "points of seven decimals",
    changed('partialScore="26"', 'partialScore="26.0000001"'),
    '39:20 partialScore="26.0000001" cannot be carried over exactly. (points from -1000000 to 1000000, with at most 6 decimals)',
  ],
  ["two million points", changed('partialScore="26"', 'partialScore="2E6"'), 'partialScore="2E6" cannot be carried over exactly.'],
  [
    "a third as baseline",
    changed('baselineScore="10"', 'baselineScore="3.3333333333333335"'),
    'baselineScore="3.3333333333333335" cannot be carried over exactly.',
  ],
  ["a cutoff that is no number", changed('value="1000"', 'value="1,000"'), '39:38 "1,000" is no exact number, as "income" has them.'],
  ["a cutoff without end", changed('value="1000"', 'value="1E-99"'), '"1E-99" is no exact number, as "income" has them.'],
  ["no points", changed(' partialScore="26"', ""), "39:9 Attribute has no attribute partialScore. (the attribute partialScore)"],
  // fields
  ["a date", changed('name="age" dataType="integer"', 'name="age" dataType="date"'), '6:27 dataType="date" cannot be carried over.'],
  ["no type", changed(' dataType="integer"', ""), "6:5 DataField has no attribute dataType. (the attribute dataType)"],
  [
    "a wrong count of fields",
    changed('numberOfFields="4"', 'numberOfFields="5"'),
    '4:19 numberOfFields is "5", but there are 4. (the whole document)',
  ],
  [
    "a field twice",
    changed('name="income" dataType', 'name="age" dataType'),
    '7:5 The field "age" is declared twice. (one DataField a name)',
  ],
  [
    "a field used twice",
    changed('<MiningField name="income"', '<MiningField name="age"'),
    '14:7 The field "age" is used twice. (one MiningField a name)',
  ],
  [
    "a field without declaration",
    changed('<MiningField name="income"', '<MiningField name="incom"'),
    '14:7 There is no DataField "incom". ("income" (did you mean this?))',
  ],
  [
    "an unused field",
    changed(/<MiningField name="income".*\n/, "\n"),
    '37:7 The model has no active field "income". (one of "department", "age")',
  ],
  [
    "a second target",
    changed('name="income" usageType="active"', 'name="income" usageType="target"'),
    "15:7 There is a second target. (one)",
  ],
  [
    "an outlier treatment",
    changed('name="age" usageType="active"', 'name="age" outliers="asExtremeValues"'),
    'outliers="asExtremeValues" cannot be carried over. ("asIs")',
  ],
  [
    "an invalid value replaced",
    changed('name="age" usageType="active" invalidValueTreatment="asMissing"', 'name="age" invalidValueTreatment="asValue"'),
    'invalidValueTreatment="asValue" cannot be carried over.',
  ],
  [
    "an interval of valid values",
    changed(
      '<DataField name="age" dataType="integer" optype="continuous"/>',
      '<DataField name="age" dataType="integer" optype="continuous"><Interval closure="closedClosed" leftMargin="0"/></DataField>',
    ),
    "6:66 Interval cannot be carried over.",
  ],
  [
    "a value that stands for missing",
    changed(
      '<DataField name="department" dataType="string" optype="categorical"/>',
      '<DataField name="department" dataType="string" optype="categorical"><Value value="?" property="missing"/></DataField>',
    ),
    'property="missing" cannot be carried over. ("valid")',
  ],
  [
    "an unknown kind of field",
    changed('name="age" dataType="integer" optype="continuous"', 'name="age" dataType="integer" optype="cyclic"'),
    '6:46 optype="cyclic" cannot be carried over. (one of "categorical", "ordinal", "continuous")',
  ],
  [
    "an unknown kind of field in the model",
    changed('name="age" usageType="active"', 'name="age" optype="cyclic"'),
    '13:31 optype="cyclic" cannot be carried over.',
  ],
  [
    "numbers in an order of their own",
    changed(
      '<DataField name="age" dataType="integer" optype="continuous"/>',
      '<DataField name="age" dataType="integer" optype="ordinal"><Value value="3"/><Value value="1"/></DataField>',
    ).replace('name="age" usageType="active" invalidValueTreatment="asMissing"', 'name="age" invalidValueTreatment="asIs"'),
    '6:5 An order of numbers of its own cannot be carried over. (optype="continuous", or no Value)',
  ],
  [
    "an unknown way to baselines",
    changed('baselineMethod="other"', 'baselineMethod="median"'),
    'baselineMethod="median" cannot be carried over.',
  ],
  // bins
  [
    "an attribute that is never reached",
    changed(
      '<Attribute partialScore="26">',
      '<Attribute partialScore="1"><SimplePredicate field="income" operator="lessThan" value="2000"/></Attribute>\n<Attribute partialScore="26">',
    ),
    "40:1 This Attribute is never reached: those before it take all its values. (no such Attribute)",
  ],
  [
    "an attribute of nothing",
    changed(
      '<SimplePredicate field="income" operator="greaterThan" value="2500"/>',
      '<CompoundPredicate booleanOperator="and"><SimplePredicate field="income" operator="greaterThan" value="9"/><SimplePredicate field="income" operator="lessThan" value="9"/></CompoundPredicate>',
    ),
    "41:9 This Attribute is never reached: it takes no value. (no such Attribute)",
  ],
  [
    "a second missing attribute",
    changed('field="department" operator="equal" value="business"', 'field="department" operator="isMissing"'),
    "28:9 This Attribute is never reached",
  ],
  [
    "words in an order",
    changed('operator="equal" value="marketing"', 'operator="lessThan" value="marketing"'),
    '26:38 The words of "department" have no order. (equal, notEqual, isIn or isNotIn)',
  ],
  [
    "two fields in one characteristic",
    changed('field="income" operator="greaterThan" value="2500"', 'field="age" operator="greaterThan" value="2500"'),
    '37:7 This characteristic speaks of "income" and "age". (predicates on one field: a feature of the manifest can join two)',
  ],
  [
    "one field in two characteristics",
    changed(/field="income"/g, 'field="age"'),
    '37:7 A second characteristic looks at "age". (one characteristic a field: a second feature can make the same value)',
  ],
  [
    "no predicate",
    changed('<SimplePredicate field="income" operator="isMissing"/>', ""),
    "38:9 An Attribute has one predicate. (a SimplePredicate, CompoundPredicate, SimpleSetPredicate or True)",
  ],
  [
    "an unknown operator",
    changed('operator="greaterThan" value="39"', 'operator="above" value="39"'),
    'operator="above" cannot be carried over.',
  ],
  [
    "no value",
    changed('operator="greaterThan" value="39"', 'operator="greaterThan"'),
    "35:38 SimplePredicate has no attribute value. (the attribute value)",
  ],
  [
    "a compound of one",
    changed('<SimplePredicate field="age" operator="greaterThan" value="18"/>', ""),
    "33:37 A CompoundPredicate joins 1 predicates. (two or more)",
  ],
  ["a word of two lines", changed("marketing", "market&#10;ing"), "cannot be carried over. (1 to 128 visible characters"],
  ["a word that looks like a parameter", changed("marketing", "$marketing"), 'The value "$marketing" cannot be carried over.'],
  [
    "a set that does not count right",
    changed(
      '<SimplePredicate field="department" operator="equal" value="marketing"/>',
      '<SimpleSetPredicate field="department" booleanOperator="isIn"><Array n="3" type="string">marketing sales</Array></SimpleSetPredicate>',
    ),
    '26:107 n is "3", but the Array has 2 values. (the number of values)',
  ],
  [
    "a set whose quotes do not close",
    changed(
      '<SimplePredicate field="department" operator="equal" value="marketing"/>',
      '<SimpleSetPredicate field="department" booleanOperator="isIn"><Array type="string">"marketing sales</Array></SimpleSetPredicate>',
    ),
    "26:100 The values of this Array cannot be told apart.",
  ],
  [
    "words left out beside every other word",
    changed('operator="equal" value="business"', 'operator="notEqual" value="sales"'),
    '24:7 No Attribute takes "sales". (an Attribute for each of these)',
  ],
  [
    "more bins than a manifest takes",
    changed(
      '<Attribute partialScore="26">',
      `${Array.from({ length: 253 }, (_, i) => `<Attribute partialScore="1"><SimplePredicate field="income" operator="equal" value="${i}"/></Attribute>`).join("")}<Attribute partialScore="26">`,
    ),
    "37:7 This characteristic has 257 Attributes. (at most 256)",
  ],
  [
    "too many predicates",
    changed(
      '<SimplePredicate field="income" operator="greaterThan" value="2500"/>',
      `<CompoundPredicate booleanOperator="or">${'<SimplePredicate field="income" operator="greaterThan" value="2500"/>'.repeat(2100)}</CompoundPredicate>`,
    ),
    "37:7 The predicates of this characteristic are too long. (at most 2048 predicates and values of arrays)",
  ],
];

describe("a PMML document is refused for", () => {
  test.each(refused)("%s", (_, text, refusal) => {
    expect(pmmlRefusals(text).join("\n")).toContain(refusal);
  });
});

describe("the longest predicates that there may be are read in one pass", () => {
  const characteristics = Array.from({ length: 7 }, (_, i) => `f${i}`);
  const long = (field: string, connective: string) => {
    const parts = Array.from({ length: 2000 }, (_, value) => `<SimplePredicate field="${field}" operator="notEqual" value="${value}"/>`);
    return `<CompoundPredicate booleanOperator="${connective}">${parts.join("")}</CompoundPredicate>`;
  };
  const document = (connective: string) => {
    const each = (form: (name: string) => string) => characteristics.map(form).join("");
    return `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary>${each((name) => `<DataField name="${name}" optype="continuous" dataType="double"/>`)}</DataDictionary>
<Scorecard functionName="regression"><MiningSchema>${each((name) => `<MiningField name="${name}"/>`)}</MiningSchema><Characteristics>${each((name) => `<Characteristic><Attribute partialScore="1">${long(name, connective)}</Attribute></Characteristic>`)}</Characteristics></Scorecard></PMML>`;
  };

  // Joined one after the other, the first and the last took half a minute each.
  test.each([
    ["and", 2001],
    ["or", 1],
    ["xor", 2000],
  ])("joined by %s", (connective, lines) => {
    const { characteristics: found } = readPmml(document(connective));
    expect(found.map(([, each]) => each.filter(({ gives }) => gives !== undefined).length)).toEqual(characteristics.map(() => lines));
  });
});

test("every mistake is reported at once, in the order of the text", () => {
  const text = changed('partialScore="26"', 'partialScore="x"').replace('"pointsBelow"', '"points"').replace('value="39"', 'value=""');
  const lines = pmmlRefusals(text).map((each) => Number(each.split(":")[0]));
  expect(lines).toHaveLength(3);
  expect(lines).toEqual(lines.toSorted((a, b) => a - b));
});

test("no message quotes more than a short part of the document", () => {
  const secret = "s".repeat(3000);
  const found = pmmlRefusals(changed('operator="equal" value="marketing"', `operator="${secret}" value="${secret}"`));
  expect(found.length).toBeGreaterThan(0);
  for (const each of found) expect(each.length).toBeLessThan(400);
});

describe("what says nothing about scoring is named, not passed over", () => {
  test.each(["ModelStats", "ModelExplanation", "ModelVerification"])("%s", (name) => {
    const { leftOut } = readPmml(changed("<Characteristics>", `<${name}/><Characteristics>`));
    expect(leftOut).toEqual(["line 3: Header, which says nothing about scoring", `line 23: ${name}, which says nothing about scoring`]);
  });
});
