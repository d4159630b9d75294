import { Document, isMap, isSeq, visit } from "yaml";
import { formatDecimal, type Rational } from "../../model/rational.js";
import type { Cut } from "../manifest/cuts.js";
import { isOneBaseline, type Ranking, type Scorecard, usualRanking } from "../manifest/scorecard.js";

/** The keys and values of a section, as texts. */
type Plain = string | readonly Plain[] | { readonly [key: string]: Plain };

/** The `scorecard:` section of a manifest, one line a bin. */
export function formatScorecard({ base, reasons, characteristics }: Omit<Scorecard, "place">): string {
  const ranking = rankingOf(reasons);
  const section = {
    base: formatDecimal(base),
    ...(Object.keys(ranking).length === 0 ? {} : { reasons: ranking }),
    characteristics: Object.fromEntries(characteristics.map(([name, lines]) => [name.text, lines.map(plainLine)])),
  };
  // The failsafe schema knows only texts, so that 0.10 stays 0.10 and yes stays yes, without quotes.
  const document = new Document({ scorecard: section }, { schema: "failsafe", version: "1.2" });
  visit(document, {
    Map: (_, map, path) => {
      if (path.some(isSeq)) map.flow = true;
    },
  });
  const oneLine = document.getIn(["scorecard", "reasons"], true);
  if (isMap(oneLine)) oneLine.flow = true;
  return document.toString({ lineWidth: 0 });
}

function rankingOf({ rank, baseline, repeated }: Ranking): Record<string, Plain> {
  const one = isOneBaseline(baseline);
  const baselines = one
    ? formatDecimal(baseline)
    : Object.fromEntries(baseline.map(([name, points]) => [name.text, formatDecimal(points)]));
  return {
    ...(rank === usualRanking.rank ? {} : { rank }),
    ...(!one && baseline.length === 0 ? {} : { baseline: baselines }),
    ...(repeated === usualRanking.repeated ? {} : { repeated }),
  };
}

/** `{ at_least: 18, points: 60, reason: R1 }` */
function plainLine({ when, gives, reason }: Cut<Rational>): Plain {
  const points = gives === undefined ? "no_record" : formatDecimal(gives);
  const code = reason === undefined ? {} : { reason: reason.text };
  if (typeof when === "string") return { [when]: points, ...code };
  const { lower, upper, oneOf } = when;
  return {
    ...(lower === undefined ? {} : { [lower.closed ? "at_least" : "above"]: lower.at.text }),
    ...(upper === undefined ? {} : { [upper.closed ? "at_most" : "below"]: upper.at.text }),
    ...(oneOf === undefined ? {} : oneOf.length === 1 ? { is: oneOf[0]?.text ?? "" } : { in: oneOf.map(({ text }) => text) }),
    points,
    ...code,
  };
}
