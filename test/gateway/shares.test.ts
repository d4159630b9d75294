import { expect, test } from "vitest";
import { formatBase64Url } from "../../src/bytes/base64.js";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
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

/** A message that names a key; `blanks` write its header in another way. */
function naming(kid: string, blanks = ""): string {
  const header = `{${blanks}"alg":"EdDSA","typ":"frostglass-query+jws","kid":"${kid.repeat(43)}"}`;
  return jws.replace(/^[^.]+/, formatBase64Url(encodeUtf8(header)));
}

test.each([
  ["always in one way", () => ""],
  ["each in a way of its own", (i: number) => " ".repeat(i % 30) + "\t".repeat(Math.floor(i / 30))],
])("a gateway whose places one sender fills refuses that sender, and passes another's query on: headers written %s", async (_, blanks) => {
  const waiting: (() => void)[] = [];
  const gateway = testGateway(() => new Promise((resolve) => waiting.push(() => resolve({ status: 200, body: "{}" }))));
  const flood = Array.from({ length: 1200 }, (_each, i) => gateway.post(naming("F", blanks(i))));
  const refused = await flood[1199];
  expect(refused?.status).toBe(503);
  expect(refused?.headers.get("retry-after")).toBe("1");
  expect(await problemCode(refused as Response)).toBe("queue-full");
  const quiet = gateway.post(naming("Q"));
  while (waiting.length < 513) await new Promise((resolve) => setImmediate(resolve));
  for (const answer of waiting) answer();
  expect((await quiet).status).toBe(200);
  expect((await Promise.all(flood)).filter(({ status }) => status === 200)).toHaveLength(512);
});
