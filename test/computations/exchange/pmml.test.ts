import { describe, expect, test } from "vitest";
import { compileManifest } from "../../../src/computations/computation.js";
import { intoManifest } from "../../../src/computations/exchange/intoManifest.js";
import { plainDecimal } from "../../../src/computations/exchange/pmml/number.js";
import { readPmml } from "../../../src/computations/exchange/pmml/readPmml.js";
import { writePmml } from "../../../src/computations/exchange/pmml/writePmml.js";
import { parseManifest } from "../../../src/computations/manifest/manifest.js";
import { identifierPattern } from "../../../src/model/names.js";
import { applicantManifest, applicantSchemas, compiled, outcomeOf, pmmlRefusals, refusalsOf } from "./fixtures.js";

test.each([
  ["19", "19"],
  ["19.0", "19"],
  ["+1.9E1", "19"],
  ["-0.5", "-0.5"],
  [".5", "0.5"],
  ["5.", "5"],
  ["1E-3", "0.001"],
  ["12345e-2", "123.45"],
  ["0.00012E5", "12"],
  ["-0.0", "0"],
  ["-0e9", "0"],
  ["007", "7"],
  [" 7 ", "7"],
  ["1E29", `1${"0".repeat(29)}`],
])("the number %s is %s", (text, decimal) => {
  expect(plainDecimal(text)).toBe(decimal);
});

test.each(["", ".", "-", "INF", "-INF", "NaN", "1,5", "1 5", "0x10", "1E30", "1E-31", "1E999", "1E9999", "--1", "1e", "٣", "1".repeat(41)])(
  "%j is no number",
  (text) => {
    expect(plainDecimal(text)).toBeUndefined();
  },
);

interface Parts {
  readonly data?: string;
  readonly mining?: string;
  readonly scorecard?: string;
  readonly characteristic?: string;
}

/** A model of one characteristic over `field`. */
function model(
  field: string,
  type: string,
  attributes: string,
  { data = "", mining = "", scorecard = "", characteristic = "" }: Parts = {},
): string {
  return `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>
<DataDictionary><DataField name="${field}" optype="categorical" dataType="${type}">${data}</DataField></DataDictionary>
<Scorecard functionName="regression" ${scorecard}><MiningSchema><MiningField name="${field}" ${mining}/></MiningSchema>
<Characteristics><Characteristic ${characteristic}>${attributes}</Characteristic></Characteristics></Scorecard></PMML>`;
}

const attribute = (points: number, predicate: string) => `<Attribute partialScore="${points}">${predicate}</Attribute>`;
const is = (field: string, value: string, operator = "equal") =>
  `<SimplePredicate field="${field}" operator="${operator}" value="${value}"/>`;
const isMissing = (field: string) => `<SimplePredicate field="${field}" operator="isMissing"/>`;
const isIn = (field: string, array: string) =>
  `<SimpleSetPredicate field="${field}" booleanOperator="isIn"><Array type="string">${array}</Array></SimpleSetPredicate>`;

const output = "{ score: { min: -100, max: 100, step: 1 } }";
const evaluate = (text: string, field: "word" | "age" | "income") => {
  const computation = compiled(readPmml(text), applicantManifest([field], output));
  return (value: string | number | undefined) => outcomeOf(computation, { [field]: value }).replace(" []", "");
};

describe("a missing or invalid value", () => {
  const words = attribute(1, is("word", "A")) + attribute(2, is("word", "B")) + attribute(3, isMissing("word"));
  const rest = attribute(1, is("word", "A")) + attribute(2, "<True/>");
  const listed = '<Value value="A"/><Value value="B"/>';

  test.each<[string, string, Parts, string]>([
    ["takes its own Attribute", words, {}, "A=1 B=2 C=- missing=3"],
    ["is invalid where it has none", rest.replace("<True/>", is("word", "A", "notEqual")), {}, "A=1 B=2 C=2 missing=-"],
    ["is true for True", rest, {}, "A=1 B=2 C=2 missing=2"],
    ["counts as invalid outside of the listed values", rest, { data: listed }, "A=1 B=2 C=- missing=2"],
    ["counts as missing", words, { data: listed, mining: 'invalidValueTreatment="asMissing"' }, "A=1 B=2 C=3 missing=3"],
    ["passes as it is", rest, { data: listed, mining: 'invalidValueTreatment="asIs"' }, "A=1 B=2 C=2 missing=2"],
    ["is replaced", rest, { mining: 'missingValueReplacement="A"' }, "A=1 B=2 C=2 missing=1"],
    [
      "is replaced by what no Attribute takes",
      attribute(1, is("word", "A")),
      { mining: 'missingValueReplacement="Z"' },
      "A=1 B=- C=- missing=-",
    ],
    [
      "is replaced, an invalid one too",
      rest,
      { data: listed, mining: 'missingValueReplacement="A" invalidValueTreatment="asMissing"' },
      "A=1 B=2 C=1 missing=1",
    ],
    ["makes the result invalid", rest, { mining: 'missingValueTreatment="returnInvalid"' }, "A=1 B=2 C=2 missing=-"],
  ])("%s", (_, attributes, parts, expected) => {
    const outcome = evaluate(model("word", "string", attributes, parts), "word");
    const found = ["A", "B", "C", undefined].map(
      (word) => `${word ?? "missing"}=${outcome(word).replace("score ", "").replace("no-record", "-")}`,
    );
    expect(found.join(" ")).toBe(expected);
  });

  test("that counts as missing needs an Attribute for every valid one", () => {
    const text = model("word", "string", attribute(1, is("word", "A")) + attribute(3, isMissing("word")), {
      data: listed,
      mining: 'invalidValueTreatment="asMissing"',
    });
    expect(pmmlRefusals(text).join()).toContain('No Attribute takes "B". (an Attribute for each of these)');
  });

  test("an Attribute for what is replaced before is never reached", () => {
    expect(pmmlRefusals(model("word", "string", words, { mining: 'missingValueReplacement="A"' })).join()).toContain("never reached");
  });
});

describe("numbers", () => {
  test("that are whole leave nothing between 18 and 19", () => {
    const bins = attribute(1, is("age", "18", "lessOrEqual")) + attribute(2, is("age", "19", "greaterOrEqual"));
    const lines = (type: string) => readPmml(model("age", type, bins)).characteristics[0]?.[1].map(({ when }) => when);
    expect(lines("integer")?.filter((when) => when === "otherwise")).toHaveLength(0);
    expect(lines("double")?.filter((when) => when === "otherwise")).toHaveLength(1);
  });

  test("are compared as the decimals that they are written as", () => {
    const outcome = evaluate(
      model("income", "double", attribute(1, is("income", "1.0E-1", "lessOrEqual")) + attribute(2, "<True/>")),
      "income",
    );
    expect([0, 1, 2].map(outcome)).toEqual(["score 1", "score 1", "score 2"]);
  });
});

test("the values of an Array are told apart by spaces and double quotes", () => {
  const array = 'A "two words" &quot;say \\"so\\"&quot;\n\t"back\\\\slash" "低风险"';
  const [, lines] = readPmml(model("word", "string", attribute(1, isIn("word", array)))).characteristics[0] ?? [];
  const [first] = lines ?? [];
  const texts = typeof first?.when === "object" ? first.when.oneOf?.map(({ text }) => text) : undefined;
  expect(texts).toEqual(["A", "two words", 'say "so"', "back\\slash", "低风险"]);
});

describe("reason codes", () => {
  const bins = attribute(10, is("word", "A")) + attribute(0, "<True/>");
  const reasons = (parts: Parts) => evaluate(model("word", "string", bins, parts), "word")("B");

  test.each<[string, Parts, string]>([
    ["none named", {}, "score 0"],
    ["named, but not used", { characteristic: 'reasonCode="R1"', scorecard: 'useReasonCodes="false"' }, "score 0"],
    ["used, below the baseline of the model", { characteristic: 'reasonCode="R1"', scorecard: 'baselineScore="1"' }, "score 0 [R1]"],
    ["used, at the baseline", { characteristic: 'reasonCode="R1"', scorecard: 'baselineScore="0"' }, "score 0"],
    [
      "used, a baseline of the characteristic's own",
      { characteristic: 'reasonCode="R1" baselineScore="0.5"', scorecard: 'baselineScore="-1"' },
      "score 0 [R1]",
    ],
    [
      "used, above",
      { characteristic: 'reasonCode="R1"', scorecard: 'baselineScore="-1" reasonCodeAlgorithm="pointsAbove"' },
      "score 0 [R1]",
    ],
  ])("%s", (_, parts, expected) => {
    expect(reasons(parts)).toBe(expected);
  });

  test("said to be used, but not named, are refused", () => {
    const text = model("word", "string", bins, { scorecard: 'useReasonCodes="true" baselineScore="0"' });
    expect(pmmlRefusals(text).join()).toContain("Neither this Attribute nor its Characteristic has a reason code.");
  });
});

describe("an exported model", () => {
  const manifest = (card: string, out = output) =>
    applicantManifest(["age", "department"], out).replace(/scorecard:[\s\S]*?(?=# What leaves)/, `scorecard:\n  base: 0\n${card}\n`);
  const exported = (card: string, out?: string) => {
    const parsed = parseManifest(manifest(card, out));
    return writePmml(parsed, compileManifest(parsed, applicantSchemas).bound);
  };
  const department = "    department: [ { is: business, points: 4 }, { otherwise: 0, reason: R1 }, { missing: no_record } ]";
  const age = (lines: string) => `  characteristics:\n    age: [ ${lines}, { missing: no_record } ]\n${department}`;

  test("says in full what the manifest says", () => {
    expect(
      exported(age("{ above: 1.5, at_most: 30, points: 5.25, reason: R2 }, { in: [31, 32], points: 7 }, { otherwise: no_record }")),
    ).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>
<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
  <Header description="applicants 1.0.0">
    <Application name="Frostglass"/>
  </Header>
  <DataDictionary numberOfFields="3">
    <DataField name="age" optype="continuous" dataType="integer"/>
    <DataField name="department" optype="categorical" dataType="string"/>
    <DataField name="score" optype="continuous" dataType="double"/>
  </DataDictionary>
  <Scorecard modelName="applicants" functionName="regression" initialScore="0" useReasonCodes="true" reasonCodeAlgorithm="pointsBelow">
    <MiningSchema>
      <MiningField name="age" invalidValueTreatment="asIs"/>
      <MiningField name="department" invalidValueTreatment="asIs"/>
      <MiningField name="score" usageType="target"/>
    </MiningSchema>
    <Output>
      <OutputField name="total points" optype="continuous" dataType="double" feature="predictedValue"/>
      <OutputField name="reason 1" optype="categorical" dataType="string" feature="reasonCode" rank="1"/>
      <OutputField name="reason 2" optype="categorical" dataType="string" feature="reasonCode" rank="2"/>
      <OutputField name="reason 3" optype="categorical" dataType="string" feature="reasonCode" rank="3"/>
      <OutputField name="reason 4" optype="categorical" dataType="string" feature="reasonCode" rank="4"/>
    </Output>
    <Characteristics>
      <Characteristic name="age" baselineScore="7">
        <Attribute reasonCode="R2" partialScore="5.25">
          <CompoundPredicate booleanOperator="and">
            <SimplePredicate field="age" operator="greaterThan" value="1.5"/>
            <SimplePredicate field="age" operator="lessOrEqual" value="30"/>
          </CompoundPredicate>
        </Attribute>
        <Attribute reasonCode="NONE" partialScore="7">
          <SimpleSetPredicate field="age" booleanOperator="isIn">
            <Array n="2" type="real">31 32</Array>
          </SimpleSetPredicate>
        </Attribute>
      </Characteristic>
      <Characteristic name="department" baselineScore="4">
        <Attribute reasonCode="NONE" partialScore="4">
          <SimplePredicate field="department" operator="equal" value="business"/>
        </Attribute>
        <Attribute reasonCode="R1" partialScore="0">
          <SimplePredicate field="department" operator="isNotMissing"/>
        </Attribute>
      </Characteristic>
    </Characteristics>
  </Scorecard>
</PMML>
`,
    );
  });

  test("calls no output as a feature may be called: in PMML their names share one space", () => {
    const text = exported(age("{ at_least: 18, points: 9 }, { otherwise: 0, reason: R2 }"));
    const outputs = [...text.matchAll(/<OutputField name="([^"]*)"/g)].map(([, name = ""]) => name);
    expect(outputs.length).toBeGreaterThan(1);
    expect(outputs.filter((name) => identifierPattern.test(name))).toEqual([]);
  });

  test("of words with every sign that XML gives a meaning is read back as it was", () => {
    const text = applicantManifest(["word"], output).replace(
      "[ { otherwise: 0 } ]",
      `[ { in: ["a<b", 'c"d', "e&f>g", "h\\\\i"], points: 3 }, { is: "j&k", points: 1 }, { otherwise: 0 }, { missing: 0 } ]`,
    );
    const parsed = parseManifest(text);
    const again = intoManifest(readPmml(writePmml(parsed, compileManifest(parsed, applicantSchemas).bound)), text);
    const computation = compileManifest(again.manifest, applicantSchemas);
    expect(["a<b", 'c"d', "e&f>g", "h\\i", "j&k", "other", undefined].map((word) => outcomeOf(computation, { word }))).toEqual(
      [4, 4, 4, 4, 2, 1, 1].map((score) => `score ${score} []`),
    );
  });

  test.each<[string, string, string | undefined, string]>([
    [
      "a code of two features",
      age("{ at_least: 18, points: 9 }, { otherwise: 0, reason: R1 }"),
      undefined,
      'gives the reason "R1" too, and PMML adds up the points of one code.',
    ],
    [
      "a bin that loses points without a reason",
      age("{ at_least: 18, points: 9 }, { at_least: 9, points: 3 }, { otherwise: 0, reason: R2 }"),
      undefined,
      "This bin loses points and names no reason",
    ],
    [
      "a code that marks no reason",
      age("{ at_least: 18, points: 9 }, { otherwise: 0, reason: NONE }"),
      undefined,
      "NONE marks bins without a reason in the model.",
    ],
    ["a feature that gives no points", age("{ otherwise: no_record }"), undefined, "No bin of age gives points."],
  ])("is refused for %s", (_, card, out, message) => {
    expect(refusalsOf(() => exported(card, out)).join()).toContain(message);
  });

  test("is refused for a parameter in a bin, at its line", () => {
    const text = manifest(age("{ at_least: $cutoff, points: 9 }, { otherwise: 0, reason: R2 }")).replace(
      "# Each value",
      "parameters: { cutoff: { choices: [1, 2] } }\n# Each value",
    );
    const parsed = parseManifest(text);
    const refusals = refusalsOf(() => writePmml(parsed, compileManifest(parsed, applicantSchemas).bound));
    expect(refusals).toEqual(['17:24 The bin depends on the parameter "cutoff". (a number or word in its place)']);
  });

  test("has no reasons where the manifest gives none out", () => {
    const text = exported(
      age("{ at_least: 18, points: 9 }, { otherwise: 0, reason: R1 }"),
      "{ score: { min: 0, max: 9, step: 1 }, reasons: 0 }",
    );
    expect(text).toContain('useReasonCodes="false"');
    expect(text).not.toContain("reasonCode=");
  });
});
