import fc from "fast-check";
import { bands, fourFeatures, grid, indicated, linear, names, numberLines, reasonLimit, ruleOver, scorecard, where } from "../generated.js";
import { manifestText } from "../schemas.js";

/*
 * Manifests in which every part of the language occurs, also together: two datasets, scorecards with reasons and caps, bands, score grids, linear
 * predictors, rules and indicators, and parameters in cutoffs, windows, filters and numbers of records.
 */

type Raw = Record<string, unknown>;

/** The same feature over the other dataset, whose columns are the same. */
function overPurchases(feature: Raw): Raw {
  return JSON.parse(JSON.stringify(feature).replaceAll(/"sales(?=[."])/g, '"purchases')) as Raw;
}

const features = fc.tuple(fourFeatures, indicated, fc.boolean(), fc.boolean()).map(([each, mark, other, stated]) => ({
  ...each,
  ...(other ? { f2: overPurchases(each.f2) } : {}),
  ...(stated ? { f3: { count: "sales", where: { status: "$state" } } } : {}),
  ...mark,
}));

const tooFew = fc
  .tuple(fc.constantFrom("sales", "purchases"), fc.constantFrom("0", "1", "2", "4", "$few"), fc.option(where, { nil: undefined, freq: 2 }))
  .map(([of, fewer_than, filter]) => ({
    fewer_than,
    of,
    ...(filter === undefined || Object.keys(filter).length === 0 ? {} : { where: filter }),
  }));

type Kind = "scorecard" | "linear" | "both" | "neither";

function outputOf(kind: Kind, form: string): fc.Arbitrary<Raw> {
  const own = kind === "linear" ? "linear" : kind === "neither" ? "f1" : "score";
  if (form === "score" && kind !== "neither" && kind !== "both") return grid.map((each) => ({ score: { of: own, ...each } }));
  if (form === "band" && kind !== "both")
    return numberLines("band", bands).map((lines) => ({
      band: { [own]: own === "f1" ? lines : lines.filter((line) => !("missing" in line)) },
    }));
  const used = kind === "both" ? [{ score: { at_least: "$cutoff" } }, { linear: { below: "0.5", reason: "R4" } }] : [];
  const seen = kind === "both" ? ["score", "linear"] : [own];
  return ruleOver([...seen, ...names, "mark"]).map((rule) => ({
    decision: {
      all: [rule, ...used, ...(kind === "both" ? [] : [{ [own]: { at_least: "$cutoff", ...(own === "f1" ? { missing: "no" } : {}) } }])],
    },
  }));
}

const nothing: fc.Arbitrary<Raw> = fc.constant({});

const parameters = {
  cutoff: { choices: ["1", "50", "0.5"] },
  window: { choices: ["6 months", "12 full months"] },
  state: { choices: ["valid", "void"] },
  few: { choices: ["1", "3"] },
};

/** Texts of such manifests, with the parameters and datasets that they use and no other. */
export const anyManifestText: fc.Arbitrary<string> = fc
  .tuple(
    features,
    fc.constantFrom<Kind>("scorecard", "linear", "both", "neither"),
    fc.constantFrom("decision", "band", "score"),
    fc.array(tooFew, { maxLength: 2 }),
  )
  .chain(([made, kind, form, few]) =>
    fc
      .tuple(
        kind === "scorecard" || kind === "both" ? scorecard : nothing,
        kind === "linear" || kind === "both" ? linear : nothing,
        outputOf(kind, form),
        reasonLimit,
      )
      .map(([card, predictor, output, limit]) =>
        withUsed({
          features: made,
          ...card,
          ...predictor,
          output: { ...output, ...limit },
          ...(few.length === 0 ? {} : { no_record: few }),
        }),
      ),
  );

function withUsed(raw: Raw): string {
  const text = JSON.stringify(raw);
  const used = Object.entries(parameters).filter(([name]) => text.includes(`"$${name}"`));
  const inputs = {
    ...(/"sales[."]/.test(text) ? { sales: "vat-sales" } : {}),
    ...(/"purchases[."]/.test(text) ? { purchases: "vat-purchases" } : {}),
  };
  return manifestText({ ...(used.length === 0 ? {} : { parameters: Object.fromEntries(used) }), inputs, ...raw });
}
