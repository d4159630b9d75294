import fc from "fast-check";
import { expect, test } from "vitest";
import { type Charge, charge, emptyAccount, emptyCeiling } from "../../src/disclosure/account.js";

const policy = { periodDays: 365, budget: 4000, ceiling: 6000 };
const cost = (more: Partial<Charge> = {}): Charge => ({ datasets: ["sales"], millibits: 1585, epoch: 1, question: "q", at: 0, ...more });

test("a charge goes to every dataset, and the least that is left is told", () => {
  const charged = charge({ ...emptyAccount, spent: { ratings: 1000 } }, emptyCeiling, cost({ datasets: ["sales", "ratings"] }), policy);
  expect(charged).toMatchObject({ ok: true, millibits: 1585, remaining: 4000 - 2585 });
  expect(charged.ok && charged.account.spent).toEqual({ sales: 1585, ratings: 2585 });
});

test("the same question in the same epoch is free; in the next epoch it is charged anew", () => {
  const first = charge(emptyAccount, emptyCeiling, cost(), policy);
  if (!first.ok) throw new Error("refused");
  expect(charge(first.account, first.ceiling, cost(), policy)).toMatchObject({ ok: true, millibits: 0, account: first.account });
  expect(charge(first.account, first.ceiling, cost({ epoch: 2 }), policy)).toMatchObject({ ok: true, millibits: 1585 });
  expect(charge(first.account, first.ceiling, cost({ question: "other" }), policy)).toMatchObject({ ok: true, millibits: 1585 });
});

test("under a policy that pins, another epoch is refused until the days have passed, and what is free stays free", () => {
  const pinning = { ...policy, pinEpochDays: 30 };
  const day = 86_400;
  const first = charge(emptyAccount, emptyCeiling, cost({ at: 100 }), pinning);
  if (!first.ok) throw new Error("refused");
  const next = (more: Partial<Charge>) => charge(first.account, first.ceiling, cost(more), pinning);
  for (const question of ["q", "other"])
    expect(next({ epoch: 2, question, at: 100 + 30 * day - 1 })).toEqual({
      ...{ ok: false, refusal: "epoch-pinned", remaining: first.remaining, until: 100 + 30 * day },
    });
  expect(next({ at: 100 + 29 * day })).toMatchObject({ ok: true, millibits: 0 });
  expect(next({ question: "other", at: 100 + 29 * day })).toMatchObject({ ok: true, account: { epoch: 1, since: 100 } });
  expect(next({ epoch: 2, at: 100 + 30 * day })).toMatchObject({ ok: true, account: { epoch: 2, since: 100 + 30 * day } });
});

test("whatever is asked when, under a pin no two epochs of a subject are told within the days", () => {
  const pinning = { periodDays: 365, budget: 1_000_000, ceiling: 1_000_000, pinEpochDays: 2 };
  const asked = fc.record({ pause: fc.nat({ max: 100_000 }), import: fc.boolean(), question: fc.constantFrom("p", "q", "r") });
  fc.assert(
    fc.property(fc.array(asked, { maxLength: 60 }), (list) => {
      let account = emptyAccount;
      let [at, epoch] = [0, 1];
      const told: { readonly at: number; readonly epoch: number }[] = [];
      for (const { pause, question, import: imported } of list) {
        at += pause;
        epoch += imported ? 1 : 0;
        const charged = charge(account, emptyCeiling, cost({ at, epoch, question }), pinning);
        if (!charged.ok) continue;
        account = charged.account;
        told.push({ at, epoch });
      }
      const firstOf = new Map<number, number>();
      for (const each of told) if (!firstOf.has(each.epoch)) firstOf.set(each.epoch, each.at);
      const firsts = [...firstOf.values()];
      for (let i = 1; i < firsts.length; i++) expect((firsts[i] ?? 0) - (firsts[i - 1] ?? 0)).toBeGreaterThanOrEqual(2 * 86_400);
    }),
  );
});

test("a budget is spent exactly to its last millibit and not past it", () => {
  const exact = charge({ ...emptyAccount, spent: { sales: 2415 } }, emptyCeiling, cost(), policy);
  expect(exact).toMatchObject({ ok: true, remaining: 0 });
  const past = charge({ ...emptyAccount, spent: { sales: 2416 } }, emptyCeiling, cost(), policy);
  expect(past).toEqual({ ok: false, refusal: "budget-spent", remaining: 1584 });
});

test("the ceiling counts all requesters together", () => {
  expect(charge(emptyAccount, { spent: { sales: 5000 } }, cost(), policy)).toMatchObject({ ok: false, refusal: "ceiling-reached" });
});

test("past the day's limit of new subjects, nothing tells of which ones others asked", () => {
  const newSubjects = { today: 5, perDay: 5 };
  for (const ceiling of [emptyCeiling, { spent: { sales: 6000 } }])
    expect(charge(emptyAccount, ceiling, cost({ newSubjects }), policy)).toMatchObject({ ok: false, refusal: "subjects-limit" });
});

test("a dataset whose name every object has is charged like any other", () => {
  const asked = cost({ datasets: ["constructor"], millibits: 3000 });
  const first = charge(emptyAccount, emptyCeiling, asked, policy);
  expect(first).toMatchObject({ ok: true, remaining: 1000 });
  const account = JSON.parse(JSON.stringify(first.ok && first.account));
  expect(charge(account, emptyCeiling, { ...asked, question: "other" }, policy)).toMatchObject({ ok: false, refusal: "budget-spent" });
});

test("a budget that the policy lowered below what is spent leaves nothing, never less", () => {
  expect(charge({ ...emptyAccount, spent: { sales: 3000 } }, emptyCeiling, cost(), { ...policy, budget: 1000 })).toMatchObject({
    ok: false,
    remaining: 0,
  });
});

test("whatever is asked, the charges of a period never exceed budget and ceiling", () => {
  const question = fc.record({
    datasets: fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1 }),
    millibits: fc.integer({ min: 1, max: 3000 }),
    question: fc.constantFrom("p", "q", "r", "s"),
    epoch: fc.integer({ min: 1, max: 3 }),
    requester: fc.constantFrom("x", "y", "z"),
    at: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(question, { maxLength: 60 }), (questions) => {
      const accounts = new Map([..."xyz"].map((name) => [name, emptyAccount]));
      let ceiling = emptyCeiling;
      const told = new Map<string, number>();
      for (const { requester, ...asked } of questions) {
        const charged = charge(accounts.get(requester) ?? emptyAccount, ceiling, asked, policy);
        if (!charged.ok) continue;
        accounts.set(requester, charged.account);
        ceiling = charged.ceiling;
        for (const dataset of asked.datasets)
          told.set(`${requester} ${dataset}`, (told.get(`${requester} ${dataset}`) ?? 0) + charged.millibits);
      }
      for (const [, sum] of told) expect(sum).toBeLessThanOrEqual(policy.budget);
      for (const dataset of ["a", "b", "c"]) {
        const together = [..."xyz"].reduce((sum, requester) => sum + (told.get(`${requester} ${dataset}`) ?? 0), 0);
        expect(together).toBeLessThanOrEqual(policy.ceiling);
      }
    }),
  );
});
