import { compareRational, type Rational } from "../../model/rational.js";
import { meet, type Piece } from "../binding/pieces.js";

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
  return combined(a, b, (inA, inB) => inA && inB);
}

export function either(a: ValueSet, b: ValueSet): ValueSet {
  return combined(a, b, (inA, inB) => inA || inB);
}

export function minus(a: ValueSet, b: ValueSet): ValueSet {
  return combined(a, b, (inA, inB) => inA && !inB);
}

export function complement(set: ValueSet): ValueSet {
  return minus(every(set.kind), set);
}

type Decide = (inA: boolean, inB: boolean) => boolean;

function combined(a: ValueSet, b: ValueSet, decide: Decide): ValueSet {
  if (a.kind === "numbers" && b.kind === "numbers") return { kind: "numbers", pieces: combinedPieces(a.pieces, b.pieces, decide) };
  return a.kind === "texts" && b.kind === "texts" ? combinedTexts(a, b, decide) : a;
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

function combinedTexts(a: TextSet, b: TextSet, decide: Decide): TextSet {
  const [inA, inB] = [new Set(a.texts), new Set(b.texts)];
  const but = decide(a.but, b.but);
  const named = [...new Set([...a.texts, ...b.texts])];
  return { kind: "texts", but, texts: named.filter((text) => decide(inA.has(text) !== a.but, inB.has(text) !== b.but) !== but) };
}

/** A place between numbers, right before or right after `at`, where a set begins or ends. */
interface Edge {
  readonly at: Rational;
  readonly after: boolean;
}

/** Walks both sets from the lowest number up, in one pass: some ten thousand pieces take no noticeable time. */
function combinedPieces(a: readonly Piece[], b: readonly Piece[], decide: Decide): readonly Piece[] {
  const sides = [a, b].map((pieces) => ({
    edges: edgesOf(pieces),
    next: 0,
    inside: pieces[0] !== undefined && pieces[0].low === undefined,
  }));
  const [left, right] = sides as [(typeof sides)[number], (typeof sides)[number]];
  const pieces: Piece[] = [];
  let open: { readonly low: Piece["low"] } | undefined = decide(left.inside, right.inside) ? { low: undefined } : undefined;
  for (;;) {
    const edge = earlier(left.edges[left.next], right.edges[right.next]);
    if (edge === undefined) break;
    for (const side of sides) {
      const own = side.edges[side.next];
      if (own === undefined || byEdge(own, edge) !== 0) continue;
      side.inside = !side.inside;
      side.next++;
    }
    const inside = decide(left.inside, right.inside);
    if (inside && open === undefined) open = { low: { at: edge.at, closed: !edge.after } };
    else if (!inside && open !== undefined) {
      pieces.push({ low: open.low, high: { at: edge.at, closed: edge.after } });
      open = undefined;
    }
  }
  return open === undefined ? pieces : [...pieces, { low: open.low, high: undefined }];
}

function edgesOf(pieces: readonly Piece[]): readonly Edge[] {
  return pieces.flatMap(({ low, high }) => [
    ...(low === undefined ? [] : [{ at: low.at, after: !low.closed }]),
    ...(high === undefined ? [] : [{ at: high.at, after: high.closed }]),
  ]);
}

function byEdge(a: Edge, b: Edge): number {
  return compareRational(a.at, b.at) || Number(a.after) - Number(b.after);
}

function earlier(a: Edge | undefined, b: Edge | undefined): Edge | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return byEdge(a, b) <= 0 ? a : b;
}

/** Those of the pieces that hold something of the set, which is made of parts of them. */
export function piecesOf(pieces: readonly Piece[], parts: ValueSet): readonly Piece[] {
  const found = new Set<Piece>();
  let index = 0;
  for (const part of parts.kind === "numbers" ? parts.pieces : []) {
    while (index < pieces.length && meet(pieces[index] as Piece, part, false) === undefined) index++;
    const piece = pieces[index];
    if (piece !== undefined) found.add(piece);
  }
  return [...found];
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
