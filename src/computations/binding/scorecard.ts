import { floorNumber, multiply, type Rational, rational } from "../../model/rational.js";
import { isOneBaseline, pointsUnit, type Ranking, type Scorecard } from "../manifest/scorecard.js";
import { quote, suggest } from "../syntax/nearest.js";
import type { Name } from "../syntax/shape.js";
import type { BoundCharacteristic, BoundCut, BoundScorecard } from "./bound.js";
import { bindCuts } from "./cuts.js";
import type { Scope } from "./scope.js";

/** Binds the scorecard; a characteristic that does not bind was reported and is left out. */
export function bindScorecard(scope: Scope, card: Scorecard): BoundScorecard {
  const { base, reasons } = card;
  const { rank, repeated } = reasons;
  const unit = pointsUnit(card);
  checkBaselines(scope, card);
  const characteristics = card.characteristics.flatMap(([name, bins]): BoundCharacteristic[] => {
    const feature = scope.feature(name);
    const cuts = feature && bindCuts(scope, { name, ...feature }, bins);
    if (feature === undefined || cuts === undefined) return [];
    const inUnits = cuts.map((cut): BoundCut<number> => ({ ...cut, gives: cut.gives && counted(cut.gives, unit) }));
    const named = baselineOf(reasons, name);
    const baseline = named ? counted(named, unit) : best(inUnits, rank);
    for (const [index, { gives = baseline }] of inUnits.entries())
      if (rank === "points_below" ? gives >= baseline : gives <= baseline) checkGiven(scope, card, name, bins[index]?.reason);
    return [{ of: feature.step, bins: inUnits, baseline }];
  });
  return { unit, base: counted(base, unit), rank, repeated, characteristics };
}

/** Exact: the unit makes it whole, and at most 257 numbers of at most 10^12 are ever added. */
function counted(points: Rational, unit: number): number {
  return floorNumber(multiply(points, rational(unit)));
}

function baselineOf({ baseline }: Ranking, name: Name): Rational | undefined {
  return isOneBaseline(baseline) ? baseline : baseline.find(([each]) => each.text === name.text)?.[1];
}

/** The points of the bin that costs nothing, for a characteristic without a baseline of its own. */
function best(bins: readonly BoundCut<number>[], rank: Ranking["rank"]): number {
  const points = bins.flatMap(({ gives }) => gives ?? []);
  if (points.length === 0) return 0;
  return rank === "points_below" ? Math.max(...points) : Math.min(...points);
}

/** A reason at a bin that loses no points only counts where it lowers a sum. */
function checkGiven(scope: Scope, { reasons, characteristics }: Scorecard, name: Name, reason: Name | undefined): void {
  const uses = characteristics.filter(([, bins]) => bins.some((bin) => bin.reason?.text === reason?.text)).map(([each]) => each.text);
  if (reason === undefined || (reasons.repeated === "sum" && uses.some((each) => each !== name.text))) return;
  scope.problems.warning(reason.place, `The reason ${quote(reason.text)} is never given here: the bin loses no points.`, "no reason here");
}

function checkBaselines({ problems }: Scope, { reasons, characteristics }: Scorecard): void {
  if (isOneBaseline(reasons.baseline)) return;
  const names = characteristics.map(([name]) => name.text);
  for (const [{ text, place }] of reasons.baseline)
    if (!names.includes(text)) problems.mistake(place, `There is no characteristic ${quote(text)}.`, suggest(text, names));
}
