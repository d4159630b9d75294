import fc from "fast-check";
import { expect, test } from "vitest";
import { type Bucket, takeToken } from "../../src/disclosure/rate.js";

/* However messages are spread over time, a bucket never lets more through than it holds at first and what flowed in since. */

test("a bucket lets through what it holds, and then as many as flow in", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 600 }), fc.array(fc.nat({ max: 5 }), { maxLength: 400 }), (perMinute, pauses) => {
      let bucket: Bucket | undefined;
      let now = 1000;
      let passed = 0;
      for (const pause of pauses) {
        now += pause;
        const taken = takeToken(bucket, perMinute, now);
        bucket = taken.bucket;
        if (taken.wait === 0) passed += 1;
        expect(passed).toBeLessThanOrEqual(perMinute + (perMinute * (now - 1000)) / 60);
      }
    }),
  );
});

test("who waits as long as it is told to gets a token then, and not a second earlier", () => {
  for (const perMinute of [1, 7, 60, 90]) {
    let bucket: Bucket | undefined;
    for (let i = 0; i < perMinute; i++) bucket = takeToken(bucket, perMinute, 0).bucket;
    const { wait, bucket: empty } = takeToken(bucket, perMinute, 0);
    expect(wait).toBe(Math.ceil(60 / perMinute));
    if (wait > 1) expect(takeToken(empty, perMinute, wait - 1).wait).toBe(1);
    expect(takeToken(empty, perMinute, wait).wait).toBe(0);
  }
});

test("a clock that is set back fills nothing", () => {
  const { bucket } = takeToken({ parts: 60, at: 1000 }, 60, 1000);
  expect(takeToken(bucket, 60, 10).wait).toBe(1);
});
