import type { TurnedThrough } from "../../../computations/analysis/turning.js";
import type { LeakageWarning } from "../../../computations/analysis/warnings.js";
import type { Words } from "./words.js";

const records = (count: number): string => (count === 1 ? "one record" : `${count} records`);

const through: Readonly<Record<TurnedThrough["kind"], (each: TurnedThrough) => string>> = {
  feature: ({ name, records: count }) =>
    `${name}: ${count === 1 ? "any one record" : `one of at least ${count} records that pass its filters`}`,
  linear: () => "the linear predictor: any one record",
  "no-record": ({ name, records: count }) => `no_record: ${count === 1 ? "the first record" : `record number ${count}`} of ${name}`,
  "on-file": () => "being on file at all: no no_record asks for any record",
};

const warnings: Readonly<Record<LeakageWarning["kind"], (each: LeakageWarning) => string>> = {
  "movable-cutoff": ({ name, count }) => `parameters move the cutoff of ${name} to ${count} places, which close in on its value`,
  "values-pinned": ({ name, count }) => `${count} values of ${name} are told exactly, or within one percent`,
  "narrow-filter": ({ name }) => `this filter picks single records, and ${name} hangs on them`,
  "few-records": ({ count }) => `an answer can rest on ${records(Math.max(count, 1))}`,
  "reason-tells-bin": ({ name }) => `the reason ${name} is given by one bin only, and so tells that bin`,
  "unused-feature": ({ name }) => `no outcome hangs on ${name}: it is made for nothing, or something was forgotten`,
};

export const english: Words = {
  purposes: "For: ",
  reads: "What it reads",
  never: "never: ",
  oneAnswer: "What one answer tells",
  answers: (count, bits) => `one of ${count} answers: at most ${bits} bits`,
  yes: "yes",
  no: "no",
  noRecord: "no record",
  everyParameter: "What asking with every parameter tells",
  noParameters: "There are no parameters: asking again tells nothing new until there is a new epoch.",
  askings: (count, bits) => `${count} askings: at most ${bits} bits together`,
  features: "What that tells of each feature",
  neverFiner: "Never finer than this, however often it is asked in one epoch.",
  cells: (count) => `one of ${count} intervals`,
  variants: (count) => `each of its ${count} values`,
  linear: "the linear predictor",
  between: (low, high) => `${low} to ${high}`,
  both: (low, high) => `${low}, ${high}`,
  exactly: (value) => `exactly ${value}`,
  atLeast: (value) => `${value} or more`,
  above: (value) => `above ${value}`,
  atMost: (value) => `up to ${value}`,
  below: (value) => `below ${value}`,
  anyValue: "any value",
  or: " or ",
  other: "any other",
  missing: "missing",
  oneRecord: "Can one record turn the outcome?",
  turns: (count) =>
    count === 1
      ? "Yes, even a subject's only record, through"
      : `Not while there are fewer than ${records(count)} in all. From there on one more or less can, through`,
  through: (each) => through[each.kind](each),
  rests: (dataset, count) => `With fewer than ${records(count)} of ${dataset} the answer is no record.`,
  cost: "What it costs",
  perRecord: (alias, steps) => `${steps} steps for each record of ${alias}`,
  worst: (steps) => `at most ${steps} steps for the largest page (1 048 576 records)`,
  lookAt: "Look at",
  warning: (each) => warnings[each.kind](each),
  line: (line) => `line ${line}`,
  beside: "Beside what is in force",
  alone: (dataset) => `${dataset}: nothing else in force reads these columns`,
  shares: (id, columns, bits) => `${id} reads ${columns.join(", ")} too: at most ${bits} bits`,
  together: (dataset, bits) => `${dataset}: all of them together tell at most ${bits} bits`,
  budget: (dataset, bits, answers) => `${dataset}: the policy's ${bits} bits a period are spent after ${answers} answers`,
  policy: "Policy",
  within: "within the limits of policy.yaml",
  refused: ({ limit, message, expected }) => `${message} (${limit}; expected ${expected ?? "less"})`,
  noPolicy: "not held against a policy (give --home)",
  manifest: "manifest",
  report: "leakage ",
};
