import fc from "fast-check";

/*
 * What may happen to a node, in any order. Small numbers stand for parties, keys, firms and consents, few of each, so that steps meet one another:
 * a consent is used that was revoked, a key after its rotation, a question that was asked before.
 */

export const purposes = ["loan-origination", "supervision", "marketing"] as const;
export type Purpose = (typeof purposes)[number];

/** E1 reaches every mark, E2 none, E3 has too few records, E4 is not on file. */
export const firms = ["E1", "E2", "E3", "E4"] as const;
export type Firm = (typeof firms)[number];

export interface Asking {
  readonly do: "ask";
  readonly who: number;
  readonly key: number;
  readonly firm: Firm;
  /** 0 and 1 are granted in some histories, 2 was never approved. */
  readonly computation: number;
  /** 100, 250 and 300 are on the grid. */
  readonly mark: number;
  readonly purpose: Purpose;
  /** Which of the consents that were given so far, counted from the newest; a number past them all, or none: no consent. */
  readonly consent: number | undefined;
  /** By how many seconds the query's clock differs from the node's. */
  readonly clock: number;
}

export type Step =
  | { readonly do: "add"; readonly who: number; readonly key: number }
  | { readonly do: "rotate"; readonly who: number; readonly key: number; readonly overlap: number }
  | { readonly do: "cut-off"; readonly who: number }
  | {
      readonly do: "grant";
      readonly who: number;
      readonly computation: number;
      readonly purposes: readonly Purpose[];
      readonly from: number;
      readonly until: number;
    }
  | {
      readonly do: "consent";
      readonly who: number;
      readonly firm: Firm;
      readonly purpose: Purpose;
      readonly dataset: string;
      readonly from: number;
      readonly until: number;
      readonly issuer: "trusted" | "stranger" | "forged";
    }
  | { readonly do: "revoke-consent"; readonly consent: number }
  | { readonly do: "wait"; readonly seconds: number }
  | { readonly do: "epoch" }
  | { readonly do: "policy"; readonly budgetBits: number; readonly ceilingBits: number }
  | { readonly do: "restart" }
  | Asking
  /** The same signed query as before. */
  | { readonly do: "ask-again"; readonly query: number }
  /** Another question under the number of a former one. */
  | { readonly do: "reuse-jti"; readonly query: number; readonly mark: number };

const hour = 3600;
const who = fc.nat({ max: 1 });
const key = fc.nat({ max: 2 });
const purpose = fc.constantFrom<Purpose>("loan-origination", "loan-origination", "supervision", "supervision", "supervision", "marketing");
const firm = fc.constantFrom<Firm>("E1", "E1", "E1", "E2", "E3", "E4");
const computation = fc.constantFrom(0, 0, 0, 1, 1, 2);
const recent = fc.nat({ max: 3 });

const asking: fc.Arbitrary<Asking> = fc.record({
  do: fc.constant("ask" as const),
  who,
  key: fc.constantFrom(0, 0, 0, 0, 1, 1, 2),
  firm,
  computation,
  mark: fc.constantFrom(100, 250, 300, 300, 77),
  purpose,
  consent: fc.option(recent, { nil: undefined }),
  clock: fc.constantFrom(0, 0, 0, 0, 0, 59, 61, -200, -360, -361),
});

const granting = fc.record({
  do: fc.constant("grant" as const),
  who,
  computation: fc.constantFrom(0, 0, 1),
  purposes: fc.constantFrom<readonly Purpose[]>(["supervision"], ["loan-origination", "supervision"], ["loan-origination"], [...purposes]),
  from: fc.constantFrom(0, 0, 0, -hour, hour),
  until: fc.constantFrom(100 * hour, 100 * hour, 2 * hour, 8 * hour),
});

const consenting = fc.record({
  do: fc.constant("consent" as const),
  who,
  firm,
  purpose,
  dataset: fc.constantFrom("sales", "sales", "sales", "ratings"),
  from: fc.constantFrom(0, 0, 0, -hour, hour),
  until: fc.constantFrom(100 * hour, 100 * hour, 2 * hour),
  issuer: fc.constantFrom("trusted" as const, "trusted" as const, "trusted" as const, "stranger" as const, "forged" as const),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 14, arbitrary: asking },
  { weight: 4, arbitrary: granting },
  { weight: 4, arbitrary: consenting },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("add" as const), who, key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("rotate" as const), who, key, overlap: fc.constantFrom(0, hour, 50 * hour) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cut-off" as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("revoke-consent" as const), consent: recent }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), seconds: fc.constantFrom(1, 60, hour, 7 * hour, 30 * hour) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("ask-again" as const), query: recent }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reuse-jti" as const), query: recent, mark: fc.constantFrom(100, 250) }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "epoch" }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "restart" }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Step>({ do: "policy", budgetBits: 4, ceilingBits: 7 }, { do: "policy", budgetBits: 16, ceilingBits: 16 }),
  },
);

/** Most histories begin with what an operator does first, or nearly every question would be a stranger's. */
const opening: Step[] = [
  { do: "add", who: 0, key: 0 },
  { do: "add", who: 1, key: 0 },
  { do: "grant", who: 0, computation: 0, purposes: ["loan-origination", "supervision"], from: 0, until: 100 * hour },
];

export const histories: fc.Arbitrary<readonly Step[]> = fc
  .tuple(fc.constantFrom(3, 3, 3, 3, 0), fc.array(step, { minLength: 4, maxLength: 16 }))
  .map(([known, steps]) => [...opening.slice(0, known), ...steps]);
