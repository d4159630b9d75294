import { type Digest, digestOf } from "../../model/digest.js";
import { versionPattern } from "../../model/names.js";
import { fields, needed, optional, type Values } from "../syntax/fields.js";
import { ManifestError, type Place, Problems } from "../syntax/problems.js";
import { list, made, type Name, oneOrMore, type Shape, table, word } from "../syntax/shape.js";
import { parseTree } from "../syntax/tree.js";
import { type Where, whereShape } from "./columnTest.js";
import { type Example, exampleShape } from "./example.js";
import { type Feature, feature } from "./feature.js";
import { anyKind, constant, countKind, dayKind, identifier, type Operand, operand, pattern, prose, reasonCode } from "./literals.js";
import { type Output, outputShape } from "./output.js";
import { type Linear, linearShape, type Scorecard, scorecardShape } from "./scorecard.js";

/** A text for people: in English and, where the author gave it, in Chinese. */
export interface Bilingual {
  readonly en: string;
  readonly zh: string | undefined;
}

/** A value that a query may choose, from a closed list. */
export interface ParameterEntry {
  readonly name: Name;
  /** The choices as written. */
  readonly choices: readonly Name[];
  readonly default: Name | undefined;
}

/** With fewer records than this the outcome is no-record. */
export interface TooFew {
  readonly fewerThan: Operand;
  readonly of: Name;
  readonly where: Where;
  readonly place: Place;
}

/** A computation's text, read: sound in form, not yet held against the schemas of the datasets it names. */
export interface Manifest {
  readonly text: string;
  /** SHA-256 of the text's exact UTF-8 bytes: what reviewers approve and answers name. */
  readonly digest: Digest;
  readonly id: string;
  readonly version: string;
  readonly title: Bilingual;
  readonly reveals: Bilingual;
  /** The organisation that wrote it, where the text says so: policies may refuse that organisation's own approval. */
  readonly author: string | undefined;
  readonly purposes: readonly string[];
  readonly subject: Name;
  /** First and last day (day numbers) on which it may be asked, where the author set them. */
  readonly valid: { readonly from: number | undefined; readonly until: number | undefined };
  readonly inputs: readonly { readonly alias: Name; readonly dataset: Name }[];
  readonly parameters: readonly ParameterEntry[];
  readonly features: readonly { readonly name: Name; readonly feature: Feature }[];
  readonly scorecard: Scorecard | undefined;
  readonly linear: Linear | undefined;
  readonly output: Output;
  readonly reasons: readonly { readonly code: Name; readonly text: Bilingual }[];
  readonly tooFew: readonly TooFew[];
  readonly examples: readonly Example[];
}

const bilingual: Shape<Bilingual> = made(
  fields("a text for people", { en: needed(prose, "in English"), zh: optional(prose, "in Chinese") }),
  ({ en, zh }) => ({ en, zh }),
);

const author = fields("the author", { organisation: needed(prose, "the organisation that wrote it, as policies name it") });

const choice: Shape<Name> = made(constant(anyKind), (text, place) => ({ text, place }));
const parameter = fields("a parameter", {
  choices: needed(list(choice, 1, 64), "every value that may be asked with"),
  default: optional(choice, "the choice where a query gives none"),
});

const noRecord: Shape<TooFew> = made(
  fields("no_record", {
    fewer_than: needed(operand(countKind), "the number of records that is enough"),
    of: needed(identifier, "an input"),
    where: optional(whereShape, "only records that pass all of these filters count"),
  }),
  ({ fewer_than, of, where }, place) => ({ fewerThan: fewer_than, of, where: where ?? [], place }),
);

const validity = made(
  fields("valid", { from: optional(constant(dayKind), "the first day"), until: optional(constant(dayKind), "the last day") }),
  ({ from, until }, place, problems) => {
    if (from === undefined || until === undefined || from <= until) return { from, until };
    problems.mistake(place, "The last day is before the first.", "from before until");
    return undefined;
  },
);

const manifestFields = {
  frostglass: needed(word("computation/1"), "the language and its version"),
  id: needed(identifier, "the name of the computation"),
  version: needed(pattern("a version such as 1.0.0", versionPattern), "its version"),
  title: needed(bilingual, "a title"),
  reveals: needed(bilingual, "what an answer tells about a subject, and why that is acceptable"),
  author: optional(author, "who wrote it"),
  purposes: needed(list(identifier, 1, 32), "what it may be asked for"),
  subject: needed(identifier, "the scheme of its subjects, such as uscc"),
  valid: optional(validity, "when it may be asked"),
  inputs: needed(table(identifier, identifier, 1, 16), "the datasets it reads, each under a short name"),
  parameters: optional(table(identifier, parameter, 1, 16), "the values that a query may choose"),
  features: needed(table(identifier, feature, 1, 512), "the values made from the records"),
  scorecard: optional(scorecardShape, "points by feature"),
  linear: optional(linearShape, "a weighted sum of features"),
  output: needed(outputShape, "what leaves the vault"),
  reasons: optional(table(reasonCode, bilingual, 1, 256), "what each reason code means"),
  no_record: optional(oneOrMore(noRecord, 16), "when there is too little to judge by"),
  examples: optional(list(exampleShape, 0, 100), "records in, outcome out"),
};

/** The shape of a whole manifest: the one source of what `parseManifest` accepts and of the JSON Schema for editors. */
export const manifestShape = fields("the manifest", manifestFields);

/**
 * Reads a manifest's text: strict YAML (see `scanText`), every key known, every literal well-formed. Names of columns and members are
 * checked later, by `checkManifest`. Throws `ManifestError` (`manifest-invalid`) with every mistake at its line and column.
 */
export function parseManifest(text: string): Manifest {
  const problems = new Problems();
  const tree = parseTree(text, problems);
  const values = tree === undefined || problems.mistakes > 0 ? undefined : manifestShape.read(tree, problems);
  if (values === undefined || problems.mistakes > 0) throw new ManifestError(problems.sorted());
  return manifestOf(text, values);
}

function manifestOf(text: string, values: Values<typeof manifestFields>): Manifest {
  return {
    text,
    digest: digestOf(text),
    id: values.id.text,
    version: values.version.text,
    title: values.title,
    reveals: values.reveals,
    author: values.author?.organisation,
    purposes: values.purposes.map((purpose) => purpose.text),
    subject: values.subject,
    valid: values.valid ?? { from: undefined, until: undefined },
    inputs: values.inputs.map(([alias, dataset]) => ({ alias, dataset })),
    parameters: (values.parameters ?? []).map(([name, { choices, default: preset }]) => ({ name, choices, default: preset })),
    features: values.features.map(([name, made]) => ({ name, feature: made })),
    scorecard: values.scorecard,
    linear: values.linear,
    output: values.output,
    reasons: (values.reasons ?? []).map(([code, meaning]) => ({ code, text: meaning })),
    tooFew: values.no_record ?? [],
    examples: values.examples ?? [],
  };
}
