import { CsvError, parse } from "csv-parse/sync";
import { reasonCodePattern } from "../../../model/names.js";
import type { Rational } from "../../../model/rational.js";
import type { Cut } from "../../manifest/cuts.js";
import { pointsKind } from "../../manifest/literals.js";
import { quote } from "../../syntax/nearest.js";
import { type Place, Problems } from "../../syntax/problems.js";
import type { Name } from "../../syntax/shape.js";
import { type ExchangedCard, ExchangeError } from "../exchangedCard.js";
import { checkReached } from "../reach.js";
import { binForms, parseBin } from "./bin.js";

/** The variable under which a table gives the points that everyone starts from. */
export const baseRow = "basepoints";
const header = ["variable", "bin", "points", "reason"];
const longestTable = 1024 * 1024;
const mostRows = 16_384;
/** As many lines as a manifest takes for one feature. */
const mostBins = 256;

/** A row of the table; `place` is that of its first cell. */
interface Row {
  readonly cells: readonly string[];
  readonly line: number;
}

/**
 * Reads a scorecard table: the header `variable,bin,points` or `variable,bin,points,reason`, a row for each bin (see `parseBin`), the rows of a
 * variable together and in the order in which they are tried. Points are a decimal, or `no_record` for a missing value or for every other one.
 * Comma, double quotes, UTF-8; a byte order mark and CRLF pass. Throws `scorecard-refused` with every mistake at its line and column.
 */
export function readCsv(text: string): ExchangedCard {
  const problems = new Problems();
  const rows = rowsOf(text, problems);
  const [first, ...others] = rows;
  if (first !== undefined) checkHeader(first, problems);
  const card = problems.mistakes > 0 ? undefined : cardOf(others, first?.cells.length ?? 0, problems);
  if (card === undefined || problems.mistakes > 0) throw new ExchangeError(problems.sorted());
  return card;
}

function rowsOf(text: string, problems: Problems): readonly Row[] {
  if (text.length > longestTable) {
    problems.mistake(placeOf(1, 0), "The table is too long.", `at most ${longestTable} characters`);
    return [];
  }
  try {
    // One more than there may be, since a million empty lines would otherwise be made records first.
    const to = mostRows + 1;
    // Within quotes csv-parse would count a line end of two characters as two lines.
    const records = parse(text.replaceAll("\r\n", "\n"), { bom: true, relax_column_count: true, info: true, record_delimiter: "\n", to });
    // csv-parse counts the lines up to the end of a record; a cell that runs over a line end is refused below, so that is its line.
    const rows = (records as unknown as { record: string[]; info: { lines: number } }[]).map(({ record, info }) => ({
      cells: record.map((cell) => cell.trim()),
      line: info.lines,
    }));
    const filled = rows.filter(({ cells }) => cells.length > 1 || cells[0] !== "");
    if (filled.length < 2) problems.mistake(placeOf(1, 0), "The table has no rows.", `${header.join(",")}, and a row for each bin`);
    if (rows.length > mostRows) problems.mistake(placeOf(1, 0), "The table has too many rows.", `at most ${mostRows}`);
    return filled;
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown;
    const line = "lines" in thrown && typeof thrown.lines === "number" ? thrown.lines : 1;
    problems.mistake(
      placeOf(line, 0),
      "This is not well-formed CSV.",
      "commas between cells, and double quotes around a cell that holds a comma",
    );
    return [];
  }
}

function checkHeader({ cells, line }: Row, problems: Problems): void {
  const expected = header.slice(0, Math.max(3, cells.length));
  if (cells.length <= 4 && cells.join(",") === expected.join(",")) return;
  const hint =
    cells.length === 1 && /[;\t|]/.test(cells[0] ?? "") ? "commas between the cells" : "variable,bin,points or variable,bin,points,reason";
  problems.mistake(placeOf(line, 0), "This is not the header of a scorecard table.", hint);
}

function cardOf(rows: readonly Row[], width: number, problems: Problems): ExchangedCard {
  const variables = new Map<string, { readonly name: Name; readonly lines: Cut<Rational>[] }>();
  let base: Rational | undefined;
  let last = "";
  for (const row of rows) {
    const [variable = "", bin = ""] = row.cells;
    if (row.cells.length !== width) problems.mistake(placeOf(row.line, 0), `This row has ${row.cells.length} cells.`, `${width} cells`);
    else if (variable === baseRow && bin === "") base = baseOf(row, base, problems);
    else {
      const known = variables.get(variable);
      if (known !== undefined && last !== variable)
        problems.mistake(placeOf(row.line, 0), `The rows of ${quote(variable)} stand apart.`, "the rows of a variable together");
      const entry = known ?? { name: { text: variable, place: placeOf(row.line, 0) }, lines: [] };
      variables.set(variable, entry);
      const cut = cutOf(row, problems);
      if (cut !== undefined) entry.lines.push(cut);
    }
    last = variable;
  }
  for (const { name, lines } of variables.values())
    if (lines.length > mostBins) problems.mistake(name.place, `${quote(name.text)} has ${lines.length} bins.`, `at most ${mostBins}`);
  const characteristics = [...variables.values()].map(({ name, lines }) => [name, lines] as const);
  if (problems.mistakes === 0) for (const [name, lines] of characteristics) checkReached(name, lines, problems);
  return { base, ranking: undefined, mostReasons: undefined, characteristics, leftOut: [] };
}

function baseOf({ cells, line }: Row, before: Rational | undefined, problems: Problems): Rational | undefined {
  if (before !== undefined) problems.mistake(placeOf(line, 0), `There is a second row ${baseRow}.`, "one");
  if ((cells[3] ?? "") !== "") problems.mistake(placeOf(line, 3), "The base points have no reason.", "nothing in this cell");
  const base = pointsKind.read(cells[2] ?? "");
  if (base === undefined) problems.mistake(placeOf(line, 2), `This is ${shown(cells[2])}.`, pointsKind.expected);
  return base;
}

function cutOf({ cells, line }: Row, problems: Problems): Cut<Rational> | undefined {
  const [, bin = "", points = "", reason = ""] = cells;
  const when = parseBin(bin, placeOf(line, 1));
  if (when === undefined) problems.mistake(placeOf(line, 1), `${shown(bin)} is no bin.`, binForms);
  const noRecord = points === "no_record" && typeof when === "string";
  const gives = noRecord ? undefined : pointsKind.read(points);
  if (gives === undefined && !noRecord)
    problems.mistake(placeOf(line, 2), `This is ${shown(points)}.`, `${pointsKind.expected}, or no_record for missing and otherwise`);
  if (reason !== "" && !reasonCodePattern.test(reason))
    problems.mistake(placeOf(line, 3), `${shown(reason)} is no reason code.`, "a reason code such as R12");
  const code = reason === "" ? undefined : { text: reason, place: placeOf(line, 3) };
  return when && { when, gives, reason: code, place: placeOf(line, 1) };
}

function shown(cell: string | undefined): string {
  return cell === undefined || cell === "" ? "an empty cell" : quote(cell);
}

/** A cell by its line and number in the row. */
function placeOf(line: number, cell: number): Place {
  return { line, column: cell + 1, path: header[cell] ?? "" };
}
