import { firmOfKind, type SampleFirm, type SampleHolder, strangerTo } from "../../sample/index.js";
import type { ParameterValues } from "../../wire/claims.js";

/** A question of the story. */
export interface StoryQuestion {
  readonly holder: SampleHolder;
  /** A unified social credit code. */
  readonly firm: string;
  readonly computation: string;
  readonly purpose: string;
  readonly parameters?: ParameterValues;
  /** Whether the firm gave its consent. */
  readonly consent: boolean;
  /** What makes the question worth asking. */
  readonly about: string;
}

const loan = { purpose: "loan-origination", consent: true } as const;

/**
 * A yes, a no, a band and a score from one holder, a yes, a no and a band from the other, two that are not on file or nearly so, and two that may not be
 * asked.
 */
export function storyQuestions(firms: readonly SampleFirm[], seed: string): readonly StoryQuestion[] {
  const code = (kind: SampleFirm["kind"]) => firmOfKind(firms, kind).code;
  const steady = code("steady");
  const troubled = code("troubled");
  const dominated = code("dominated");
  const growing = code("growing");
  const tax = { ...loan, holder: "tax" } as const;
  const bureau = { ...loan, holder: "bureau" } as const;
  const thin = { holder: "tax", computation: "void-ratio", purpose: "credit-monitoring", consent: false } as const;
  return [
    { ...tax, firm: steady, computation: "tax-continuity", about: "It files and pays every month." },
    { ...tax, firm: code("declining"), computation: "sales-continuity", parameters: { months: 21 }, about: "Its trade is drying up." },
    { ...tax, firm: dominated, computation: "buyer-concentration", about: "One buyer takes most of what it sells." },
    { ...tax, firm: troubled, computation: "sme-scorecard", about: "Sales, purchases and taxes together, 300 to 850 points." },
    {
      ...bureau,
      firm: steady,
      computation: "registration-age",
      parameters: { least_days: 730 },
      about: "The first firm again, at the registry.",
    },
    {
      ...bureau,
      firm: dominated,
      computation: "payment-delay",
      parameters: { grace: 0 },
      about: "To the day, as its suppliers report it.",
    },
    { ...bureau, firm: troubled, computation: "court-enforcement", about: "A court is collecting from it." },
    { ...thin, firm: code("thin"), about: "It is on file with a handful of invoices." },
    { ...thin, firm: strangerTo(firms, seed), about: "It is not on file: nobody can tell the two apart." },
    { ...tax, consent: false, firm: growing, computation: "sme-scorecard", about: "The firm gave no consent." },
    { ...tax, purpose: "marketing", firm: growing, computation: "sales-trend", about: "Nobody granted this purpose." },
  ];
}
