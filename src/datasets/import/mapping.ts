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

/** A whole number that no cell holds: the days from one date of the record to another, negative when `to` is the earlier. */
export interface DaysBetween {
  /** Names of date columns that the mapping takes from cells. */
  readonly from: string;
  readonly to: string;
}

/** How the files of an import become the records of one dataset. */
export interface Mapping extends Dialect {
  /** How many lines stand above the header, or above the first row where there is no header. They are not read. */
  readonly titleLines: number;
  /** The cell texts that stand for a missing value; the empty cell is always one. */
  readonly missing: ReadonlySet<string>;
  readonly subject: Place;
  /** By the name of the schema's column. A column that is neither here nor in `daysBetween` is missing in every record. */
  readonly columns: ReadonlyMap<string, MappedColumn>;
  /** By the name of the schema's column. Missing where one of the two dates is. */
  readonly daysBetween: ReadonlyMap<string, DaysBetween>;
}

const delimiters = { ",": ",", ";": ";", "|": "|", tab: "\t", "\t": "\t" } as const;
const quotes = { '"': '"', "'": "'", none: "" } as const;
const placeShape = z.custom<Place>(isPlace, "the text of a header, or a position counted from 1");

function isPlace(value: unknown): boolean {
  return typeof value === "string" ? value.trim() !== "" && value.length <= 256 : Number.isInteger(value) && (value as number) >= 1;
}

const columnShape = (schema: DatasetSchema, column: Column) => {
  const shape = column.type === "integer" ? countShape(schema, column) : z.strictObject({ column: placeShape, ...typeOf(column).format });
  return column.optional ? shape.optional() : shape;
};

/** A whole number stands in a cell, or is counted between two dates of the same record. */
function countShape(schema: DatasetSchema, column: Column) {
  const date = z.enum(schema.columns.filter(({ type }) => type === "date").map(({ name }) => name)).optional();
  const shape = z.strictObject({ column: placeShape.optional(), ...typeOf(column).format, days_from: date, to: date });
  return shape.refine(
    (entry) => {
      const given = Object.entries(entry).flatMap(([name, value]) => (value === undefined ? [] : [name]));
      return given.includes("days_from") ? given.toSorted().join() === "days_from,to" : given.includes("column") && !given.includes("to");
    },
    { error: "either column, or days_from and to, two date columns" },
  );
}

const mappingShape = (schema: DatasetSchema) =>
  z.strictObject({
    frostglass: z.literal("mapping/1"),
    dataset: z.literal(schema.name),
    encoding: z.enum(["utf-8", "gb18030"]).default("utf-8"),
    delimiter: z.enum(Object.keys(delimiters) as (keyof typeof delimiters)[]).default(","),
    quote: z.enum(Object.keys(quotes) as (keyof typeof quotes)[]).default('"'),
    title_lines: z.int().min(0).max(100).default(0),
    header: z.boolean().default(true),
    trim: z.boolean().default(true),
    missing: z.array(z.string().max(64)).max(32).default([]),
    subject: z.strictObject({ column: placeShape }),
    columns: z.strictObject(Object.fromEntries(schema.columns.map((column) => [column.name, columnShape(schema, column)]))),
  });

/**
 * Parses a mapping file for the dataset of `schema`:
 *
 *     frostglass: mapping/1
 *     dataset: vat-sales
 *     encoding: utf-8                 # or gb18030; a byte order mark is skipped
 *     delimiter: ","                  # or ; | tab
 *     quote: '"'                      # or ' none
 *     title_lines: 0                  # lines above the header that are not read
 *     header: true                    # false: columns are positions, 1 2 3 …
 *     trim: true
 *     missing: ["NA", "?"]            # the empty cell always is
 *     subject: { column: 企业代号 }
 *     columns:
 *       date:   { column: 开票日期, pattern: y/m/d }
 *       status: { column: 发票状态, values: { 有效发票: valid, 作废发票: void } }
 *       days_late: { days_from: due_on, to: paid_on }     # an integer column, counted between two date columns
 *
 * Beside `column`, a column takes the members of its type's cell format. Only optional columns may be left out. Throws `mapping-invalid` with
 * the facts `line`, `column` and `expected`.
 */
export function parseMapping(yamlText: string, schema: DatasetSchema): Mapping {
  const { value, document } = readYaml(yamlText, mappingShape(schema), "mapping-invalid");
  const columns = new Map<string, MappedColumn>();
  const daysBetween = new Map<string, DaysBetween>();
  checkPlace(document, ["subject", "column"], value.subject.column, value.header);
  for (const column of schema.columns) {
    const entry = value.columns[column.name] as ColumnEntry | undefined;
    if (entry === undefined) continue;
    const { column: place, days_from: from, to, ...format } = entry;
    if (from !== undefined && to !== undefined) daysBetween.set(column.name, { from, to });
    if (place === undefined) continue;
    checkPlace(document, ["columns", column.name, "column"], place, value.header);
    checkFormat(document, column, format);
    columns.set(column.name, { place: placeKey(place), format });
  }
  checkDates(document, schema, columns, daysBetween);
  return {
    encoding: value.encoding,
    delimiter: delimiters[value.delimiter],
    quote: quotes[value.quote],
    titleLines: value.title_lines,
    header: value.header,
    trim: value.trim,
    missing: new Set(["", ...value.missing]),
    subject: placeKey(value.subject.column),
    columns,
    daysBetween,
  };
}

/** A column's entry: where its cells stand, or which two dates it counts between. */
type ColumnEntry = { readonly column?: Place; readonly days_from?: string; readonly to?: string } & CellFormat;

/** Days are counted between dates that the file has; where one of them may be missing, so may the count. */
function checkDates(
  document: YamlDocument,
  schema: DatasetSchema,
  columns: ReadonlyMap<string, MappedColumn>,
  daysBetween: ReadonlyMap<string, DaysBetween>,
): void {
  const mayBeMissing = (name: string) => schema.columns.some((column) => column.name === name && column.optional);
  for (const [name, { from, to }] of daysBetween) {
    const path = ["columns", name];
    if (!columns.has(from) || !columns.has(to))
      throw yamlError("mapping-invalid", document.locate(path), "two date columns that the mapping takes from the file", path);
    if ((mayBeMissing(from) || mayBeMissing(to)) && !mayBeMissing(name))
      throw yamlError("mapping-invalid", document.locate(path), "a column that the schema calls optional, as its dates are", path);
  }
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
  const dialect = { encoding: "utf-8", delimiter: ",", quote: '"', titleLines: 0, header: true, trim: true } as const;
  return { ...dialect, missing: new Set([""]), subject: subjectHeader, columns, daysBetween: new Map() };
}
