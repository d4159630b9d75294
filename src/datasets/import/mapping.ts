import { z } from "zod";
import { asFrostglassError, FrostglassError } from "../../errors/error.js";
import { type CellFormat, type Column, cellParser, holdsText, textParser, typeOf } from "../columnTypes/index.js";
import type { DatasetSchema } from "../schema.js";
import { readYaml, type YamlDocument, yamlError } from "../yamlDocument.js";

/** How a CSV file is written (RFC 4180, with the choices that files in the wild make). */
export interface Dialect {
  readonly encoding: "utf-8" | "gb18030";
  readonly delimiter: string;
  /** The character around quoted cells, doubled inside them; empty where quotes are ordinary characters. */
  readonly quote: string;
  /** True when the first record names the columns. */
  readonly header: boolean;
  /** True to drop blanks round cells: ASCII ones, U+3000, no-break spaces and all that Unicode calls white space. */
  readonly trim: boolean;
}

/** Where a column stands in a file: the text of its header, or its position counted from 1 in a file without header. */
export type Place = string | number;

export interface MappedColumn {
  readonly place: Place;
  readonly format: CellFormat;
}

/** How the files of an import become the records of one dataset. */
export interface Mapping extends Dialect {
  /** The cell texts that stand for a missing value; the empty cell is always one. */
  readonly missing: ReadonlySet<string>;
  readonly subject: Place;
  /** By the name of the schema's column. A column that is not here is missing in every record. */
  readonly columns: ReadonlyMap<string, MappedColumn>;
}

const delimiters = { ",": ",", ";": ";", "|": "|", tab: "\t", "\t": "\t" } as const;
const quotes = { '"': '"', "'": "'", none: "" } as const;
const placeShape = z.custom<Place>(isPlace, "the text of a header, or a position counted from 1");

function isPlace(value: unknown): boolean {
  return typeof value === "string" ? value.trim() !== "" && value.length <= 256 : Number.isInteger(value) && (value as number) >= 1;
}

const columnShape = (column: Column) => {
  const shape = z.strictObject({ column: placeShape, ...typeOf(column).format });
  return column.optional ? shape.optional() : shape;
};

const mappingShape = (schema: DatasetSchema) =>
  z.strictObject({
    frostglass: z.literal("mapping/1"),
    dataset: z.literal(schema.name),
    encoding: z.enum(["utf-8", "gb18030"]).default("utf-8"),
    delimiter: z.enum(Object.keys(delimiters) as (keyof typeof delimiters)[]).default(","),
    quote: z.enum(Object.keys(quotes) as (keyof typeof quotes)[]).default('"'),
    header: z.boolean().default(true),
    trim: z.boolean().default(true),
    missing: z.array(z.string().max(64)).max(32).default([]),
    subject: z.strictObject({ column: placeShape }),
    columns: z.strictObject(Object.fromEntries(schema.columns.map((column) => [column.name, columnShape(column)]))),
  });

/**
 * Parses a mapping file for the dataset of `schema`:
 *
 *     frostglass: mapping/1
 *     dataset: vat-sales
 *     encoding: utf-8                 # or gb18030; a byte order mark is skipped
 *     delimiter: ","                  # or ; | tab
 *     quote: '"'                      # or ' none
 *     header: true                    # false: columns are positions, 1 2 3 …
 *     trim: true
 *     missing: ["NA", "?"]            # the empty cell always is
 *     subject: { column: 企业代号 }
 *     columns:
 *       date:   { column: 开票日期, pattern: y/m/d }
 *       status: { column: 发票状态, values: { 有效发票: valid, 作废发票: void } }
 *
 * Beside `column`, a column takes the members of its type's cell format. Only optional columns may be left out. Throws `mapping-invalid` with
 * the facts `line`, `column` and `expected`.
 */
export function parseMapping(yamlText: string, schema: DatasetSchema): Mapping {
  const { value, document } = readYaml(yamlText, mappingShape(schema), "mapping-invalid");
  const columns = new Map<string, MappedColumn>();
  checkPlace(document, ["subject", "column"], value.subject.column, value.header);
  for (const column of schema.columns) {
    const entry = value.columns[column.name] as ({ readonly column: Place } & CellFormat) | undefined;
    if (entry === undefined) continue;
    const { column: place, ...format } = entry;
    checkPlace(document, ["columns", column.name, "column"], place, value.header);
    checkFormat(document, column, format);
    columns.set(column.name, { place: placeKey(place), format });
  }
  return {
    encoding: value.encoding,
    delimiter: delimiters[value.delimiter],
    quote: quotes[value.quote],
    header: value.header,
    trim: value.trim,
    missing: new Set(["", ...value.missing]),
    subject: placeKey(value.subject.column),
    columns,
  };
}

function placeKey(place: Place): Place {
  return typeof place === "string" ? place.trim() : place;
}

function checkPlace(document: YamlDocument, path: readonly string[], place: Place, header: boolean): void {
  if (header === (typeof place === "string")) return;
  const expected = header ? "the text of a header (a number in quotes)" : "a position counted from 1, since the file has no header";
  throw yamlError("mapping-invalid", document.locate(path), expected, path);
}

function checkFormat(document: YamlDocument, column: Column, format: CellFormat): void {
  try {
    holdsText(column) ? textParser(column, format) : cellParser(column, format);
  } catch (thrown) {
    const refusal = asFrostglassError(thrown, "cell-format-invalid");
    if (refusal === undefined) throw thrown;
    const path = ["columns", column.name];
    throw yamlError("mapping-invalid", document.locate(path), `another format: ${refusal.message.replace(/\.$/, "")}`, path, refusal);
  }
}

/** The name that a header gives the subject where there is no mapping file. */
const subjectHeader = "subject";

/**
 * The mapping for files whose header names the columns as the schema does, and `subject`: UTF-8, commas, values in their plain form. Throws
 * `mapping-needed` when the schema has a column called `subject` itself.
 */
export function plainMapping(schema: DatasetSchema): Mapping {
  if (schema.columns.some((column) => column.name === subjectHeader))
    throw new FrostglassError(
      "mapping-needed",
      "The schema has a column called subject, so a header alone does not say where subjects stand.",
    );
  const columns = new Map(schema.columns.map((column) => [column.name, { place: column.name, format: {} }]));
  const dialect = { encoding: "utf-8", delimiter: ",", quote: '"', header: true, trim: true } as const;
  return { ...dialect, missing: new Set([""]), subject: subjectHeader, columns };
}
