import { rational } from "../../model/rational.js";
import type { FeatureType } from "../featureType.js";
import type { BoundLimit, BoundTest } from "./bound.js";
import { type End, meet, type Piece, tidy, without } from "./pieces.js";
import { constantOf, type Setting } from "./setting.js";

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
