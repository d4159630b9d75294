import fc from "fast-check";
import { expect, test } from "vitest";
import { periodAt, periodOf, renewalOf } from "../../src/disclosure/period.js";

const day = 86_400;

test("periods are whole and a budget renews when the next begins", () => {
  expect(periodOf(0, 30)).toBe(0);
  expect(periodOf(30 * day - 1, 30)).toBe(0);
  expect(periodOf(30 * day, 30)).toBe(1);
  expect(renewalOf(0, 30)).toBe(30 * day);
  expect(periodOf(renewalOf(123_456_789, 365), 365)).toBe(periodOf(123_456_789, 365) + 1);
});

test("a period is named by the day that it began on", () => {
  const lengths = [{ since: 0, days: 30 }];
  expect([0, 30 * day - 1, 30 * day, 60 * day].map((instant) => periodAt(instant, lengths))).toEqual([0, 0, 30, 60]);
});

test("a new length lets the running period go on, to an end of its own", () => {
  const since = 95 * day;
  const longer = [
    { since, days: 365 },
    { since: 0, days: 30 },
  ];
  expect([since - 1, since, 364 * day, 365 * day].map((instant) => periodAt(instant, longer))).toEqual([90, 90, 90, 365]);
  const shorter = [
    { since, days: 30 },
    { since: 0, days: 365 },
  ];
  expect([since - 1, since, 120 * day - 1, 120 * day].map((instant) => periodAt(instant, shorter))).toEqual([0, 0, 0, 120]);
});

/** What `periodAt` says without looking back: a period that runs, and the end that it has by now. */
function* played(steps: readonly { readonly pause: number; readonly days: number | undefined }[]) {
  const lengths = [{ since: 0, days: 365 }];
  let [now, begun, end] = [0, 0, 365 * day];
  for (const { pause, days } of steps) {
    now += pause;
    const current = lengths[0]?.days ?? 0;
    if (now >= end) [begun, end] = [periodOf(now, current) * current, renewalOf(now, current)];
    if (days !== undefined) {
      lengths.unshift({ since: now, days });
      end = renewalOf(now, days);
    }
    yield { now, begun, lengths: [...lengths] };
  }
}

test("whenever lengths change, a budget begins anew at the ends of periods alone, and a clock that goes back finds what it left", () => {
  const days = fc.option(fc.constantFrom(1, 7, 30, 31, 364, 365, 366), { nil: undefined, freq: 2 });
  const step = fc.record({ pause: fc.nat({ max: 60 * day }), days });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const seen = [...played(steps)];
      for (const { now, begun, lengths } of seen) expect(periodAt(now, lengths)).toBe(begun);
      const all = seen.at(-1)?.lengths ?? [];
      const last = new Map(seen.map(({ now, begun }) => [now, begun]));
      for (const [now, begun] of last) expect(periodAt(now, all)).toBe(begun);
    }),
    { numRuns: 2000 },
  );
});
