import type { PageColumns } from "../../datasets/pageColumns.js";
import { countBeyond, keepBetween, keepBeyond, type Selected } from "../aggregates/loops.js";
import { keepBetweenOrMissing, keepMembers, keepMissing, keepOthers } from "./keeping.js";
import type { SettledTest } from "./settledTest.js";

/** Where a selection's records go: into the list of those that it is picked from, from here on. */
export interface Room {
  readonly to: number;
  /** Nobody asks which the records are: then it may be that only their number is found out. */
  readonly counted: boolean;
}

/** The records out of `from` that pass the test; all without one. */
export function select(test: SettledTest | undefined, page: PageColumns, from: Selected, room: Room): Selected {
  if (test === undefined || from.count === 0) return from;
  if (test.kind === "window") return selectWindow(test, page, from, room);
  if (test.kind !== "missing") return selectMembers(test, page, from, room);
  return kept(from, room, page.range(test.column).gaps ? keepMissing(page.lane(test.column), from, room.to) : 0);
}

function kept({ list }: Selected, { to }: Room, count: number): Selected {
  return { list, start: to, count };
}

/** The lane's range tells when it is all records, or none. */
function selectWindow(test: SettledTest & { kind: "window" }, page: PageColumns, from: Selected, room: Room): Selected {
  const { column, low, high } = test;
  const { least, most, gaps } = page.range(column);
  const missing = test.missing && gaps;
  if (least >= low && most <= high && (missing || !gaps)) return from;
  if ((least > high || most < low) && !missing) return kept(from, room, 0);
  if (missing) return kept(from, room, keepBetweenOrMissing(page.lane(column), from, room.to, low, high));
  return selectBetween(page, column, from, room, low, high);
}

function selectMembers(test: SettledTest & { kind: "numbers" | "texts" }, page: PageColumns, from: Selected, room: Room): Selected {
  const { column, keep } = test;
  const lane = page.lane(column);
  const members = test.kind === "numbers" ? test.numbers : indexesOf(test.texts, page.dictionary(column));
  const missing = test.missing && page.range(column).gaps;
  const member = members.length === 1 && !missing ? members[0] : undefined;
  if (member === undefined) return kept(from, room, keepMembers(lane, from, room.to, members, keep, missing));
  return keep ? selectBetween(page, column, from, room, member, member) : kept(from, room, keepOthers(lane, from, room.to, member));
}

/** An end that no value lies beyond need not be looked at. */
function selectBetween(page: PageColumns, column: number, from: Selected, room: Room, low: number, high: number): Selected {
  const lane = page.lane(column);
  const { least, most } = page.range(column);
  if (low > least && high < most) return kept(from, room, keepBetween(lane, from, room.to, low, high));
  const sign = low > least ? 1 : -1;
  const limit = low > least ? low : -high;
  return kept(from, room, room.counted ? countBeyond(lane, from, sign, limit) : keepBeyond(lane, from, room.to, sign, limit));
}

/** -1 for a text that no record has. */
function indexesOf(texts: readonly string[], dictionary: readonly string[]): readonly number[] {
  return texts.map((text) => dictionary.indexOf(text));
}
