import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Cell, joined } from "../../../src/computations/testing/cells.js";
import { type Protection, protectionOf, rounded } from "../../../src/computations/testing/rounding.js";
import { hideDivided, hideSmall, joinNeighbours } from "../../../src/computations/testing/suppression.js";

/*
 * The adversary has everything that is printed, and knows the rules that hide and round. He lists every table that would have been printed the
 * same way. A hidden cell is protected when it has several values among them.
 */

/** Cells with counts whose tokens come from a seed; another seed, other roundings. */
function cellsOf(counts: readonly number[], seed = 1): Cell[] {
  return counts.map((count, index) => ({
    count,
    high: Math.imul(count + 31 * index + 1, 0x9e3779b1) ^ seed,
    low: Math.imul(index + seed, 0x85ebca6b),
  }));
}

/** Every table of so many cells whose sum is at most `most`: none that is consistent with a smaller total is left out. */
function* tuples(length: number, most: number): Generator<number[]> {
  if (length === 0) yield [];
  else for (let value = 0; value <= most; value++) for (const rest of tuples(length - 1, most - value)) yield [value, ...rest];
}

const sumOf = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);

/** Gathers tables by what is printed of them, and gives for each print the least number of values that a hidden cell could have. */
class Adversary {
  readonly #values = new Map<string, Map<number, Set<number>>>();

  sees(print: string, hidden: readonly boolean[], counts: readonly number[]): void {
    const values = this.#values.get(print) ?? new Map<number, Set<number>>();
    this.#values.set(print, values);
    for (const [index, count] of counts.entries()) {
      if (hidden[index]) values.set(index, (values.get(index) ?? new Set()).add(count));
    }
  }

  get prints(): number {
    return this.#values.size;
  }

  /** Prints in which a hidden cell could have fewer values than `wanted`. */
  workedOut(wanted: number): readonly string[] {
    const narrow = (cells: Map<number, Set<number>>) => [...cells].filter(([, values]) => values.size < wanted);
    return [...this.#values].flatMap(([print, cells]) =>
      narrow(cells).map(([index, values]) => `${print}: cell ${index} is ${[...values].join()}`),
    );
  }
}

describe("a table of lines with their total", () => {
  const protection: Protection = { least: 6, base: 2 };

  it("lets nobody work out a hidden line, not even who knows the rules", () => {
    const adversary = new Adversary();
    for (const counts of tuples(3, 20)) {
      if (sumOf(counts) < protection.least) continue;
      for (let seed = 1; seed <= 60; seed++) {
        const cells = cellsOf(counts, seed * 7919);
        const hidden = hideSmall(cells, protection);
        const shown = cells.map((cell, index) => (hidden[index] ? "·" : rounded(cell, protection)));
        const total = rounded(joined(cells), protection);
        if (total <= 18) adversary.sees(`${shown.join()} of ${total}`, hidden, counts);
      }
    }
    expect(adversary.prints).toBeGreaterThan(100);
    expect(adversary.workedOut(3)).toEqual([]);
  });

  it("hides every small line, and no line when none is small", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { minLength: 1, maxLength: 8 }), fc.integer(), (counts, seed) => {
        const hidden = hideSmall(cellsOf(counts, seed), protectionOf(10));
        for (const [index, count] of counts.entries()) if (count < 10) expect(hidden[index]).toBe(true);
        if (counts.every((count) => count >= 10)) expect(hidden).not.toContain(true);
      }),
    );
  });

  it("hides one more line when the total would give a small one away", () => {
    const exact = (count: number): Cell => ({ count, high: 0, low: 0 });
    // 10, 13, 16 … are shown as they are: 22 less 22 leaves 0 to 4, five values of ten; 40 less 40 in three lines leaves more.
    const spread = (counts: readonly number[]) => hideSmall(counts.map(exact), { least: 10, base: 1 });
    expect(spread([30, 20, 0])).toEqual([false, true, true]);
    expect(hideSmall([30, 20, 15, 0].map(exact), { least: 10, base: 4 })).toEqual([false, false, false, true]);
  });
});

describe("a table of lines and two classes, line totals and class totals known", () => {
  const least = 3;

  function look(lines: readonly (readonly Cell[])[]) {
    const small = hideSmall(lines.map(joined), { least, base: 1 });
    return { small, hidden: hideDivided(lines, least, small)?.hidden ?? lines.map(() => true) };
  }

  it("lets nobody work out a hidden cell, even if nothing were rounded", () => {
    const adversary = new Adversary();
    for (const counts of tuples(6, 16)) {
      const lines = [0, 2, 4].map((at) => cellsOf(counts.slice(at, at + 2)));
      const totals = lines.map((line) => joined(line).count);
      const classes = [0, 1].map((kind) => lines.reduce((sum, line) => sum + (line[kind]?.count ?? 0), 0));
      if (classes.some((count) => count < least)) continue; // then the classes are not printed at all
      const { small, hidden } = look(lines);
      const shown = lines.map((line, index) => (hidden[index] ? "·" : line.map(({ count }) => count).join(":")));
      const print = [...shown, ...totals.map((total, index) => (small[index] ? "·" : total)), ...classes].join(" ");
      adversary.sees(
        print,
        hidden.flatMap((each) => [each, each]),
        counts,
      );
    }
    expect(adversary.prints).toBeGreaterThan(100);
    expect(adversary.workedOut(2)).toEqual([]);
  });

  it("takes a line whose total is hidden together with another, however large it is", () => {
    const lines = [
      [20, 20],
      [30, 30],
      [40, 40],
    ].map((line) => cellsOf(line));
    expect(hideDivided(lines, 10)?.hidden).toEqual([false, false, false]);
    expect(hideDivided(lines, 10, [false, false, true])?.hidden).toEqual([true, false, true]);
  });

  it("shows no line with a small class, and hidden lines together only when two or more and large enough", () => {
    const table = fc.array(fc.tuple(fc.nat(40), fc.nat(40)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(table, (counts) => {
        const division = hideDivided(
          counts.map((line) => cellsOf(line)),
          10,
        );
        if (division === undefined) return;
        const { hidden, together } = division;
        for (const [index, line] of counts.entries()) if (Math.min(...line) < 10) expect(hidden[index]).toBe(true);
        expect(together === undefined).toBe(!hidden.includes(true));
        if (together === undefined) return;
        expect(hidden.filter(Boolean).length).toBeGreaterThan(1);
        expect(Math.min(...together.map(({ count }) => count))).toBeGreaterThanOrEqual(10);
      }),
    );
  });
});

describe("neighbouring lines joined", () => {
  it("are large enough in every class, stand in order and leave nothing out", () => {
    const table = fc.array(fc.tuple(fc.nat(15), fc.nat(15)), { maxLength: 12 });
    fc.assert(
      fc.property(table, (counts) => {
        const lines = counts.map((line) => cellsOf(line));
        const groups = joinNeighbours(lines, 10);
        const sums = [0, 1].map((kind) => counts.reduce((sum, line) => sum + (line[kind] ?? 0), 0));
        expect(groups === undefined).toBe(sums.some((sum) => sum < 10));
        if (groups === undefined) return;
        expect(groups.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, i) => first + i))).toEqual([
          ...counts.keys(),
        ]);
        for (const { cells } of groups) expect(Math.min(...cells.map(({ count }) => count))).toBeGreaterThanOrEqual(10);
        expect([0, 1].map((kind) => groups.reduce((sum, { cells }) => sum + (cells[kind]?.count ?? 0), 0))).toEqual(sums);
      }),
    );
  });

  it("let nobody work out a line inside a group", () => {
    const adversary = new Adversary();
    for (const counts of tuples(4, 14)) {
      const groups = joinNeighbours(
        counts.map((count) => cellsOf([count])),
        4,
      );
      if (groups === undefined) continue;
      const inside = counts.map((_, index) => groups.some(({ first, last }) => first <= index && index <= last && first < last));
      adversary.sees(groups.map(({ first, last, cells }) => `${first}-${last}:${cells[0]?.count}`).join(" "), inside, counts);
    }
    expect(adversary.workedOut(2)).toEqual([]);
  });
});

describe("rounding", () => {
  const protection = protectionOf(10);

  it("gives one of the two nearest steps, and the same one for the same firms", () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 100_000 }), fc.integer(), fc.integer(), (count, high, low) => {
        const cell = { count, high, low };
        const shown = rounded(cell, protection);
        expect((shown - 10) % 3).toBe(0);
        expect(Math.abs(shown - count)).toBeLessThan(3);
        expect(rounded({ ...cell }, protection)).toBe(shown);
      }),
    );
  });

  it("is right on average, and a set with one firm more is rounded on its own", () => {
    const draws = Array.from({ length: 4000 }, (_, seed) => rounded({ count: 12, high: seed, low: -seed }, protection));
    expect(new Set(draws)).toEqual(new Set([10, 13]));
    expect(draws.reduce((a, b) => a + b) / draws.length).toBeCloseTo(12, 0.5);
    // The set without the firm is shown as 10 or 13 whatever the firm's own class is: the difference of both says nothing for sure.
    const pairs = draws.map((shown, seed) => `${shown},${rounded({ count: 13, high: seed ^ 12345, low: -seed ^ 777 }, protection)}`);
    expect(new Set(pairs)).toEqual(new Set(["10,13", "13,13"]));
  });
});
