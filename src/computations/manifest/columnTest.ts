import { fields, optional, type Values } from "../syntax/fields.js";
import type { Place, Problems } from "../syntax/problems.js";
import { either, list, made, type Name, oneOrMore, type Shape, scalar, table, word } from "../syntax/shape.js";
import type { Tree } from "../syntax/tree.js";
import { anyKind, type Duration, dayKind, durationKind, identifier, monthKind, type Operand, operand, yearKind } from "./literals.js";
import { intervalFields, intervalOf, type Limit } from "./valueTest.js";

/**
 * A filter on one column. A record passes when every part that is given holds. A record whose cell is missing passes none of the parts: it
 * is dropped, unless `missing` says `yes` (it is kept as well) or `only` (it alone is kept).
 */
export interface ColumnTest {
  readonly column: Name;
  readonly place: Place;
  readonly oneOf: readonly Operand[] | undefined;
  readonly noneOf: readonly Operand[] | undefined;
  readonly lower: Limit | undefined;
  readonly upper: Limit | undefined;
  readonly before: Operand | undefined;
  readonly after: Operand | undefined;
  readonly year: Operand | undefined;
  readonly month: Operand | undefined;
  readonly last: Operand | undefined;
  readonly until: Duration | undefined;
  readonly missing: "yes" | "no" | "only";
}

/** Filters on several columns; a record passes when all of them hold. */
export type Where = readonly ColumnTest[];

const ago: Shape<Duration> = scalar(
  "a length and ago, such as 12 months ago",
  { type: "string", pattern: "^[0-9]+ (full )?(day|month|year)s? ago$" },
  (text) => (text.endsWith(" ago") ? durationKind.read(text.slice(0, -" ago".length)) : undefined),
);

const testFields = {
  ...intervalFields,
  is: optional(operand(anyKind), "equal to this"),
  in: optional(list(operand(anyKind), 1, 256), "one of these"),
  not: optional(oneOrMore(operand(anyKind), 256), "none of these"),
  before: optional(operand(dayKind), "earlier than this day"),
  after: optional(operand(dayKind), "later than this day"),
  year: optional(operand(yearKind), "in this calendar year; this and last count from the as-of day"),
  month: optional(operand(monthKind), "in this calendar month; this and last count from the as-of day"),
  last: optional(operand(durationKind), "in the time of this length that ends on the as-of day, or (full) before its month or year"),
  until: optional(ago, "moves the window of last back by this much"),
  missing: optional(word("yes", "no", "only"), "whether a record without a value in this column is kept; no where nothing is said"),
};

const longTest: Shape<Unnamed> = made(fields("a filter", testFields), unnamedTest);
const shortTest: Shape<Unnamed> = made(oneOrMore(operand(anyKind), 256), (oneOf, place) => ({ ...noTest, oneOf, place }));

/** `where: { status: valid, total: { above: 0 }, date: { last: 24 months } }` */
export const whereShape: Shape<Where> = made(
  table(
    identifier,
    either((tree: Tree) => (tree.kind === "map" ? 0 : 1), longTest, shortTest),
    1,
    32,
  ),
  (tests) => tests.map(([column, test]) => ({ ...test, column })),
);

type Unnamed = Omit<ColumnTest, "column">;

const noTest = {
  oneOf: undefined,
  noneOf: undefined,
  lower: undefined,
  upper: undefined,
  before: undefined,
  after: undefined,
  year: undefined,
  month: undefined,
  last: undefined,
  until: undefined,
  missing: "no",
} as const;

function unnamedTest(values: Values<typeof testFields>, place: Place, problems: Problems): Unnamed | undefined {
  const interval = intervalOf(values, place, problems);
  if (interval === undefined) return undefined;
  const { is, in: members, not, before, after, year, month, last, until, missing } = values;
  const parts = [interval.lower ?? interval.upper, is, members, not, before, after, year, month, last].filter((each) => each !== undefined);
  const mistake = mistakeIn(parts.length, values);
  if (mistake !== undefined) {
    problems.mistake(place, ...mistake);
    return undefined;
  }
  return {
    ...interval,
    oneOf: members ?? (is && [is]),
    noneOf: not,
    before,
    after,
    year,
    month,
    last,
    until,
    missing: missing ?? "no",
    place,
  };
}

function mistakeIn(parts: number, values: Values<typeof testFields>): [string, string] | undefined {
  if (values.is !== undefined && values.in !== undefined) return ["is and in cannot stand together.", "one of them"];
  if (values.until !== undefined && values.last === undefined) return ["until stands without last.", "last: and a length"];
  if (values.missing === "only" && parts > 0) return ["missing: only leaves no record for the other conditions.", "missing: only, alone"];
  if (parts === 0 && values.missing === "yes") return ["This filter lets every record pass.", "a condition, or missing: only"];
  if (parts === 0 && values.missing === undefined)
    return ["This filter has no condition.", "a condition such as above, in, last, or missing: no"];
  return undefined;
}
