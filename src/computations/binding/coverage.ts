import { compareRational, floor, type Rational, rational } from "../../model/rational.js";
import type { FeatureType } from "../featureType.js";
import type { BoundLimit, BoundTest } from "./bound.js";
import { constantOf, type Setting } from "./setting.js";

/** One end of a piece; undefined: it goes on for ever. */
type End = { readonly at: Rational; readonly closed: boolean } | undefined;
interface Piece {
  readonly low: End;
  readonly high: End;
}

/**
 * The values of a type that no line of a list has taken yet. A line whose ends are parameters takes nothing here, since its choices differ:
 * such a list needs an `otherwise`.
 */
export class Remaining {
  private readonly whole: boolean;
  private pieces: readonly Piece[];
  private members: readonly string[] | undefined;
  private readonly endless: boolean;

  constructor(type: FeatureType) {
    this.whole = type.kind === "number" && type.whole;
    this.pieces = type.kind === "number" ? [{ low: endAt(type.least), high: endAt(type.most) }] : [];
    this.members = type.kind === "member" ? type.members : undefined;
    this.endless = type.kind === "code";
  }

  get isEmpty(): boolean {
    return !this.endless && this.pieces.length === 0 && (this.members === undefined || this.members.length === 0);
  }

  /** Takes what passes the test; false when there was nothing left for it to take. */
  take(test: BoundTest): boolean {
    if (test.texts !== undefined) return this.takeTexts(test.texts);
    const taken = piecesOf(test, this.whole);
    if (taken === undefined) return true;
    const reached = this.pieces.some((piece) => taken.some((each) => meet(piece, each, this.whole) !== undefined));
    for (const each of taken) this.pieces = this.pieces.flatMap((piece) => without(piece, each, this.whole));
    return reached;
  }

  private takeTexts(texts: readonly Setting<string>[]): boolean {
    const constants = texts.map(constantOf);
    if (this.members === undefined || constants.includes(undefined)) return true;
    const left = this.members.filter((member) => !constants.includes(member));
    const reached = left.length < this.members.length;
    this.members = left;
    return reached;
  }
}

function endAt(value: number | undefined): End {
  return value === undefined ? undefined : { at: rational(value), closed: true };
}

/** What a test takes, or undefined when a parameter has a say in it. */
function piecesOf(test: BoundTest, whole: boolean): readonly Piece[] | undefined {
  if (test.numbers !== undefined) {
    const values = test.numbers.map(constantOf);
    return values.includes(undefined)
      ? undefined
      : values.flatMap((at) => tidy({ low: at && { at, closed: true }, high: at && { at, closed: true } }, whole));
  }
  const [low, high] = [endOf(test.lower), endOf(test.upper)];
  if (low === "parameter" || high === "parameter") return undefined;
  return tidy({ low, high }, whole);
}

function endOf(limit: BoundLimit | undefined): End | "parameter" {
  if (limit === undefined) return undefined;
  const at = constantOf(limit.at);
  return at === undefined ? "parameter" : { at, closed: limit.closed };
}

/** The piece with closed whole ends where the type is whole; nothing when it is empty. */
function tidy({ low, high }: Piece, whole: boolean): readonly Piece[] {
  const tidied = whole ? { low: low && wholeLow(low), high: high && wholeHigh(high) } : { low, high };
  if (tidied.low === undefined || tidied.high === undefined) return [tidied];
  const order = compareRational(tidied.low.at, tidied.high.at);
  return order < 0 || (order === 0 && tidied.low.closed && tidied.high.closed) ? [tidied] : [];
}

function wholeLow({ at, closed }: NonNullable<End>): End {
  const below = floor(at);
  return { at: rational(closed && below * at.den === at.num ? below : below + 1n), closed: true };
}

function wholeHigh({ at, closed }: NonNullable<End>): End {
  const below = floor(at);
  return { at: rational(!closed && below * at.den === at.num ? below - 1n : below), closed: true };
}

function meet(a: Piece, b: Piece, whole: boolean): Piece | undefined {
  return tidy({ low: laterLow(a.low, b.low), high: earlierHigh(a.high, b.high) }, whole)[0];
}

/** The one or two pieces of `piece` on either side of `taken`. */
function without(piece: Piece, taken: Piece, whole: boolean): readonly Piece[] {
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
