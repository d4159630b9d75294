import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** docs/THREATS.md names tests beside each promise: they have to be there. */

const root = new URL("../../", import.meta.url);
const text = readFileSync(new URL("docs/THREATS.md", root), "utf8");
const promises = text.split(/^## (?=P\d)/m).slice(1);

test("every promise is there, with its tests and with what it does not protect", () => {
  expect(promises.map((promise) => promise.split(" ")[0])).toEqual(Array.from({ length: 10 }, (_, i) => `P${i + 1}`));
  for (const promise of promises)
    for (const part of ["*Promised.*", "*Kept.*", "*Tests.*", "*Not protected.*"]) expect(promise).toContain(part);
});

test("every test that it names is a file, and every promise names one", () => {
  const named = (part: string) => [...part.matchAll(/`(test\/[^`]+)`/g)].map(([, path]) => path ?? "");
  for (const promise of promises) expect(named(promise).length).toBeGreaterThan(0);
  expect(named(text).filter((path) => !existsSync(fileURLToPath(new URL(path, root))))).toEqual([]);
});
