import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { errorCodes } from "../../src/errors/codes.js";
import { root } from "./blocks.js";

const head = `# Error codes

Every failure that Frostglass reports has a stable code from this list: in problem documents (PROTOCOL §7), at the command line, and in the field \`code\` of the
library's errors. *HTTP* is the status with which a node sends it; a code without one is seen only at the command line, in the library or in a
node's log.

This page is made from \`src/errors/codes.ts\`: \`npx vitest run test/docs/errors.test.ts -u\` writes it again.

| code | HTTP | what to do |
|---|---|---|
`;

const rows = Object.entries(errorCodes).map(([code, { status, next }]) => `| \`${code}\` | ${status === 0 ? "" : status} | ${next} |\n`);

it("docs/ERRORS.md lists every code of the registry, with its status and advice", async () => {
  expect(rows.filter((row) => row.split("|").length !== 5)).toEqual([]);
  await expect(head + rows.join("")).toMatchFileSnapshot(`${root}docs/ERRORS.md`);
});

it("names no code twice and none that the requesters' documents contradict", () => {
  const protocol = readFileSync(`${root}docs/PROTOCOL.md`, "utf8");
  const codes = [...protocol.matchAll(/`((?:jws|json|claims|query|requester|jti)-[a-z-]+)`/g)].map(([, code]) => code ?? "");
  const refusals = ["requester-not-granted", "requester-cut-off"];
  expect(codes.filter((code) => !(code in errorCodes) && !refusals.includes(code))).toEqual([]);
});
