import { compareRational, type Rational } from "../../model/rational.js";
import { meet, type Piece, without } from "../binding/pieces.js";

/** The values of one variable that a condition takes; a missing value belongs to no set. */
export type ValueSet = NumberSet | TextSet;

export interface NumberSet {
  readonly kind: "numbers";
  /** Apart from each other, lowest first. */
  readonly pieces: readonly Piece[];
}

/** These texts, or every text but these. */
export interface TextSet {
  readonly kind: "texts";
  readonly but: boolean;
  readonly texts: readonly string[];
}

export type Kind = ValueSet["kind"];

const endless: Piece = { low: undefined, high: undefined };

export function none(kind: Kind): ValueSet {
  return kind === "numbers" ? { kind, pieces: [] } : { kind, but: false, texts: [] };
}

export function every(kind: Kind): ValueSet {
  return kind === "numbers" ? { kind, pieces: [endless] } : { kind, but: true, texts: [] };
}

export function isNone(set: ValueSet): boolean {
  return set.kind === "numbers" ? set.pieces.length === 0 : !set.but && set.texts.length === 0;
}

/** What is in both. Both are of one kind, as in all of these. */
export function both(a: ValueSet, b: ValueSet): ValueSet {
  return complement(either(complement(a), complement(b)));
}

export function either(a: ValueSet, b: ValueSet): ValueSet {
  if (a.kind === "numbers" && b.kind === "numbers")
    return { kind: "numbers", pieces: sorted([...a.pieces, ...b.pieces.flatMap((piece) => outside(piece, a.pieces))]) };
  return a.kind === "texts" && b.kind === "texts" ? eitherText(a, b) : a;
}

export function complement(set: ValueSet): ValueSet {
  if (set.kind === "texts") return { ...set, but: !set.but };
  return { kind: "numbers", pieces: sorted(outside(endless, set.pieces)) };
}

export function minus(a: ValueSet, b: ValueSet): ValueSet {
  return both(a, complement(b));
}

/** The set without what lies between two whole numbers, for a variable that has only whole ones. */
export function wholeOnly(set: ValueSet): ValueSet {
  if (set.kind === "texts") return set;
  return { kind: "numbers", pieces: set.pieces.flatMap((piece) => meet(piece, endless, true) ?? []) };
}

/** One of these single values. */
export function anyOf(kind: Kind, singles: readonly ValueSet[]): ValueSet {
  const pieces = singles.flatMap((set) => (set.kind === "numbers" ? set.pieces : []));
  const texts = singles.flatMap((set) => (set.kind === "texts" ? set.texts : []));
  return kind === "numbers" ? { kind, pieces: sorted(pieces) } : { kind, but: false, texts: [...new Set(texts)] };
}

function eitherText(a: TextSet, b: TextSet): TextSet {
  if (a.but && b.but) return { kind: "texts", but: true, texts: a.texts.filter((text) => b.texts.includes(text)) };
  if (a.but) return { kind: "texts", but: true, texts: a.texts.filter((text) => !b.texts.includes(text)) };
  if (b.but) return eitherText(b, a);
  return { kind: "texts", but: false, texts: [...new Set([...a.texts, ...b.texts])] };
}

function outside(piece: Piece, taken: readonly Piece[]): readonly Piece[] {
  return taken.reduce<readonly Piece[]>((left, each) => left.flatMap((one) => without(one, each, false)), [piece]);
}

/** Lowest first, and those that touch made one: below 5, 5 itself and above 5 are every number. */
function sorted(pieces: readonly Piece[]): readonly Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces.toSorted(byLow)) {
    const last = joined.at(-1);
    if (last !== undefined && touch(last, piece)) joined[joined.length - 1] = { low: last.low, high: piece.high };
    else joined.push(piece);
  }
  return joined;
}

function byLow(a: Piece, b: Piece): number {
  if (a.low === undefined || b.low === undefined) return a.low === undefined ? -1 : 1;
  return compareRational(a.low.at, b.low.at) || Number(b.low.closed) - Number(a.low.closed);
}

function touch(before: Piece, after: Piece): boolean {
  if (before.high === undefined || after.low === undefined) return false;
  return compareRational(before.high.at, after.low.at) === 0 && (before.high.closed || after.low.closed);
}

/** One number alone. */
export function only(at: Rational): NumberSet {
  return { kind: "numbers", pieces: [{ low: { at, closed: true }, high: { at, closed: true } }] };
}
