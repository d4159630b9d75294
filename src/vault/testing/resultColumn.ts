import type { Result } from "../../computations/testing/tally.js";
import { type Column, holdsText } from "../../datasets/columnTypes/index.js";
import type { PageColumns } from "../../datasets/pageColumns.js";
import type { DatasetSchema } from "../../datasets/schema.js";
import { FrostglassError } from "../../errors/error.js";

/** Which firms turned out good or bad: those whose records have one of these values in a column of a dataset are `means`, the others the opposite. */
export interface NamedResults {
  readonly dataset: string;
  readonly column: string;
  readonly values: readonly string[];
  readonly means: "good" | "bad";
}

export interface ResultColumn {
  readonly dataset: string;
  /** For the report: `loans.status, bad where charged_off`. */
  readonly words: string;
  /** A firm is bad when any of its records says so, good when some say something and none says bad; undefined when no record says anything. */
  resultOf(page: PageColumns | undefined): Result;
}

/** Throws `test-column-invalid`. */
export function resultColumnOf(schemas: ReadonlyMap<string, DatasetSchema>, named: NamedResults): ResultColumn {
  const { dataset, means, values } = named;
  const schema = schemas.get(dataset);
  const index = schema?.columns.findIndex(({ name }) => name === named.column) ?? -1;
  const column = schema?.columns[index];
  if (column === undefined) throw invalid(`There is no column ${dataset}.${named.column}.`);
  const wanted = holdsText(column) ? undefined : new Set(values.map((value) => numberOf(column, value)));
  const hasValue = (page: PageColumns, cell: number) =>
    wanted === undefined ? values.includes(page.dictionary(index)[cell] ?? "") : wanted.has(cell);
  return {
    dataset,
    words: `${dataset}.${named.column}, ${means} where ${values.join(" or ")}`,
    resultOf: (page) => {
      const cells = page === undefined ? [] : [...page.lane(index)].filter((cell) => !Number.isNaN(cell));
      if (page === undefined || cells.length === 0) return undefined;
      return cells.some((cell) => hasValue(page, cell) === (means === "bad")) ? "bad" : "good";
    },
  };
}

/** The number in a column's lane that a value stands for. */
function numberOf(column: Column, value: string): number {
  if (column.type === "enum" && column.members?.includes(value)) return column.members.indexOf(value);
  if (column.type === "boolean" && (value === "true" || value === "false")) return value === "true" ? 1 : 0;
  if (column.type === "integer" && /^(?:0|-?[1-9][0-9]{0,14})$/.test(value)) return Number(value);
  const expected =
    column.type === "enum" ? `one of ${column.members?.join(", ")}` : column.type === "boolean" ? "true or false" : undefined;
  throw invalid(
    expected === undefined
      ? `The column ${column.name} is of type ${column.type}, which cannot say how a firm turned out.`
      : `The column ${column.name} cannot be ${value}; it is ${expected}.`,
  );
}

function invalid(message: string): FrostglassError {
  return new FrostglassError("test-column-invalid", message);
}
