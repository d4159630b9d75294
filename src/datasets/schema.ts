import { z } from "zod";
import { type Digest, digestOf } from "../model/digest.js";
import { identifierPattern } from "../model/names.js";
import { subjectSchemes } from "../model/schemes/index.js";
import { compilePattern } from "../model/schemes/opaque.js";
import { type Column, columnTypes } from "./columnTypes/index.js";
import { readYaml, type YamlDocument, yamlError } from "./yamlDocument.js";

/** A title in the languages that the holder wrote. */
export interface Title {
  readonly en: string;
  readonly zh?: string | undefined;
}

/**
 * What one dataset holds: typed columns, and the scheme of its subjects. A schema text reads:
 *
 *     frostglass: dataset/1
 *     name: vat-sales
 *     title: { en: Sales invoices, zh: 销项发票 }
 *     subject: { scheme: uscc }          # or { scheme: opaque, pattern: "E[1-9][0-9]{0,5}" }
 *     columns:
 *       number: { type: code }
 *       net:    { type: money, currency: CNY }
 *       status: { type: enum, members: [valid, void] }
 */
export interface DatasetSchema {
  readonly name: string;
  readonly title: Title;
  readonly subject: { readonly scheme: string; readonly pattern?: string };
  /** In the order of the text; a column is known elsewhere by its position here. */
  readonly columns: readonly Column[];
  /** SHA-256 of the exact text. */
  readonly digest: Digest;
}

/** The most columns a dataset may have. */
export const mostColumns = 256;

const identifier = z
  .string()
  .regex(identifierPattern, "a name of lower-case letters, digits, _ and -, starting with a letter, at most 64 long");
const titleText = z.string().min(1).max(200);

/** One shape a column type, told apart by `type`. Members that a type does not name are refused. */
const columnShapes = columnTypes.map((type) =>
  z.strictObject({ type: z.literal(type.name), optional: z.boolean().default(false), ...type.settings }),
);
// The types' settings together are the members of Column, which the compiler cannot see through a list.
const columnShape = z.discriminatedUnion("type", columnShapes as unknown as [z.ZodObject]) as unknown as z.ZodType<Omit<Column, "name">>;

const schemaShape = z.strictObject({
  frostglass: z.literal("dataset/1"),
  name: identifier,
  title: z.strictObject({ en: titleText, zh: titleText.optional() }),
  subject: z.strictObject({ scheme: z.enum(subjectSchemes.map((scheme) => scheme.name)), pattern: z.string().min(1).optional() }),
  columns: z.record(identifier, columnShape).refine(isSomeColumns, `1 to ${mostColumns} columns`),
});

type SchemaText = z.infer<typeof schemaShape>;

function isSomeColumns(columns: Readonly<Record<string, unknown>>): boolean {
  const count = Object.keys(columns).length;
  return count >= 1 && count <= mostColumns;
}

/**
 * Parses the text of a dataset schema. Throws `schema-invalid` with the facts `line`, `column` and `expected` for the first thing that
 * does not fit.
 */
export function parseSchema(yamlText: string): DatasetSchema {
  const { value, document } = readYaml(yamlText, schemaShape, "schema-invalid");
  const subject = subjectOf(value.subject, document);
  const columns = Object.entries(value.columns).map(([name, column]): Column => ({ name, ...column }));
  return { name: value.name, title: value.title, subject, columns, digest: digestOf(yamlText) };
}

function subjectOf({ scheme, pattern }: SchemaText["subject"], document: YamlDocument): DatasetSchema["subject"] {
  if (pattern === undefined) return { scheme };
  const position = document.locate(["subject", "pattern"]);
  if (scheme !== "opaque") throw yamlError("schema-invalid", position, "no pattern: only the scheme opaque takes one");
  try {
    compilePattern(pattern);
  } catch (cause) {
    throw yamlError(
      "schema-invalid",
      position,
      "a regular expression of at most 200 characters without a repeated group or a back reference",
      [],
      cause,
    );
  }
  return { scheme, pattern };
}
