import { expect, test } from "vitest";
import { askingKey, blockOf, hintBits, keysOf, positionOf } from "../../src/store/askingKey.js";

test("a key gives its position back and lies between the keys of its hint and block, up to the largest", () => {
  for (const position of [0, 1, 4095, 4096, 1_000_003, 2 ** 36 - 1])
    for (const hint of [0, 1, 2 ** hintBits - 1]) {
      const key = askingKey(hint, position);
      const [first, last] = keysOf(hint, blockOf(position));
      expect([Number.isSafeInteger(key), positionOf(key), first <= key && key <= last]).toEqual([true, position, true]);
    }
});

test("neighbours do not share a key", () => {
  const keys = [4095, 4096].flatMap((position) => [6, 7].map((hint) => askingKey(hint, position)));
  expect(new Set(keys).size).toBe(4);
});
