import { expect, test } from "vitest";
import { Shares } from "../../src/gateway/shares.js";
import { jws, problemCode, testGateway } from "./fixture.js";

test("a sender alone takes half of the places; another still finds one, and places come back", () => {
  const shares = new Shares(8);
  const entered = Array.from({ length: 8 }, () => shares.enter("flood")).filter(Boolean).length;
  expect(entered).toBe(4);
  expect(shares.enter("quiet")).toBe(true);
  expect(shares.enter("flood")).toBe(false);
  shares.leave("flood");
  shares.leave("flood");
  expect(shares.enter("flood")).toBe(true);
});

test("a gateway whose places one sender fills refuses that sender, and passes another's query on", async () => {
  const waiting: (() => void)[] = [];
  const gateway = testGateway(() => new Promise((resolve) => waiting.push(() => resolve({ status: 200, body: "{}" }))));
  const flood = Array.from({ length: 600 }, () => gateway.post(jws));
  const refused = await flood[599];
  expect(refused?.status).toBe(503);
  expect(refused?.headers.get("retry-after")).toBe("1");
  expect(await problemCode(refused as Response)).toBe("queue-full");
  const quiet = gateway.post(jws.replace(/^[^.]+/, "eyJhbGciOiJFZERTQSIsIngiOjF9"));
  while (waiting.length < 513) await new Promise((resolve) => setImmediate(resolve));
  for (const answer of waiting) answer();
  expect((await quiet).status).toBe(200);
  expect((await Promise.all(flood)).filter(({ status }) => status === 200)).toHaveLength(512);
});
