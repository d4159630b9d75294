import { type Computation, compileManifest } from "../../../src/computations/computation.js";
import { formatOutcome } from "../../../src/computations/examples.js";
import type { ExchangedCard } from "../../../src/computations/exchange/exchangedCard.js";
import { ExchangeError } from "../../../src/computations/exchange/exchangedCard.js";
import { intoManifest } from "../../../src/computations/exchange/intoManifest.js";
import { readPmml } from "../../../src/computations/exchange/pmml/readPmml.js";
import { parseManifest } from "../../../src/computations/manifest/manifest.js";
import { PageBuilder } from "../../../src/datasets/page.js";
import { type DatasetSchema, parseSchema } from "../../../src/datasets/schema.js";

/** A dataset with a number, a whole number, a word of a closed list and a word, all of which may be missing. */
export const applicants: DatasetSchema = parseSchema(`frostglass: dataset/1
name: applicants
title: { en: Applicants }
subject: { scheme: opaque, pattern: "E[0-9]{1,5}" }
columns:
  department: { type: enum, members: [marketing, engineering, business], optional: true }
  age: { type: integer, optional: true }
  income: { type: decimal, scale: 1, optional: true }
  word: { type: code, optional: true }
`);
export const applicantSchemas: ReadonlyMap<string, DatasetSchema> = new Map([[applicants.name, applicants]]);

/** A manifest over those columns, with a scorecard to be replaced. */
export function applicantManifest(features: readonly string[], output: string): string {
  return `frostglass: computation/1
id: applicants
version: 1.0.0
title: { en: Applicants }
reveals: { en: A score } # and nothing else
purposes: [testing]
subject: opaque
inputs: { a: applicants }
# Each value is that of the one record.
features:
${features.map((name) => `  ${name}: { only: a.${name} }`).join("\n")}
scorecard: # to be replaced
  base: 1 # points
  # by feature
  characteristics:
    ${features[0]}: [ { otherwise: 0 } ]
    # the end of the scorecard

# What leaves the vault.
output: ${output}
# The end.
`;
}

export interface Applicant {
  readonly department?: string | undefined;
  readonly age?: number | undefined;
  /** In tenths. */
  readonly income?: number | undefined;
  readonly word?: string | undefined;
}

/** Outcome and reasons, such as `score 29 [RC2 RC1]`, of a record. */
export function outcomeOf(computation: Computation, { department, age, income, word }: Applicant): string {
  const members = applicants.columns[0]?.members ?? [];
  const builder = new PageBuilder(applicants);
  const numbers = [
    department === undefined ? Number.NaN : members.indexOf(department),
    age ?? Number.NaN,
    income ?? Number.NaN,
    Number.NaN,
  ];
  builder.append(numbers, [undefined, undefined, undefined, word]);
  const { outcome, reasonCodes } = computation.evaluate([builder.build()], { values: {}, choices: [] }, 0);
  return `${formatOutcome(outcome)} [${reasonCodes.join(" ")}]`;
}

export function compiled(card: ExchangedCard, manifest: string): Computation {
  return compileManifest(parseManifest(intoManifest(card, manifest).text), applicantSchemas);
}

/** Each mistake as `line:column message (expected …)`. */
export function refusalsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (thrown) {
    if (!(thrown instanceof ExchangeError)) throw thrown;
    return thrown.problems.map(({ line, column, message, expected }) => `${line}:${column} ${message} (${expected ?? ""})`);
  }
  return [];
}

export function pmmlRefusals(text: string): readonly string[] {
  return refusalsOf(() => readPmml(text));
}

/**
 * The scorecard that the Scorecard chapter of the PMML specification (DMG) publishes: three characteristics with their points, baselines and
 * codes. The document around these facts is ours. `ageCodes` are the variant with codes at the Attributes of age.
 */
export function publishedScorecard(version = "4.1", ageCodes = false): string {
  const simple = (field: string, operator: string, value?: string) =>
    `<SimplePredicate field="${field}" operator="${operator}"${value === undefined ? "" : ` value="${value}"`}/>`;
  const between = (field: string, low: string, high: string) =>
    `<CompoundPredicate booleanOperator="and">${simple(field, "greaterThan", low)}${simple(field, "lessOrEqual", high)}</CompoundPredicate>`;
  const attribute = (points: string, predicate: string, code = "") =>
    `        <Attribute partialScore="${points}"${code}>${predicate}</Attribute>`;
  const code = (index: number) => (ageCodes ? ` reasonCode="RC2_${index}"` : "");
  return `<?xml version="1.0" encoding="UTF-8"?>
<PMML version="${version}" xmlns="http://www.dmg.org/PMML-${version.slice(0, 3).replace(".", "_")}">
  <Header description="The example of the Scorecard chapter"/>
  <DataDictionary numberOfFields="4">
    <DataField name="department" dataType="string" optype="categorical"/>
    <DataField name="age" dataType="integer" optype="continuous"/>
    <DataField name="income" dataType="double" optype="continuous"/>
    <DataField name="overallScore" dataType="double" optype="continuous"/>
  </DataDictionary>
  <Scorecard modelName="SampleScorecard" functionName="regression" useReasonCodes="true" reasonCodeAlgorithm="pointsBelow" initialScore="0" baselineMethod="other">
    <MiningSchema>
      <MiningField name="department" usageType="active" invalidValueTreatment="asMissing"/>
      <MiningField name="age" usageType="active" invalidValueTreatment="asMissing"/>
      <MiningField name="income" usageType="active" invalidValueTreatment="asMissing"/>
      <MiningField name="overallScore" usageType="predicted"/>
    </MiningSchema>
    <Output>
      <OutputField name="score" feature="predictedValue" dataType="double" optype="continuous"/>
      <OutputField name="first" rank="1" feature="reasonCode" dataType="string" optype="categorical"/>
      <OutputField name="second" rank="2" feature="reasonCode" dataType="string" optype="categorical"/>
      <OutputField name="third" rank="3" feature="reasonCode" dataType="string" optype="categorical"/>
    </Output>
    <Characteristics>
      <Characteristic name="departmentScore" reasonCode="RC1" baselineScore="19">
${attribute("-9", simple("department", "isMissing"))}
${attribute("19", simple("department", "equal", "marketing"))}
${attribute("3", simple("department", "equal", "engineering"))}
${attribute("6", simple("department", "equal", "business"))}
      </Characteristic>
      <Characteristic name="ageScore"${ageCodes ? "" : ' reasonCode="RC2"'} baselineScore="18">
${attribute("-1", simple("age", "isMissing"), code(1))}
${attribute("-3", simple("age", "lessOrEqual", "18"), code(2))}
${attribute("0", between("age", "18", "29"), code(3))}
${attribute("12", between("age", "29", "39"), code(4))}
${attribute("18", simple("age", "greaterThan", "39"), code(5))}
      </Characteristic>
      <Characteristic name="incomeScore" reasonCode="RC3" baselineScore="10">
${attribute("5", simple("income", "isMissing"))}
${attribute("26", simple("income", "lessOrEqual", "1000"))}
${attribute("5", between("income", "1000", "2500"))}
${attribute("-3", simple("income", "greaterThan", "2500"))}
      </Characteristic>
    </Characteristics>
  </Scorecard>
</PMML>
`;
}
