import fc from "fast-check";
import { expect, test } from "vitest";
import { FairQueue } from "../../src/vault/fairQueue.js";

/* Turns, not times: how many others are taken before one that waits. */

test("each sender's messages come out in their own order, and all of them", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "b", "c", "d")), fc.integer({ min: 1, max: 9 }), (senders, batch) => {
      const queue = new FairQueue<string>(1000);
      senders.forEach((sender, i) => void queue.push(sender, `${sender}${i}`));
      const taken: string[] = [];
      while (queue.length > 0) taken.push(...queue.take(batch));
      const ofSender = (list: readonly string[], sender: string) => list.filter((item) => item.startsWith(sender));
      const pushed = senders.map((sender, i) => `${sender}${i}`);
      for (const sender of "abcd") expect(ofSender(taken, sender)).toEqual(ofSender(pushed, sender));
      expect(taken).toHaveLength(senders.length);
    }),
  );
});

test("one that comes after a flood is taken in the next batch, and the flood goes on beside it", () => {
  const queue = new FairQueue<string>(4096);
  for (let i = 0; i < 2000; i++) queue.push("flood", "f");
  expect(queue.take(256)).toHaveLength(256);
  queue.push("quiet", "q");
  const next = queue.take(256);
  expect(next.indexOf("q")).toBeLessThanOrEqual(1);
  expect(next).toHaveLength(256);
});

test("with many senders each gets its share of every batch", () => {
  const queue = new FairQueue<string>(4096);
  for (let i = 0; i < 500; i++) queue.push("flood", "flood");
  for (const sender of ["a", "b", "c"]) for (let i = 0; i < 100; i++) queue.push(sender, sender);
  for (let turn = 0; turn < 4; turn++) {
    const batch = queue.take(80);
    for (const sender of ["flood", "a", "b", "c"]) expect(batch.filter((item) => item === sender)).toHaveLength(20);
  }
});

test("a sender fills half of the queue at most, and others still find room", () => {
  const queue = new FairQueue<number>(100);
  const pushed = Array.from({ length: 100 }, (_, i) => queue.push("flood", i)).filter(Boolean).length;
  expect(pushed).toBe(50);
  expect(queue.push("quiet", 0)).toBe(true);
  queue.take(10);
  expect(queue.push("flood", 1)).toBe(true);
});

test("a lane that never runs empty keeps its order over many thousands", () => {
  const queue = new FairQueue<number>(4096);
  let next = 0;
  let expected = 0;
  for (let round = 0; round < 500; round++) {
    for (let i = 0; i < 21; i++) queue.push("a", next++);
    for (const item of queue.take(20)) expect(item).toBe(expected++);
  }
  expect(queue.length).toBe(500);
});
