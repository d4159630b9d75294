import { FrostglassError } from "../../errors/error.js";
import type { Rational } from "../../model/rational.js";
import type { Cut } from "../manifest/cuts.js";
import type { Ranking } from "../manifest/scorecard.js";
import { formatProblem, type ManifestProblem } from "../syntax/problems.js";
import type { Name } from "../syntax/shape.js";

/**
 * A scorecard on its way between a manifest and another tool: what both sides can say exactly. Places are those of the text it was read from,
 * so that a mistake found later is still reported at its line there.
 */
export interface ExchangedCard {
  /** Undefined where the source has no place for it or says nothing. */
  readonly base: Rational | undefined;
  readonly ranking: Ranking | undefined;
  /** The most reason codes that an answer carries. */
  readonly mostReasons: { readonly most: number; readonly place: Name["place"] } | undefined;
  /** By variable, which is a feature of the manifest: the lines, of which the first that fits gives the points. */
  readonly characteristics: readonly (readonly [Name, readonly Cut<Rational>[]])[];
  /** What the source also says and the score does not depend on, one sentence each: left out. */
  readonly leftOut: readonly string[];
}

/** A scorecard that cannot be carried over exactly. `problems` lists every place, in the order of the text. */
export class ExchangeError extends FrostglassError {
  readonly problems: readonly ManifestProblem[];

  constructor(problems: readonly ManifestProblem[]) {
    const [first] = problems;
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
    const facts = first === undefined ? {} : { line: first.line, column: first.column, path: first.path };
    super("scorecard-refused", first === undefined ? "The scorecard cannot be carried over." : `${formatProblem(first)}${more}`, facts);
    this.problems = problems;
  }
}
