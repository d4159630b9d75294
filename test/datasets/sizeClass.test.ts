import { describe, expect, it } from "vitest";
import { sizeClass } from "../../src/datasets/sizeClass.js";

describe("size classes", () => {
  it("are eight a doubling, from 256", () => {
    const classes = new Set<number>();
    for (let length = 0; length <= 4096; length++) classes.add(sizeClass(length));
    const first = [256, 288, 320, 352, 384, 416, 448, 480, 512, 576];
    expect([...classes].slice(0, 10)).toStrictEqual(first);
    expect(classes.size).toBe(1 + 4 * 8);
  });

  it("hold the length, waste at most an eighth of it above 256, and are their own class", () => {
    for (let length = 256; length < 200_000; length += 7) {
      const size = sizeClass(length);
      if (size < length || size > length * 1.125 || sizeClass(size) !== size) expect.fail(`length ${length} is put in ${size}`);
    }
    expect(sizeClass(40_000_000)).toBe(41_943_040);
  });
});
