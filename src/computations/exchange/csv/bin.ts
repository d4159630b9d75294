import { numberKind, type Operand } from "../../manifest/literals.js";
import type { Limit, ValueTest } from "../../manifest/valueTest.js";
import type { Place } from "../../syntax/problems.js";

/*
 * The bins of a CSV table, one a cell. Every interval says which of its ends belong to it; numbers are those of the manifest language.
 *
 *   [540, 560)      from 540 to below 560        (540, 560]   above 540, up to 560
 *   [540, inf)      540 or more                  (-inf, 540)  below 540
 *   >= 540  > 540  <= 560  < 560                 the same, shorter
 *   {A}  {A, B}  {12}  {"a, b", "say ""so"""}    one of these values
 *   missing                                      no value
 *   otherwise                                    every other value, but not a missing one
 *
 * A cell never begins with = + - or @, which spreadsheets would take for a formula.
 */

export type Bin = ValueTest | "otherwise" | "missing";

export const binForms = "[540, 560), >= 540, {A, B}, missing or otherwise";

/** Reads a bin; undefined when the cell is none. */
export function parseBin(cell: string, place: Place): Bin | undefined {
  if (cell === "otherwise" || cell === "missing") return cell;
  if (cell.startsWith("{")) return membersOf(cell, place);
  // No number is that long, and a pattern need not be tried on a page of text.
  if (cell.length > 160) return undefined;
  return comparisonOf(cell, place) ?? intervalOf(cell, place);
}

/** Writes a bin. */
export function formatBin(bin: Bin): string {
  if (typeof bin === "string") return bin;
  const { lower, upper, oneOf } = bin;
  if (oneOf !== undefined) return `{${oneOf.map(({ text }) => formatMember(text)).join(", ")}}`;
  if (lower !== undefined && upper !== undefined)
    return `${lower.closed ? "[" : "("}${lower.at.text}, ${upper.at.text}${upper.closed ? "]" : ")"}`;
  const limit = lower ?? upper;
  return limit === undefined ? "otherwise" : `${lower === undefined ? "<" : ">"}${limit.closed ? "=" : ""} ${limit.at.text}`;
}

const noTest = { lower: undefined, upper: undefined, oneOf: undefined };

function comparisonOf(cell: string, place: Place): ValueTest | undefined {
  const match = /^([<>])(=?) ?(\S+)$/.exec(cell);
  const limit = match && limitOf(match[3] ?? "", match[2] === "=", place);
  if (!limit) return undefined;
  return match[1] === ">" ? { ...noTest, lower: limit, place } : { ...noTest, upper: limit, place };
}

function intervalOf(cell: string, place: Place): ValueTest | undefined {
  const match = /^([[(]) ?(\S+?) ?, ?(\S+?) ?([\])])$/.exec(cell);
  if (match === null) return undefined;
  const [, open, low = "", high = "", close] = match;
  const lower = /^-inf$/i.test(low) ? "endless" : limitOf(low, open === "[", place);
  const upper = /^\+?inf$/i.test(high) ? "endless" : limitOf(high, close === "]", place);
  if (lower === undefined || upper === undefined || (lower === "endless" && upper === "endless")) return undefined;
  return { ...noTest, lower: lower === "endless" ? undefined : lower, upper: upper === "endless" ? undefined : upper, place };
}

function limitOf(text: string, closed: boolean, place: Place): Limit | undefined {
  return numberKind.read(text) === undefined ? undefined : { at: operandOf(text, place), closed };
}

const member = /\s*(?:"((?:[^"]|"")*)"|([^\s",{}](?:[^",{}]*[^\s",{}])?))\s*/y;

/** `{A, "b, c"}`; a value within quotes may hold anything, a quote being written twice. */
function membersOf(cell: string, place: Place): ValueTest | undefined {
  const texts: string[] = [];
  let at = 1;
  for (;;) {
    member.lastIndex = at;
    const match = member.exec(cell);
    if (match === null) return undefined;
    texts.push(match[2] ?? (match[1] ?? "").replaceAll('""', '"'));
    at = member.lastIndex;
    if (cell[at] === "}" && at === cell.length - 1) break;
    if (cell[at++] !== ",") return undefined;
  }
  if (texts.length > 256 || !texts.every(isWord)) return undefined;
  return { ...noTest, oneOf: texts.map((text) => operandOf(text, place)), place };
}

/** A value that a manifest can hold and a reviewer can see. */
export function isWord(text: string): boolean {
  return text.length > 0 && text.length <= 128 && text.trim() === text && !text.startsWith("$") && !/[\p{C}\p{Zl}\p{Zp}]/u.test(text);
}

function formatMember(text: string): string {
  return /[\s",{}]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function operandOf(text: string, place: Place): Operand {
  return { text, parameter: undefined, place };
}
