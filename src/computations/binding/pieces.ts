import { compareRational, floor, isWhole, type Rational, rational } from "../../model/rational.js";

/** One end of a piece; undefined: it goes on for ever. */
export type End = { readonly at: Rational; readonly closed: boolean } | undefined;
/** An interval of numbers. */
export interface Piece {
  readonly low: End;
  readonly high: End;
}

/** The piece with closed whole ends where the type is whole; nothing when it is empty. */
export function tidy({ low, high }: Piece, whole: boolean): readonly Piece[] {
  const tidied = whole ? { low: low && wholeLow(low), high: high && wholeHigh(high) } : { low, high };
  if (tidied.low === undefined || tidied.high === undefined) return [tidied];
  const order = compareRational(tidied.low.at, tidied.high.at);
  return order < 0 || (order === 0 && tidied.low.closed && tidied.high.closed) ? [tidied] : [];
}

function wholeLow({ at, closed }: NonNullable<End>): End {
  const below = floor(at);
  return { at: rational(closed && isWhole(at) ? below : below + 1n), closed: true };
}

function wholeHigh({ at, closed }: NonNullable<End>): End {
  const below = floor(at);
  return { at: rational(!closed && isWhole(at) ? below - 1n : below), closed: true };
}

export function meet(a: Piece, b: Piece, whole: boolean): Piece | undefined {
  return tidy({ low: laterLow(a.low, b.low), high: earlierHigh(a.high, b.high) }, whole)[0];
}

/** The one or two pieces of `piece` on either side of `taken`. */
export function without(piece: Piece, taken: Piece, whole: boolean): readonly Piece[] {
  if (meet(piece, taken, whole) === undefined) return [piece];
  const left = taken.low === undefined ? [] : tidy({ low: piece.low, high: { at: taken.low.at, closed: !taken.low.closed } }, whole);
  const right = taken.high === undefined ? [] : tidy({ low: { at: taken.high.at, closed: !taken.high.closed }, high: piece.high }, whole);
  return [...left, ...right];
}

function laterLow(a: End, b: End): End {
  if (a === undefined || b === undefined) return a ?? b;
  const order = compareRational(a.at, b.at);
  return order > 0 || (order === 0 && !a.closed) ? a : b;
}

function earlierHigh(a: End, b: End): End {
  if (a === undefined || b === undefined) return a ?? b;
  const order = compareRational(a.at, b.at);
  return order < 0 || (order === 0 && !a.closed) ? a : b;
}
