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

/** A yes, a no, a band, a score, a yes from another holder, two that are not on file or nearly so, and two that may not be asked. */
export function storyQuestions(firms: readonly SampleFirm[], seed: string): readonly StoryQuestion[] {
  const code = (kind: SampleFirm["kind"]) => firmOfKind(firms, kind).code;
  const monitoring = { purpose: "credit-monitoring", consent: false } as const;
  return [
    {
      ...loan,
      holder: "tax",
      firm: code("steady"),
      computation: "sales-continuity",
      parameters: { months: 21 },
      about: "It sells every month.",
    },
    {
      ...loan,
      holder: "tax",
      firm: code("declining"),
      computation: "sales-continuity",
      parameters: { months: 21 },
      about: "Its trade is drying up.",
    },
    {
      ...loan,
      holder: "tax",
      firm: code("dominated"),
      computation: "buyer-concentration",
      about: "One buyer takes most of what it sells.",
    },
    {
      ...loan,
      holder: "tax",
      firm: code("troubled"),
      computation: "sme-scorecard",
      about: "Sales and purchases together, 300 to 850 points.",
    },
    {
      ...loan,
      holder: "bureau",
      firm: code("steady"),
      computation: "rating-and-line",
      parameters: { line: 500000 },
      about: "The same firm at its bank.",
    },
    { ...monitoring, holder: "tax", firm: code("thin"), computation: "void-ratio", about: "It is on file with a handful of invoices." },
    {
      ...monitoring,
      holder: "tax",
      firm: strangerTo(firms, seed),
      computation: "void-ratio",
      about: "It is not on file: nobody can tell the two apart.",
    },
    { ...loan, consent: false, holder: "tax", firm: code("growing"), computation: "sme-scorecard", about: "The firm gave no consent." },
    {
      ...loan,
      purpose: "marketing",
      holder: "tax",
      firm: code("growing"),
      computation: "sales-continuity",
      parameters: { months: 21 },
      about: "Nobody granted this purpose.",
    },
  ];
}
