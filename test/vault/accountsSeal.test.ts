import fc from "fast-check";
import { expect, test } from "vitest";
import { formatBase64Url, parseBase64Url } from "../../src/bytes/base64.js";
import { compareBytes } from "../../src/bytes/bytes.js";
import { AccountsSum } from "../../src/vault/accounts/accountsSeal.js";

/* The seal over all accounts: the same whatever way led to a set of rows, another for any other set. */

const key = new Uint8Array(32).fill(7);
const nameOf = (n: number) => formatBase64Url(new Uint8Array(16).fill(n));

function rowsOf(states: ReadonlyMap<string, string>) {
  const rows = [...states].map(([name, state]) => ({ name: parseBase64Url(name), state }));
  return rows.sort((a, b) => compareBytes(a.name, b.name));
}

const seal = (states: ReadonlyMap<string, string>, size = 1) => formatBase64Url(AccountsSum.over(key, rowsOf(states)).seal(size));

const charges = fc.array(fc.record({ name: fc.integer({ min: 0, max: 9 }).map(nameOf), state: fc.string() }), { maxLength: 40 });

function afterCharges(list: readonly { name: string; state: string }[]) {
  let sum = AccountsSum.empty(key);
  const states = new Map<string, string>();
  for (const { name, state } of list) {
    sum = sum.changed(new Map([[name, { before: states.get(name), after: state }]]));
    states.set(name, state);
  }
  return { sum, states };
}

test("one charge after the other leads to the seal of the rows that are left", () => {
  fc.assert(
    fc.property(charges, (list) => {
      const { sum, states } = afterCharges(list);
      expect(formatBase64Url(sum.seal(1))).toBe(seal(states));
    }),
  );
});

test("any other set of rows has another seal: a row less, altered, or as it was before", () => {
  fc.assert(
    fc.property(
      charges.filter((list) => list.length > 1),
      fc.nat(),
      (list, pick) => {
        const { states } = afterCharges(list);
        const earlier = list[pick % list.length] ?? { name: nameOf(0), state: "" };
        const putBack = new Map(states).set(earlier.name, earlier.state);
        const removed = new Map(states);
        removed.delete(earlier.name);
        expect(seal(removed)).not.toBe(seal(states));
        if (states.get(earlier.name) !== earlier.state) expect(seal(putBack)).not.toBe(seal(states));
      },
    ),
  );
});

test("the seal is of one size of the log and of one key", () => {
  const states = new Map([[nameOf(1), "spent"]]);
  expect(seal(states, 2)).not.toBe(seal(states, 1));
  const other = AccountsSum.over(new Uint8Array(32), rowsOf(states)).seal(1);
  expect(formatBase64Url(other)).not.toBe(seal(states));
});

test("rows that do not come in order, or come twice, are refused: the table would not find each by its name", () => {
  const rows = rowsOf(new Map([1, 2].map((n) => [nameOf(n), "spent"])));
  for (const wrong of [[...rows].reverse(), [...rows, ...rows.slice(1)]]) {
    expect(() => AccountsSum.over(key, wrong)).toThrow(expect.objectContaining({ code: "accounts-damaged" }));
  }
});
