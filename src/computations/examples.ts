import { type Column, cellParser, holdsText, textParser } from "../datasets/columnTypes/index.js";
import { PageBuilder, type PageColumns } from "../datasets/page.js";
import type { DatasetSchema } from "../datasets/schema.js";
import { FrostglassError } from "../errors/error.js";
import { addMonths } from "../model/calendar.js";
import type { Outcome } from "../model/outcome.js";
import type { Computation } from "./computation.js";
import type { Evaluated } from "./evaluation/evaluation.js";
import type { Example, ExampleRecords } from "./manifest/example.js";
import { parseParameters } from "./parameters.js";
import { quote } from "./syntax/nearest.js";
import type { Place } from "./syntax/problems.js";

/** What one example of a manifest came to. */
export interface ExampleResult {
  readonly name: string;
  readonly place: Place;
  /** Each difference as a sentence; empty when the example holds. */
  readonly differences: readonly string[];
}

/**
 * Runs the examples of a computation. An example whose records or parameters do not fit is reported as a difference of its own, so that every
 * example gets a result.
 */
export function runExamples(computation: Computation, schemas: ReadonlyMap<string, DatasetSchema>): readonly ExampleResult[] {
  return computation.manifest.examples.map((example) => ({
    name: example.name,
    place: example.place,
    differences: differencesOf(computation, schemas, example),
  }));
}

function differencesOf(computation: Computation, schemas: ReadonlyMap<string, DatasetSchema>, example: Example): readonly string[] {
  try {
    const pages = pagesOf(computation, schemas, example);
    const parameters = parseParameters(computation, Object.fromEntries(example.parameters.map(([name, value]) => [name.text, value.text])));
    return compare(example, computation.evaluate(pages, parameters, example.asOf));
  } catch (thrown) {
    if (thrown instanceof FrostglassError) return [thrown.message];
    throw thrown;
  }
}

function compare(example: Example, { outcome, reasonCodes }: Evaluated): readonly string[] {
  const differences: string[] = [];
  const [expected, found] = [formatOutcome(example.outcome), formatOutcome(outcome)];
  if (expected !== found) differences.push(`The outcome is ${found}, not ${expected}.`);
  const reasons = example.reasons?.join(", ");
  if (reasons !== undefined && reasons !== reasonCodes.join(", "))
    differences.push(`The reasons are ${listed(reasonCodes)}, not ${listed(example.reasons ?? [])}.`);
  return differences;
}

function listed(codes: readonly string[]): string {
  return codes.length === 0 ? "none" : codes.join(", ");
}

/** `decision yes`, `band A`, `score 640`, `no-record`. */
export function formatOutcome(outcome: Outcome): string {
  if (outcome.kind === "decision") return `decision ${outcome.decision ? "yes" : "no"}`;
  if (outcome.kind === "band") return `band ${outcome.band}`;
  return outcome.kind === "score" ? `score ${outcome.score}` : outcome.kind;
}

function pagesOf(
  computation: Computation,
  schemas: ReadonlyMap<string, DatasetSchema>,
  example: Example,
): readonly (PageColumns | undefined)[] {
  const aliases = computation.datasets.map(({ alias }) => alias);
  for (const [alias] of example.records)
    if (!aliases.includes(alias.text)) throw invalid(alias.place, `There is no input ${quote(alias.text)}.`);
  return computation.datasets.map(({ alias, name, columns }) => {
    const records = example.records.find(([each]) => each.text === alias)?.[1];
    const schema = schemas.get(name);
    return records === undefined || schema === undefined ? undefined : pageOf(schema, records, columns);
  });
}

/** The page of records written out in a manifest. Columns that the computation does not read may be left out. */
function pageOf(schema: DatasetSchema, records: readonly ExampleRecords[], read: readonly number[]): PageColumns {
  const builder = new PageBuilder(schema);
  for (const record of records) {
    for (const [name] of record.cells)
      if (!schema.columns.some((column) => column.name === name.text)) throw invalid(name.place, `There is no column ${quote(name.text)}.`);
    const cells = schema.columns.map((column, index) => cellOf(record, column, read.includes(index)));
    for (let copy = 0; copy < record.repeat; copy++) {
      const moved = cells.map((cell, index) =>
        schema.columns[index]?.type === "date" && typeof cell === "number" ? later(cell, copy, record.every) : cell,
      );
      builder.append(
        moved.map((cell) => (typeof cell === "number" ? cell : Number.NaN)),
        moved.map((cell) => (typeof cell === "string" ? cell : undefined)),
      );
    }
  }
  return builder.build();
}

function cellOf(record: ExampleRecords, column: Column, read: boolean): number | string | undefined {
  const cell = record.cells.find(([name]) => name.text === column.name)?.[1];
  if (cell === undefined) {
    if (read && !column.optional) throw invalid(record.place, `A value for ${column.name} is missing.`);
    return undefined;
  }
  const value = holdsText(column) ? textParser(column)(cell.text) : cellParser(column)(cell.text);
  if (value === undefined || Number.isNaN(value))
    throw invalid(cell.place, `${quote(cell.text)} is not a value of ${column.name}, which is of type ${column.type}.`);
  return value;
}

function later(day: number, times: number, every: ExampleRecords["every"]): number {
  if (Number.isNaN(day) || every === undefined) return day;
  return every === "day" ? day + times : addMonths(day, every === "month" ? times : 12 * times);
}

function invalid(place: Place, message: string): FrostglassError {
  return new FrostglassError("example-record-invalid", `Line ${place.line}, column ${place.column}: ${message}`, {
    line: place.line,
    column: place.column,
  });
}
