import { inventCode } from "./organisationCode.js";
import { SampleRandom } from "./random.js";

/** What a firm of the sample is like. The questions of the sample computations have a clear answer for each kind. */
export type FirmKind = "steady" | "growing" | "seasonal" | "declining" | "dominated" | "troubled" | "young" | "thin";

export interface SampleFirm {
  readonly code: string;
  readonly kind: FirmKind;
  /** Its place in the sample, from 0. */
  readonly index: number;
}

/** How a kind trades. Percentages are whole numbers; months count from 0, the first month of the sample. */
export interface Course {
  /** Invoices a month at 100 percent. */
  readonly sales: number;
  readonly purchases: number;
  readonly firstMonth: number;
  /** Trade in the first and the last month, in percent; in between it goes in a straight line. */
  readonly trend: readonly [number, number];
  /** Trade in each calendar month, in percent. */
  readonly season: readonly number[];
  /** Share of sales that go to the largest buyer, on top of its even part. */
  readonly dominance: number;
  readonly voids: number;
  readonly creditNotes: number;
}

const even = [70, 90, 100, 105, 105, 100, 95, 100, 110, 110, 105, 110];
const harvest = [120, 80, 40, 40, 60, 70, 0, 0, 150, 240, 240, 160];

const usual: Course = {
  sales: 7,
  purchases: 6,
  firstMonth: 0,
  trend: [100, 100],
  season: even,
  dominance: 0,
  voids: 2,
  creditNotes: 2,
};

export const courses: Readonly<Record<FirmKind, Course>> = {
  steady: { ...usual, trend: [95, 110] },
  growing: { ...usual, trend: [50, 170] },
  seasonal: { ...usual, season: harvest },
  declining: { ...usual, trend: [190, 15], voids: 4 },
  dominated: { ...usual, dominance: 75 },
  troubled: { ...usual, trend: [120, 60], voids: 22, creditNotes: 10 },
  young: { ...usual, sales: 10, purchases: 9, firstMonth: 26, trend: [60, 160] },
  thin: { ...usual, sales: 1, purchases: 1, firstMonth: 31 },
};

/** How often each kind occurs among twenty firms. */
const mix: Readonly<Record<FirmKind, number>> = {
  steady: 7,
  growing: 4,
  seasonal: 3,
  declining: 2,
  dominated: 1,
  troubled: 1,
  young: 1,
  thin: 1,
};

/** The firms of the sample. The same seed and count give the same firms. */
export function sampleFirms(seed: string, count = 300): readonly SampleFirm[] {
  const kinds = Object.entries(mix).flatMap(([kind, times]) => Array.from({ length: times }, () => kind as FirmKind));
  const random = new SampleRandom(seed, "firms");
  const codes = distinctCodes(random, count);
  return codes.map((code, index) => ({ code, index, kind: kinds[(index * 7) % kinds.length] ?? "steady" }));
}

/** The first firm of a kind. */
export function firmOfKind(firms: readonly SampleFirm[], kind: FirmKind): SampleFirm {
  const found = firms.find((firm) => firm.kind === kind);
  if (found === undefined) throw new RangeError(`the sample is too small to hold a ${kind} firm`);
  return found;
}

/** A valid code that no firm of the sample has. */
export function strangerTo(firms: readonly SampleFirm[], seed: string): string {
  const random = new SampleRandom(seed, "stranger");
  const known = new Set(firms.map((firm) => firm.code));
  for (;;) {
    const code = inventCode(random);
    if (!known.has(code)) return code;
  }
}

/** Codes of the organisations that the firms buy from and sell to. */
export function counterparties(seed: string, count = 1200): readonly string[] {
  return distinctCodes(new SampleRandom(seed, "counterparties"), count);
}

function distinctCodes(random: SampleRandom, count: number): string[] {
  const codes = new Set<string>();
  while (codes.size < count) codes.add(inventCode(random));
  return [...codes];
}
